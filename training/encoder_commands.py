"""The commands that make the bilingual encoder."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import torch
import typer
from tokenizers import Tokenizer

from newsearch.indexer.embedders import bilingual
from newsearch.indexer.table import SHIPPED, StaticTable
from training.average import average
from training.common import Data, Log, Sources, Work, load_pairs, minilm_folder
from training.distill import Learner, Recipe, distill
from training.export_encoder import export_encoder, keep_master
from training.lessons import Teacher, batches, draw
from training.pairs import DOMAINS, Pair
from training.student import Student, save, with_special
from training.table_commands import pieces_of_corpus
from training.wechsel import initial_embeddings

DEFAULT: Final = Recipe()
SHORTEST: Final = 12
"""Characters of the shortest sentence that is learnt from; words alone are the lexicon's."""

MASTER: Final = Path(__file__).parent / "checkpoint"
"""The weights that ship, in float16, to train further from."""


def initialise(
    data: Data, work: Work, layers: Annotated[int, typer.Option(help="Layers of MiniLM to keep.")] = 6
) -> None:
    """Make the encoder's first weights: MiniLM's body, German input embeddings from English ones (WECHSEL)."""
    log = Log(work / "initialise.log")
    shipped = StaticTable.open()
    cut = Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
    corpus, _, _ = pieces_of_corpus(data, work / "pieces-wordpiece-all.pickle", cut, None)
    size = cut.get_vocab_size()
    pieces = sorted(cut.get_vocab(), key=cut.get_vocab().__getitem__)
    english, german = (np.bincount(side.flat, minlength=size) for side in (corpus.english, corpus.german))
    minilm = Student.of(minilm_folder(), layers=layers)
    source = minilm.pieces.weight.detach().numpy()
    embeddings = initial_embeddings(source, pieces, shipped.rows(np.arange(size)), english, german)
    save(Student(minilm.body, torch.from_numpy(embeddings)), cut, work / "initial")
    log(f"{layers} layers, {size:,} pieces in {work / 'initial'}")


def distill_command(
    data: Data,
    work: Work,
    name: Annotated[str, typer.Option(help="Of the run: its checkpoint, log and model lie in WORK under it.")],
    begin: Annotated[
        Path | None, typer.Option(help="Model folder to begin with; WORK/initial where not given.")
    ] = None,
    steps: Annotated[
        int, typer.Option(help="Batches in all; more than a checkpoint has seen goes on from it.")
    ] = 2_000,
    decay: Annotated[int, typer.Option(help="Last batches in which the rate falls.")] = 500,
    rate: Annotated[float, typer.Option(min=1e-9, help="Learning rate of the body.")] = DEFAULT.rate,
    embedding_rate: Annotated[float, typer.Option(min=1e-9, help="Of the input embeddings.")] = DEFAULT.embedding_rate,
    joined: Annotated[float, typer.Option(help="Share of joined passages.")] = DEFAULT.joined,
    english: Annotated[float, typer.Option(help="Share of English texts.")] = DEFAULT.english,
    queue: Annotated[int, typer.Option(help="Earlier teacher vectors as wrong answers.")] = DEFAULT.queue,
    sources: Sources = None,
) -> None:
    """Train the encoder, or go on where the run NAME stopped."""
    log = Log(work / f"{name}.log")
    recipe = Recipe(steps, decay, 4_096, rate, embedding_rate, joined, english, queue)
    log(f"recipe {asdict(recipe)}, sources {sources or DOMAINS}, begun with {begin or 'initial'}")
    held, pairs = load_pairs(data, sources)
    cut = Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
    teacher = Teacher(minilm_folder(), work)
    learner = Learner(Student.of(begin or work / "initial"), recipe)
    checkpoint = work / f"{name}.checkpoint"
    if checkpoint.exists():
        learner.restore(torch.load(checkpoint, weights_only=True))
        log(f"going on from step {learner.step}")
    lessons = draw([p for p in pairs if p.domain == "lex" or len(p.english) >= SHORTEST], joined, english, recipe.seed)
    distill(
        learner,
        recipe,
        batches(lessons, teacher, cut, recipe.budget, recipe.seed, skip=learner.step),
        log,
        lambda: held_out(learner.student, teacher, cut, held[:1_000]),
        checkpoint,
    )
    save(learner.student, cut, work / name)
    log(f"model in {work / name}")


def held_out(student: Student, teacher: Teacher, tokenizer: Tokenizer, pairs: list[Pair]) -> str:
    """How far the student is from the teacher on pairs that it never learnt from, read in either language."""
    if not pairs:
        return "nothing, since only general pairs are held out"
    targets = teacher.vectors([p.english for p in pairs])
    german = student.encode(with_special(tokenizer, [p.german[0] for p in pairs]))
    english = student.encode(with_special(tokenizer, [p.english for p in pairs]))
    first = (german @ targets.T).argmax(1) == torch.arange(len(pairs))
    distances = (1 - (side * targets).sum(-1).mean().item() for side in (german, english))
    return "distance German {:.4f} English {:.4f}".format(*distances) + f"  found first {first.float().mean():.4f}"


def average_command(
    work: Work,
    name: Annotated[str, typer.Option(help="Of the mean, which lies in WORK under it as a run's model does.")],
    run: Annotated[
        list[str], typer.Option(help="A run in WORK and its share, as long1=0.4; as often as there are runs.")
    ],
) -> None:
    """Write the mean of the weights of several runs."""
    shares: dict[Path, float] = {}
    for text in run:
        folder, _, share = text.rpartition("=")
        try:
            shares[work / folder] = float(share)
        except ValueError:
            raise typer.BadParameter(f"{text!r} is no run and its share. Wanted: for example long1=0.4") from None
        if not (work / folder / "model.safetensors").is_file():
            raise typer.BadParameter(f"{work / folder} holds no model. Wanted: the name of a run that is finished.")
    average(shares, work / name)
    print(f"mean of {', '.join(run)} in {work / name}")


def export_bilingual(
    work: Work,
    name: Annotated[str, typer.Option(help="Of the run whose model is to ship.")],
    to: Annotated[Path, typer.Option(help="Where the package looks for it.")] = bilingual.SHIPPED,
    master: Annotated[Path, typer.Option(help="Where the weights to train further from are kept.")] = MASTER,
) -> None:
    """Write the encoder as int8 ONNX to where the package ships it, and its weights in float16 beside the training code."""
    fingerprint = export_encoder(work / name, to)
    keep_master(work / name, master)
    size = sum(p.stat().st_size for p in to.rglob("*") if p.is_file()) / 1e6
    print(f"{size:.1f} MB, fingerprint {fingerprint[:12]}, in {to}; float16 weights in {master}")

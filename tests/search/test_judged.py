from __future__ import annotations

from dataclasses import replace

import pytest
from search_archive import make_article, make_hit, write_lines

from newsearch.corpus.errors import UsageError
from newsearch.search.judged import JudgedQuery, find_words, is_right, language_pair, read_queries

TEXT = "Vorab steht etwas. Eins zwei drei vier. Danach kommt mehr."
QUERY = JudgedQuery("q-1", "Was?", "de", "question", "abc", ("Eins zwei drei vier.",))


def hit(passage, text=TEXT, **fields):
    """A hit on *passage*, which stands in the article *text*."""
    article = make_article(text, **{"id": "abc", **fields})
    return make_hit(passage, article=article, start=text.index(passage))


@pytest.mark.parametrize(
    ("passage", "right"),
    [
        ("Eins zwei drei vier.", True),
        ("Vorab steht etwas. Eins zwei drei", True),
        ("Vorab steht etwas. Eins zwei", True),  # half
        ("drei vier. Danach", True),  # half, the other one
        ("Vorab steht etwas. Eins", False),
        ("vier. Danach kommt mehr.", False),
        ("Vorab steht etwas. Eins zw", False),  # a torn word is none
        ("Vorab steht etwas.", False),  # the right article, another passage
    ],
)
def test_a_hit_is_right_from_half_of_the_words_on(passage, right):
    assert is_right(QUERY, hit(passage)) is right


def test_of_three_words_two_are_needed():
    query = replace(QUERY, gold=("zwei drei vier",))
    assert is_right(query, hit("drei vier."))
    assert not is_right(query, hit("vier."))


def test_a_copy_of_the_story_elsewhere_counts():
    """Wire copy: the words are the same, the article is another, perhaps with other quotation marks."""
    copy = "Grönoog (dpa) - EINS zwei, drei – vier! Ende."
    assert is_right(QUERY, hit("EINS zwei, drei – vier!", copy, id="def"))
    assert not is_right(QUERY, hit("Ende.", copy, id="def"))


def test_words_that_only_contain_the_gold_are_not_the_gold():
    assert find_words(["eins", "zwei"], "Meins zwei, eins zweite, eins zwei.") == [(25, 29), (30, 34)]
    assert find_words(["eins", "zwei"], "eins oder zwei") is None
    assert find_words([], "eins") is None


@pytest.mark.parametrize(
    ("passage", "article", "right"),
    [
        ("drei und auch vier", "abc", True),
        ("nur noch vier", "abc", False),
        ("drei und auch vier", "def", False),
    ],
)
def test_gold_that_stands_nowhere_is_looked_for_in_the_named_article_only(passage, article, right):
    text = "Der Text wurde geändert: drei und auch vier, nur noch vier."
    assert is_right(QUERY, hit(passage, text, id=article)) is right


@pytest.mark.parametrize("name", ["abc", "kb-1", "https://a.example/x"])
def test_an_article_is_named_by_id_external_id_or_url(name):
    article = {"external_id": "kb-1", "url": "https://a.example/x"}
    query = replace(QUERY, article=name, gold=("drei oder eins",))
    assert is_right(query, hit("Eins zwei drei", **article))
    assert not is_right(replace(query, article="andere"), hit("Eins zwei drei", **article))


def test_any_of_several_gold_passages_will_do():
    assert is_right(replace(QUERY, gold=("Fehlt ganz.", "Danach kommt mehr.")), hit("Danach kommt mehr."))


def test_without_gold_nothing_is_right():
    assert not is_right(replace(QUERY, gold=()), hit(TEXT))


def test_queries_are_read_with_all_their_gold(tmp_path):
    file = write_lines(
        tmp_path / "queries.jsonl",
        {
            "qid": "q-1",
            "query": "Was?",
            "query_language": "de",
            "kind": "question",
            "article_id": "abc",
            "gold": ["Eins."],
            "also": ["Zwei."],
        },
        b"",
        {"qid": "q-2", "query": "Who?", "kind": "no_answer", "article_id": None},
    )
    assert read_queries(file) == [
        JudgedQuery("q-1", "Was?", "de", "question", "abc", ("Eins.", "Zwei.")),
        JudgedQuery("q-2", "Who?", "", "no_answer", "", ()),
    ]
    assert [q.answerable for q in read_queries(file)] == [True, False]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b'{"qid": "q-2", "que', "unexpected|unterminated|Unterminated|EOF|end of data"),
        ({"qid": "q-2", "kind": "question"}, "it has no 'query'"),
        ([1, 2], "list. object"),
        ({"qid": "q-2", "query": "Was?", "kind": "question", "gold": None}, "not iterable|NoneType"),
        ({"qid": "q-2", "query": "Was?", "kind": "question", "gold": "Eins."}, "gold and also are lists"),
    ],
)
def test_a_broken_line_is_named_with_its_file(line, found, tmp_path):
    good = {"qid": "q-1", "query": "Was?", "kind": "question", "gold": ["Eins."]}
    file = write_lines(tmp_path / "queries.jsonl", good, b"", line)
    with pytest.raises(
        UsageError, match=rf"queries\.jsonl:3 is no judged query \(.*(?:{found}).*Wanted: a JSON object with qid"
    ):
        read_queries(file)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(
        UsageError, match=r"fehlt\.jsonl cannot be read \(No such file or directory\)\. Wanted: a JSON lines"
    ):
        read_queries(tmp_path / "fehlt.jsonl")


@pytest.mark.parametrize(
    ("asked", "written", "pair"),
    [("en", "de", "en→de"), ("de-AT", "de-CH", "de→de"), ("", "en", "?→en"), ("en", "", "en→?"), ("de", None, "de→?")],
)
def test_a_language_pair_is_question_then_article_without_regions(asked, written, pair):
    article = None if written is None else make_article(language=written)
    assert language_pair(replace(QUERY, language=asked), article) == pair

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.corpus.errors import UsageError
from newsearch.indexer.columns import Filter
from newsearch.search.narrowing import OFFERED, filter_of, nearest

PAPERS = ["Frankfurter Rundschau", "sueddeutsche.de", "Die Zeit", "ZEIT ONLINE", "Küstenbote", "Straßenblatt"]


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        ({}, Filter()),
        ({"since": "2025-06"}, Filter(since=date(2025, 6, 1))),
        ({"until": "2025-06"}, Filter(until=date(2025, 6, 30))),
        ({"on": "2025-06-21"}, Filter(since=date(2025, 6, 21), until=date(2025, 6, 21))),
        ({"on": "2024-02"}, Filter(since=date(2024, 2, 1), until=date(2024, 2, 29))),
        ({"on": "2025"}, Filter(since=date(2025, 1, 1), until=date(2025, 12, 31))),
        ({"publishers": ["a", "b"], "languages": ["de"]}, Filter(publishers=("a", "b"), languages=("de",))),
    ],
)
def test_texts_become_a_filter(texts, wanted):
    assert filter_of(**texts) == wanted


@pytest.mark.parametrize("beside", [{"since": "2024"}, {"until": "2026"}])
def test_on_stands_alone(beside):
    with pytest.raises(UsageError, match=r"^--on 2025 stands beside --since or --until\. Wanted: one or the other\.$"):
        filter_of(on="2025", **beside)


def test_a_time_that_ends_before_it_begins_is_refused():
    with pytest.raises(UsageError, match=r"^--since 2025-06 is after --until 2025-05-31\. Wanted: the earlier date"):
        filter_of(since="2025-06", until="2025-05-31")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Süddeutsche", ["sueddeutsche.de"]),
        ("SUEDDEUTSCHE", ["sueddeutsche.de"]),
        ("kustenbote", ["Küstenbote"]),
        ("Kuestenbote", ["Küstenbote"]),
        ("strassenblat", ["Straßenblatt"]),
        ("zeit", ["Die Zeit", "ZEIT ONLINE"]),
        ("Rundschau", ["Frankfurter Rundschau"]),
        ("Le Monde", []),
        ("e", []),
        ("", []),
    ],
)
def test_the_nearest_names_are_found_whatever_their_spelling(name, found):
    assert nearest(name, PAPERS) == found


@given(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=12, unique=True))
def test_nearest_names_are_some_of_the_names(name, names):
    found = nearest(name, names)
    assert len(set(found)) == len(found) <= OFFERED
    assert set(found) <= set(names)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Filter(publishers=("Kuestenbote",)), "publisher 'Kuestenbote'. Nearest: 'Küstenbote'."),
        (Filter(sections=("City", "Sports")), "section 'Sports'. Nearest: 'Sport'."),
        (Filter(agencies=("afp",)), "agency 'afp'. The index has 'dpa', 'Reuters'."),
        (Filter(languages=("fr",)), "language 'fr'. The index has 'de', 'de-AT', 'en'."),
        (
            Filter(sections=("Klima",)),
            "section 'Klima'. The index has 'City', 'Food', 'Genuss', 'Inseln', 'Politik' and 5 others.",
        ),
    ],
)
def test_a_name_that_the_index_does_not_have_gets_the_nearest_that_it_has(wanted, said, searcher):
    with pytest.raises(UsageError) as caught:
        searcher.search("Käse", 5, wanted)
    assert str(caught.value) == f"No article of the index has the {said}"


def test_a_name_that_matches_but_for_its_case_is_one_that_the_index_has(searcher):
    assert len(searcher.search("Käse", 5, Filter(publishers=("BERGBLICK",), languages=("DE",))).hits) == 2


def test_a_name_of_articles_that_are_taken_down_is_neither_there_nor_offered(searcher):
    from newsearch.search.narrowing import check_names

    generation = searcher.generation
    shown = ~generation.columns.publisher.matching(["Bergblick"])
    check_names(generation, Filter(publishers=("Bergblick",)))
    with pytest.raises(UsageError, match=r"publisher 'Bergblick'\. The index has 'Küstenbote', 'Harbour Gazette'\.$"):
        check_names(generation, Filter(publishers=("Bergblick",)), shown)
    with pytest.raises(UsageError, match=r"section 'City'\. None has any; leave it out\.$"):
        check_names(generation, Filter(sections=("City",)), np.zeros(len(shown), bool))

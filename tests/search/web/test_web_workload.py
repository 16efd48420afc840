"""Bounded work: a few at once, some waiting, the rest sent away."""

from __future__ import annotations

import asyncio
from threading import Event

import pytest

from newsearch.search.web.problems import Problem
from newsearch.search.web.workload import Workload


def test_what_is_asked_is_answered_from_a_worker():
    async def main():
        workload = Workload(2)
        answers = await asyncio.gather(*(workload.run(lambda n=n: n * n) for n in range(20)))
        workload.close()
        return answers, workload.pending

    assert asyncio.run(main()) == ([n * n for n in range(20)], 0)


def test_an_error_reaches_who_asked():
    async def main():
        workload = Workload(1)
        with pytest.raises(ZeroDivisionError):
            await workload.run(lambda: 1 // 0)
        assert workload.pending == 0
        workload.close()

    asyncio.run(main())


def test_what_is_too_much_is_sent_away_and_the_rest_answered():
    async def main():
        go, workload = Event(), Workload(1, waiting=2)
        under_way = [asyncio.create_task(workload.run(go.wait)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Problem) as refused:
            await workload.run(lambda: None)
        go.set()
        answers = await asyncio.gather(*under_way)
        workload.close()
        return refused.value, answers

    problem, answers = asyncio.run(main())
    assert (problem.status, problem.found, answers) == (503, "3 of them", [True, True, True])


def test_what_takes_too_long_is_given_up_and_still_counted_until_it_ends():
    async def main():
        go, workload = Event(), Workload(1, longest_s=0.05)
        with pytest.raises(Problem) as late:
            await workload.run(go.wait)
        still = workload.pending
        go.set()
        workload.close()
        return late.value.status, still, workload.pending

    assert asyncio.run(main()) == (504, 1, 0)

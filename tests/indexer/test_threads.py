"""One number of cores reaches every library that computes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from newsearch.indexer.threads import VARIABLES, cores

PROGRAM = """
import json, os, sys
import faiss, numpy, threadpoolctl
from newsearch.indexer.threads import keep_busy
before = keep_busy(None)
numpy.ones((9, 9)) @ numpy.ones((9, 9))
number = keep_busy(1)
pools = [(p["user_api"], p["num_threads"]) for p in threadpoolctl.threadpool_info()]
print(json.dumps([before, number, pools, faiss.omp_get_max_threads(), [os.environ[v] for v in sys.argv[1:]]]))
"""


def test_the_number_reaches_what_is_loaded_and_what_will_be() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, *VARIABLES], capture_output=True, text=True, check=True)
    before, number, pools, openmp, variables = json.loads(done.stdout)
    assert (before, number, openmp, variables) == (cores(), 1, 1, ["1"] * len(VARIABLES))
    assert {api for api, _ in pools} == {"blas", "openmp"}
    assert {threads for _, threads in pools} == {1}


def test_cores_are_those_that_the_process_may_use() -> None:
    """In a container or under taskset fewer than the machine has."""
    if not hasattr(os, "sched_setaffinity"):
        assert cores() == os.cpu_count()
        return
    program = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
    program += "from newsearch.indexer.threads import cores; print(cores())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


FORKED = """
import os, signal, time
from newsearch.indexer.table import StaticTable
from newsearch.indexer.threads import pool
table, texts = StaticTable.open(), ["Die Fähre liegt im Dock."] * 50
assert pool().submit(len, table.pieces_of(texts)).result() == 50
time.sleep(0.2)  # until its thread waits for more
if (child := os.fork()) == 0:
    signal.alarm(20)
    os._exit(pool().submit(len, table.pieces_of(texts)).result())
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_a_process_that_is_forked_after_a_search_has_threads_of_its_own() -> None:
    """As a server's workers are. Without them it would wait for its parent's for ever, those of tokenizers included."""
    several = os.environ | {"RAYON_NUM_THREADS": "2"}
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=True, env=several)
    assert done.stdout == "50\n"

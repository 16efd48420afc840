"""A build that is stopped while it embeds: how it ends, and what the next run makes of it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time

import numpy as np
import orjson
import pytest
from search_archive import COMMAND, write_lines

STOPPED = [
    (signal.SIGINT, 130, "newsearch: interrupted; run the same command again to go on\n", r"\[\]"),
    (signal.SIGTERM, 143, "newsearch: terminated; run the same command again to go on\n", r"\[\]"),
    (signal.SIGKILL, -9, "", r"\['took over from process {pid} since 20\S+, which ended without finishing'\]"),
]


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
@pytest.mark.parametrize(("number", "status", "said", "notes"), STOPPED, ids=["INT", "TERM", "KILL"])
def test_a_build_that_is_stopped_while_it_embeds_goes_on_from_what_it_embedded(tmp_path, number, status, said, notes):
    """To the passage: what the cache holds is not embedded again. Only a killed run leaves its name behind."""
    sentences = "Der Pegel stieg auf {n} Zentimeter. Am Kai lagen {n} Boote. Der Hafenmeister zählte sie am Abend. "
    records = [{"id": f"p{n}", "title": f"Pegel {n}", "text": sentences.format(n=n) * 8} for n in range(4000)]
    source, index = write_lines(tmp_path / "a.jsonl", *records), tmp_path / "an.index"
    command = [*COMMAND, "build", source, "--index", index, "--model", "static", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        wait_until_embedding(index, process)
        process.send_signal(number)
        out, err = process.communicate(timeout=300)
    assert (process.returncode, out, err) == (status, "", said)
    assert not (index / "CURRENT").exists()
    assert (index / "writer").exists() == (number == signal.SIGKILL)
    cached = sum(len(np.load(path)) for path in index.glob("cache/*/*.keys.npy"))
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    report = orjson.loads(done.stdout)
    assert report["articles"] == 4000
    assert 0 < cached < report["passages"]
    assert report["embedded"] == report["passages"] - cached
    assert re.fullmatch(notes.format(pid=process.pid), str(report["notes"]))
    left = {path.name for path in index.iterdir()}
    assert left == {"CURRENT", "articles.sqlite", "cache", "generations", "lock", "settings.toml"}


def wait_until_embedding(index, process):
    """Until *process* has a part of the articles embedded."""
    end = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < end:
        if any(index.glob("cache/*/*.keys.npy")):
            return
        time.sleep(0.005)
    raise TimeoutError(f"it embedded nothing; exit status {process.returncode}")

"""`newsearch serve` as a process."""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import contextmanager

from search_archive import COMMAND


@contextmanager
def serving(index, *options, **environment):
    """`newsearch serve` as a process, on a free port: its address and the process."""
    command = [*COMMAND, "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--index", str(index), *options],
        stderr=subprocess.PIPE,
        text=True,
        env={**{k: v for k, v in os.environ.items() if k != "NEWSEARCH_TOKEN"}, **environment},
    )
    try:
        said = process.stderr.readline()
        found = re.search(r"http://\S+?:(\d+)/", said)
        assert found, said + process.stderr.read()
        yield f"http://127.0.0.1:{found[1]}", process
    finally:
        process.terminate()
        process.wait(30)
        process.stderr.close()

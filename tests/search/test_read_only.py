"""Searching an index that may not be written: on a read-only disk, and as another user."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

SKIP = 77
READS = [
    ["search", "Schachklub sucht Keller", "-k", "1"],
    ["search", "Boote am Kai", "--language", "de", "--json"],
    ["info"],
    ["show", "kb-1", "--dropped"],
    ["verify"],
]
WRITES = [["rebuild"], ["rebuild", "--dry-run"], ["rollback"]]

PROGRAM = f"""
import json, os, sys
from newsearch.indexer.table import SHIPPED
from newsearch.search.main import run
ours, theirs, user = sys.argv[1], sys.argv[2], int(sys.argv[3])
def status_of(words, index):
    print("$", *words, flush=True)
    return run([*words, "--index", index])
for words in {READS + WRITES}:  # what is imported late may lie where another user cannot read
    status_of(words, ours)
if user:
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
if not os.access(SHIPPED / "vectors.npy", os.R_OK):
    sys.exit({SKIP})
print("as another", flush=True)
reads = [status_of(words, theirs) for words in {READS}]
writes = [status_of(words, theirs) for words in {WRITES}]
print("statuses", json.dumps([reads, writes]))
"""

MOUNTED = f'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit {SKIP}; shift; exec "$@"'


@pytest.fixture
def theirs(index):
    """An index of someone else: in a folder that everyone may enter, and nobody but its owner write."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        copy = shutil.copytree(index, Path(folder) / "their.index")
        for path in [copy, *copy.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield copy
        for path in [copy, *copy.rglob("*")]:
            path.chmod(0o755)


def files_of(folder):
    """Every file and folder, with its bytes and the time it was changed."""
    paths = [folder, *folder.rglob("*")]
    return {path: (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"") for path in paths}


def check_reads_and_refusals(command, index_copy, theirs, user):
    """Every reading command answers as on an index of one's own; a writing one ends with a line, and nothing is written."""
    before = files_of(theirs)
    program = [sys.executable, "-c", PROGRAM, index_copy, theirs, str(user)]
    done = subprocess.run([*command, *program], capture_output=True, text=True, check=False)
    if done.returncode == SKIP:
        pytest.skip(f"this system does not let this user try it: {done.stderr}")
    ours, _, there = done.stdout.partition("as another\n")
    answers, _, statuses = there.partition("statuses ")
    assert statuses == "[[0, 0, 0, 0, 0], [1, 1, 1]]\n", done.stderr
    assert "Traceback" not in done.stderr
    refused = [line for line in done.stderr.splitlines() if str(theirs) in line]
    assert len(refused) == len(WRITES)
    assert all("cannot be used" in line for line in refused)
    assert comparable(answers.split("$ rebuild")[0]) == comparable(
        ours.split("$ rebuild")[0].replace(str(index_copy), str(theirs))
    )
    assert files_of(theirs) == before


def comparable(text):
    """*text* without its times, and without links: they name a line of the source only for those who may read it."""
    return [line for line in text.splitlines() if "took_ms" not in line and '"link"' not in line]


@pytest.mark.skipif(os.name != "posix", reason="users and permissions as POSIX has them")
def test_another_users_index_is_searched_and_not_written(index_copy, theirs):
    """Root becomes nobody, whom permissions bind; anyone else is bound already."""
    check_reads_and_refusals([], index_copy, theirs, 65534 if os.getuid() == 0 else 0)


@pytest.mark.skipif(
    shutil.which("unshare") is None, reason="a read-only mount of one's own needs Linux and its unshare"
)
def test_an_index_on_a_read_only_disk_is_searched_and_not_written(index_copy, theirs):
    namespace = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets a user make no mount namespace (unshare)")
    check_reads_and_refusals([*namespace, "sh", "-c", MOUNTED, "sh", theirs], index_copy, theirs, 0)

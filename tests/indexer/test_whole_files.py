"""Writing that is whole or not at all."""

from __future__ import annotations

import errno
import subprocess
import sys
from hashlib import sha256

import pytest

from newsearch.corpus.errors import DiskFullError
from newsearch.indexer.files import disk_space_for, sha256_of, write_whole


def failing(number: int):
    """A write that gets half-way."""

    def write(file):
        file.write(b"half")
        raise OSError(number, "injected")

    return write


def test_a_file_is_there_with_what_was_written(tmp_path):
    write_whole(tmp_path / "a", lambda file: file.write(b"new"))
    assert (tmp_path / "a").read_bytes() == b"new"
    write_whole(tmp_path / "a", lambda file: file.write(b"newer"))
    assert (tmp_path / "a").read_bytes() == b"newer"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_the_old_file_stays_when_the_write_fails(tmp_path, error):
    """And nothing is left beside it."""
    (tmp_path / "a").write_bytes(b"old")

    def write(file):
        file.write(b"half")
        raise error

    with pytest.raises(error):
        write_whole(tmp_path / "a", write)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a": b"old"}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_our_own_error_and_the_old_file_stays(tmp_path, number):
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(
        DiskFullError, match=rf"No space left on the disk while writing {tmp_path / 'a'}.*Free some space"
    ) as caught:
        write_whole(tmp_path / "a", failing(number))
    assert caught.value.exit_code == 10
    assert caught.value.__cause__.errno == number
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a": b"old"}


def test_another_error_of_the_system_stays_what_it_is(tmp_path):
    with pytest.raises(PermissionError):
        write_whole(tmp_path / "a", failing(errno.EACCES))
    with pytest.raises(OSError, match="injected"), disk_space_for(tmp_path):
        raise OSError(errno.EIO, "injected")


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit on the size of files")
@pytest.mark.parametrize("size", [1_500, 100_000])
def test_an_array_that_the_system_cuts_short_is_an_error_with_its_number(tmp_path, size):
    """numpy writes past Python into a file that is opened to write only: there, on a full disk, an array of up to a buffer
    came out short without a word, and a larger one raised an OSError without errno, which is no DiskFullError.

    The limit on a file's size stands in for the full disk; the system fails both in the same place.
    """
    (tmp_path / "a.npy").write_bytes(b"old")
    program = (
        "import resource, signal, sys; from pathlib import Path; import numpy as np\n"
        "from newsearch.indexer.files import write_whole\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_whole(Path(sys.argv[1]), lambda f: np.save(f, np.zeros(int(sys.argv[2]), np.uint8)))\n"
        "except OSError as exc: print(exc.errno)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "a.npy"), str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(errno.EFBIG)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a.npy": b"old"}


def test_a_folder_that_is_not_there_is_no_full_disk(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "no" / "a", lambda file: file.write(b""))


@pytest.mark.parametrize("content", [b"", b"Hafen", b"x" * 300_000])
def test_a_hash_is_that_of_the_bytes(tmp_path, content):
    (tmp_path / "a").write_bytes(content)
    assert sha256_of(tmp_path / "a") == sha256(content).hexdigest()

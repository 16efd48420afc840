"""A rebuild after one article changed, one came and one went, against the full build; whole processes.

python -m benchmarks.rebuild_speed
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.common import show, unpack_archive

BUILDS = 3
NIGHTS = 4


def timed(*command: str) -> tuple[float, dict[str, int]]:
    """Seconds of a whole process, and its JSON report."""
    began = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began, json.loads(done.stdout)


def edit(lines: list[str], rng: random.Random) -> list[str]:
    """The archive with one article changed, one added and one deleted."""
    changed = json.loads(lines[rng.randrange(len(lines))])
    number = next(i for i, line in enumerate(lines) if json.loads(line)["id"] == changed["id"])
    changed["text"] = f"Ein neuer Satz {rng.random()} steht am Anfang. {changed['text']}"
    out = [*lines[:number], json.dumps(changed, ensure_ascii=False), *lines[number + 1 :]]
    del out[rng.randrange(len(out))]
    new = {"id": f"new-{rng.random()}", "publisher": "Elbkurier", "title": "Neu", "text": changed["text"][::-1]}
    return [*out, json.dumps(new, ensure_ascii=False)]


def main() -> None:
    """Measure full builds, and after each some nights: an edit, then a rebuild."""
    newsearch = str(Path(sys.executable).with_name("newsearch"))
    rng = random.Random(0)
    full, nights, embedded = [], [], []
    with tempfile.TemporaryDirectory() as name:
        archive = unpack_archive(Path(name))
        original = archive.read_text("utf-8").splitlines()
        for build in range(BUILDS):
            index, lines = str(Path(name) / f"{build}.index"), original
            archive.write_text("\n".join(lines) + "\n", "utf-8")
            full.append(timed(newsearch, "build", str(archive), "--index", index, "--json")[0])
            for _ in range(NIGHTS):
                lines = edit(lines, rng)
                archive.write_text("\n".join(lines) + "\n", "utf-8")
                took, report = timed(newsearch, "rebuild", "--index", index, "--json")
                nights.append(took)
                embedded.append(report["embedded"])
    show(
        {
            "newsearch build, median s": round(median(full), 2),
            "newsearch rebuild, median s": round(median(nights), 2),
            "rebuild / build": round(median(nights) / median(full), 3),
            "passages embedded anew": embedded,
        }
    )


if __name__ == "__main__":
    main()

"""What is imported when: `--help` waits for nothing, and a search needs no torch."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from search_archive import write_archive

HEAVY = [
    "torch",
    "matplotlib",
    "trafilatura",
    "lxml",
    "pycld2",
    "faiss",
    "numpy",
    "onnxruntime",
    "sentence_transformers",
    "tokenizers",
    "rensa",
    "fastapi",
    "pydantic",
    "starlette",
    "uvicorn",
    "jinja2",
    "prometheus_client",
]

AFTER_RUN = """
import json, sys
from newsearch.search.main import run
status = run(sys.argv[2:])
loaded = sorted(set(json.loads(sys.argv[1])) & set(sys.modules))
print(json.dumps([status, loaded]), file=sys.stderr)
"""

WITHOUT = """
import sys
for name in ("torch", "sentence_transformers", "transformers"):
    sys.modules[name] = None
from newsearch.search.main import main
main()
"""


def run_python(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False
    )


def loaded_after(*arguments):
    """(exit status, which heavy libraries were imported) of the command line in a fresh process."""
    return tuple(json.loads(run_python(AFTER_RUN, json.dumps(HEAVY), *arguments).stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["search", "--help"],
        ["timeline", "--help"],
        ["build", "--help"],
        ["serve", "--help"],
        ["serch"],
        ["search"],
    ],
)
def test_help_and_wrong_usage_import_nothing_heavy(arguments):
    """sentence-transformers alone takes seconds (DESIGN section 6, 12)."""
    status, loaded = loaded_after(*arguments)
    assert (status, loaded) == (0 if "--help" in arguments else 2, [])


def test_the_public_package_imports_nothing_heavy():
    code = f"import sys, newsearch.search; print(sorted({set(HEAVY)!r} & set(sys.modules)))"
    assert run_python(code).stdout == "[]\n"


def test_a_search_by_the_static_table_imports_neither_torch_nor_onnxruntime(index):
    status, loaded = loaded_after("search", "Käse", "--index", index)
    assert (status, loaded) == (0, ["faiss", "numpy", "tokenizers"])


def test_only_serve_imports_a_web_framework_and_only_a_build_what_compares_articles(index):
    """Neither rensa, which signs articles, nor FastAPI and pydantic: each would take a tenth of a second."""
    assert loaded_after("info", "--index", index) == (0, ["faiss", "numpy"])
    assert loaded_after("related", "hg-1", "--index", index) == (0, ["faiss", "numpy", "tokenizers"])
    assert loaded_after("timeline", "Käse", "--index", index) == (0, ["faiss", "numpy", "tokenizers"])


def test_build_and_search_with_the_default_model_import_no_torch(tmp_path):
    source = write_archive(tmp_path / "quelle")
    built = loaded_after("build", source, "--index", tmp_path / "an.index")
    assert built == (0, ["faiss", "numpy", "onnxruntime", "pycld2", "rensa", "tokenizers"])
    searched = loaded_after("search", "Käse", "--index", tmp_path / "an.index")
    assert searched == (0, ["faiss", "numpy", "onnxruntime", "tokenizers"])


def test_build_and_search_work_where_torch_is_missing(tmp_path):
    source = write_archive(tmp_path / "quelle")
    done = run_python(WITHOUT, "build", source, "--index", tmp_path / "an.index")
    assert (done.returncode, done.stderr) == (0, "")
    assert "11 articles, 15 passages" in done.stdout
    done = run_python(WITHOUT, "search", "Schachklub im Keller", "--index", tmp_path / "an.index", "-k", 1)
    assert (done.returncode, done.stderr) == (0, "")
    assert "“Schachklub sucht Keller”" in done.stdout

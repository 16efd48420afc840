# Two commands: `make demo` shows newsearch, `make test` checks everything. Both work from nothing but Python, make and a
# C library, in a virtual environment of their own (.venv).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0
NEEDED_MB := 3000
PYTEST_ARGS ?=
PACKAGES := corpus indexer search

.PHONY: demo test check slow clean environment

demo: $(VENV)/.installed
	@rm -rf .demo
	@echo '$$ newsearch build sample/archive --index .demo/sample.index'
	@$(BIN)/newsearch build sample/archive --index .demo/sample.index
	@echo
	@echo '$$ newsearch "which firms require proof AI can'"'"'t do the job" --index .demo/sample.index -k 3'
	@$(BIN)/newsearch "which firms require proof AI can't do the job" --index .demo/sample.index -k 3

# a file's tests stay together, since they share what took long to make
test: check
	$(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)

check: $(VENV)/.installed-dev .check/newsearch
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	MYPYPATH=.check $(BIN)/mypy --strict -p newsearch
	MYPYPATH=.check $(BIN)/mypy --strict training benchmarks
	PYTHONPATH=.check $(BIN)/lint-imports

slow: check
	$(BIN)/python -m pytest -m slow $(PYTEST_ARGS)

# mypy and import-linter follow folders, not the mapping in pyproject.toml
.check/newsearch:
	@mkdir -p $@
	@for package in $(PACKAGES); do ln -sfn ../../$$package $@/$$package; done

# torch first: asked for by another package it would come with gigabytes of CUDA
$(VENV)/.installed: pyproject.toml constraints.txt
	@$(MAKE) --no-print-directory environment
	$(BIN)/python -m pip install --quiet --constraint constraints.txt $(TORCH)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev,training]'
	@touch $@

environment:
	@command -v $(PYTHON) >/dev/null || { echo "newsearch: found no $(PYTHON); wanted Python 3.11 or newer. Install it (Debian: apt install python3 python3-venv), or name one: make demo PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "newsearch: $(PYTHON) is $$($(PYTHON) --version); wanted Python 3.11 or newer. Name one: make demo PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "newsearch: $(PYTHON) has no venv module. Install it (Debian: apt install python3-venv)." >&2; exit 1; }
	@test "$$(df -Pm . | awk 'NR==2 {print $$4}')" -ge $(NEEDED_MB) || { echo "newsearch: $$(df -Pm . | awk 'NR==2 {print $$4}') MB free here; the virtual environment with torch needs $(NEEDED_MB). Free some space." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) .check .demo

# Every task of the project; `make help` lists them. All of them set up what they need in $(VENV), once.
# Other interpreter, other place:  make test PYTHON=python3.13 VENV=.venv313

PYTHON ?= python3
VENV   ?= .venv
INDEX  ?= index

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test test-long test-frameworks lint format types layers wheel check docs bench pins clean
.DELETE_ON_ERROR:

help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Set-up. The stamps say which lists the environment was filled from; a list that changes fills it again.

setup: $(VENV)/.runtime ## Set up what running newsidx needs
setup-dev: $(VENV)/.dev ## Set up what working on newsidx needs

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("newsidx needs Python 3.11 or later; set PYTHON=") if sys.version_info < (3, 11) else 0'
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "$(PYTHON) lacks the venv module (Debian: apt install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: constraints/runtime.txt constraints/build.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r constraints/runtime.txt -r constraints/build.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: constraints/dev.txt $(VENV)/.runtime
	$(PIP) install --require-hashes -r constraints/dev.txt
	@touch $@

# Running.

demo: $(VENV)/.runtime ## Add corpus/ to the index and search it
	$(BIN)/newsidx add --index $(INDEX) corpus/
	$(BIN)/newsidx search --index $(INDEX) peacekeepers withdrawal

# Checking.

test: $(VENV)/.dev ## Run the tests, long suites as a seeded sample
	$(BIN)/python -m pytest -q -m "not long"

test-long: $(VENV)/.dev ## Run every test, long suites whole, in two halves at once
	@$(MAKE) --no-print-directory -j 2 test-long-engine test-long-others

# Each about half of the time.
.PHONY: test-long-engine test-long-others
test-long-engine: $(VENV)/.dev
	NEWSIDX_TEST_LONG=1 $(BIN)/python -m pytest -q tests/engine

test-long-others: $(VENV)/.dev
	NEWSIDX_TEST_LONG=1 $(BIN)/python -m pytest -q --ignore=tests/engine

test-frameworks: $(VENV)-frameworks/.filled ## Run the tests of the retrievers with LangChain and LlamaIndex themselves
	$(VENV)-frameworks/bin/python -m pytest -q -p no:cacheprovider tests/retrievers

$(VENV)-frameworks/.filled: constraints/frameworks.txt constraints/dev.txt
	$(PYTHON) -m venv $(VENV)-frameworks
	$(VENV)-frameworks/bin/python -m pip --disable-pip-version-check --no-input --quiet install --require-hashes -r constraints/frameworks.txt -r constraints/dev.txt
	@touch $@

lint: $(VENV)/.dev ## Check style and layout of the code
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: $(VENV)/.dev ## Lay out the code and mend what can be mended by rule
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: $(VENV)/.dev ## Check the types
	$(BIN)/mypy

layers: $(VENV)/.dev ## Check which package imports which
	$(BIN)/lint-imports

wheel: $(VENV)/.dev ## Build the wheel and try it in an environment of its own
	$(BIN)/python scripts/check_wheel.py

check: lint types layers test wheel ## All that must pass before a change goes in

bench: $(VENV)/.dev ## Time a cold search
	$(BIN)/python benchmarks/cold_search.py

# Upkeep.

docs: $(VENV)/.dev ## Make docs/cli.md, the counts of docs/query.md and the picture of the README anew
	$(BIN)/python scripts/cli_docs.py
	$(BIN)/python scripts/draw_search.py
	$(BIN)/python scripts/query_docs.py

pins: ## Resolve the dependencies anew into constraints/ (PINS=--upgrade for newer ones)
	PYTHON=$(PYTHON) scripts/pins.sh $(PINS)

clean: ## Remove what the tasks made, but for the index
	rm -rf $(VENV) $(VENV)-frameworks dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find newsidx tests scripts benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# Everything runs in a virtual environment of its own, made on first use; `make help` lists the targets.
#   make test PYTHON=python3.12 VENV=.venv312     another Python, beside the first

PYTHON ?= python3
VENV ?= .venv
JOBS ?= 2
PYTEST_ARGS ?=
FUZZ_EXAMPLES ?= 10000
BENCH_ARGS ?= --quick
SANITIZE_ARGS ?=
ACCURACY_ARGS ?= --all

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
SOURCES_OF_INSTALL := pyproject.toml setup.py $(wildcard symnum/_*.px* symnum/_*.h) $(wildcard symnum/_[!r]*.c)
PYTEST := $(BIN)/python -m pytest

# A compiled call path that does not build is an error here; `make test SYMNUM_REQUIRE_RUNTIME=0` goes without.
export SYMNUM_REQUIRE_RUNTIME ?= 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test lint types floors pytest coverage reference rules sympy accuracy stability golden mutate fuzz sanitize bench docs changelog clean distclean

help:            ## list the targets
	@sed -n 's/^\([a-z]*\): .*## /  make \1\t/p; s/^\([a-z]*\): *## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

demo: $(VENV)/.stamp-demo  ## set everything up and run the demonstration
	$(BIN)/python demos/logistic_regression.py

test: lint types floors pytest  ## set everything up and run every check

lint: $(VENV)/.stamp-test  ## ruff, and the change notes
	$(BIN)/ruff check .
	$(BIN)/towncrier build --draft --version next > /dev/null

types: $(VENV)/.stamp-test  ## mypy --strict
	$(BIN)/mypy

floors: $(VENV)/.stamp-test  ## imports go downwards only
	$(BIN)/python tools/floors.py

pytest: $(VENV)/.stamp-test  ## the tests (PYTEST_ARGS="-k name" for some of them)
	$(PYTEST) -q -n $(JOBS) --durations=15 $(PYTEST_ARGS)

coverage: $(VENV)/.stamp-test  ## the tests, with the lines that none of them runs
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q $(PYTEST_ARGS)
	$(BIN)/coverage combine
	$(BIN)/coverage report

reference: $(VENV)/.stamp-test  ## write the reference pages, the array API report and the type stubs again
	$(BIN)/python tools/reference.py
	$(BIN)/python tools/stubs.py
	$(BIN)/python tools/array_api_report.py

rules: $(VENV)/.stamp-test  ## measure what each rule gains, and write docs/rules.md
	$(BIN)/python tools/rules_page.py

sympy: $(VENV)/.stamp-test  ## write docs/sympy.md, the classes of SymPy that are read
	$(BIN)/python tools/sympy_page.py

accuracy: $(VENV)/.stamp-test  ## measure the errors of functions, and write docs/accuracy.md (ACCURACY_ARGS="expf" for one)
	$(BIN)/python tools/accuracy_page.py $(ACCURACY_ARGS)

stability: $(VENV)/.stamp-bench $(VENV)/.stamp-test  ## score formulas that lose digits, and write docs/stability*.md
	$(BIN)/python tools/stability.py --page
	$(BIN)/python tools/stability.py --table families --page

golden: $(VENV)/.stamp-test  ## write the golden files again; read their diff before you commit it
	SYMNUM_UPDATE_GOLDEN=1 $(PYTEST) -q -k golden

mutate: $(VENV)/.stamp-test  ## seed faults and see that the tests catch each
	$(BIN)/python tools/mutate.py

fuzz: $(VENV)/.stamp-test  ## the random tests with FUZZ_EXAMPLES new cases each
	SYMNUM_FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(PYTEST) -q -n $(JOBS) -m "fuzz or hypothesis" \
		--hypothesis-profile=fuzz $(PYTEST_ARGS)

sanitize: $(VENV)/.stamp-test  ## generated C under -Wall -Wextra (gcc, clang) and sanitizers (SANITIZE_ARGS="--only thread" for one)
	$(BIN)/python tools/sanitize.py $(SANITIZE_ARGS)

bench: $(VENV)/.stamp-bench  ## measure against peers, taking turns (BENCH_ARGS="--only softmax" for less, "" for all)
	$(BIN)/python benchmarks/run.py $(BENCH_ARGS)
	$(BIN)/python benchmarks/array_language.py

docs: $(VENV)/.stamp-docs  ## build the documentation into docs/_build
	$(BIN)/python -m sphinx -q -b html docs docs/_build/html

changelog: $(VENV)/.stamp-test  ## move the fragments of changes/ into CHANGELOG.md
	$(BIN)/towncrier build --yes

$(VENV)/.stamp-venv:
	@$(PYTHON) -c 'import sys; sys.exit("symnum needs Python 3.10 or newer; $(PYTHON) is " + sys.version.split()[0] + "; say which with make PYTHON=..." if sys.version_info < (3, 10) else 0)'
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) has no venv module; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

# One environment for every extra: a stamp says that the package is installed here with that extra.
$(VENV)/.stamp-%: $(VENV)/.stamp-venv $(SOURCES_OF_INSTALL)
	$(PIP) install -qq --editable '.[$*]'
	@touch $@

clean:           ## remove what builds and runs leave behind
	rm -rf build dist *.egg-info docs/_build loss.png .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.*
	rm -f symnum/_runtime.c symnum/_runtime*.so $(VENV)/.stamp-demo $(VENV)/.stamp-test $(VENV)/.stamp-bench $(VENV)/.stamp-docs
	find symnum tests tools benchmarks demos -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## the same, and the virtual environment
	rm -rf $(VENV)

# `make help` prints this file's targets.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: help install up test test-fast fuzz check format bench bench-platforms lock clean
help:            ## what can be made
	@grep -hE '^[a-z-]+: *.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 18

install: $(STAMP)  ## only make the environment, in .venv/
$(STAMP): requirements.lock pyproject.toml
	@echo "Making the environment in $(VENV)/ (once; about half a minute)"
	@$(PYTHON) -c 'import sys; sys.exit("PyTake needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

up: $(STAMP)       ## run everything on this machine; Ctrl-C stops it
	@$(BIN)/pytake up

test: $(STAMP)     ## the whole suite, against real PostgreSQL and the real Temporal server
	@$(BIN)/python -m pytest

test-fast: $(STAMP)  ## the suite without the slow tests
	@$(BIN)/python -m pytest -m "not slow"

fuzz: $(STAMP)     ## 10,000 broken bodies for each platform's parser, for the night
	@HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest tests/platforms/test_contract.py -k mutation --timeout 7200

check: $(STAMP)    ## format, lint, types, import rules, compose file, Dockerfile, tests: what CI runs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy .
	@$(BIN)/pyright
	@$(BIN)/lint-imports
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	@$(BIN)/hadolint Dockerfile
	@$(MAKE) --no-print-directory test

format: $(STAMP)   ## format and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(STAMP)    ## the benchmark of the hot path
	@$(BIN)/python bench/first_reply.py

bench-platforms: $(STAMP)  ## how fast platforms read and write, beside the JSON alone
	@$(BIN)/python -m bench.platforms

PINNED := --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11
lock:            ## pin both lock files again, without index addresses; the image has only what production needs
	@$(PYTHON) -m venv .pytake/lock && .pytake/lock/bin/pip install --quiet uv
	@.pytake/lock/bin/uv pip compile pyproject.toml build-requirements.in --all-extras $(PINNED) \
		--output-file requirements.lock
	@.pytake/lock/bin/uv pip compile pyproject.toml --constraint requirements.lock $(PINNED) \
		--output-file requirements.prod.lock

clean:           ## remove the environment and all local data
	@rm -rf $(VENV) .pytake

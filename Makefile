# 掌柜 Zhanggui. `make` alone lists what can be done.
.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := /bin/sh
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PACKAGES := retail store_db devices promotions loyalty pos_terminal store_agent hq_server zhanggui
SOURCES := $(PACKAGES) tests bench
INSTALLED := $(VENV)/.installed
LOCK_FLAGS := --python-version 3.11 --python-platform linux --generate-hashes --only-binary :all: \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --strip-extras --no-sources --quiet

.PHONY: help setup demo test check fmt format-check lint types contracts tests bench prove docs requirements clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## make .venv with the pinned libraries and the four commands (done by the others when needed)

demo: $(INSTALLED) ## run a whole chain here: headquarters, one store's agent, one till
	@$(BIN)/zhanggui demo

test: check ## what CI runs

check: format-check lint types contracts tests ## format, lint, types, import contracts, tests

fmt: $(INSTALLED) ## format the code and repair what the linter can
	$(BIN)/ruff check --fix --quiet $(SOURCES) || true
	$(BIN)/ruff format $(SOURCES)

format-check: $(INSTALLED) ## is the code formatted?
	@$(BIN)/ruff format --check --quiet $(SOURCES) || { echo 'Not formatted: run `make fmt`.'; exit 1; }

lint: $(INSTALLED) ## ruff
	$(BIN)/ruff check --quiet --output-format concise $(SOURCES)

types: $(INSTALLED) ## mypy, strict
	$(BIN)/mypy --no-error-summary

contracts: $(INSTALLED) ## which package may import which
	$(BIN)/lint-imports --no-logo

tests: $(INSTALLED) ## pytest alone; choose with ARGS='tests/retail -k money'
	$(BIN)/python -m pytest -n 2 $(ARGS)

bench: $(INSTALLED) ## measure speed, each figure beside a floor measured in the same run
	$(BIN)/python -m bench

prove: $(INSTALLED) ## the long proofs: full replay, many seeds, kills; writes docs/proof.md
	$(BIN)/python -m bench.prove

docs: $(INSTALLED) ## write the reference pages anew from the code
	$(BIN)/zhanggui docs

requirements: $(INSTALLED) ## resolve pyproject.toml into requirements/*.txt, with hashes; UPGRADE=1 takes newer versions
	@mkdir -p requirements
	$(BIN)/uv pip compile $(LOCK_FLAGS) $(if $(UPGRADE),--upgrade) --all-extras -o requirements/dev.txt pyproject.toml
	@for role in till agent hub hq; do \
		$(BIN)/uv pip compile $(LOCK_FLAGS) --constraints requirements/dev.txt --extra $$role \
			-o requirements/$$role.txt pyproject.toml || exit 1; \
	done

clean: ## remove .venv, caches and the demo's files
	rm -rf $(VENV) .demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@python=; for candidate in python3.11 python3 python3.12 python3.13; do \
		if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo 'Python 3.11 or newer is needed: apt-get install python3'; exit 1; fi; \
	if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$python cannot make virtual environments yet: apt-get install python3-venv"; exit 1; \
	fi; \
	$$python -m venv $(VENV)

# Every file is checked against its hash, and only wheels are taken: nothing is compiled here.
$(VENV)/.requirements: requirements/dev.txt | $(VENV)/bin/python
	@echo 'Installing the pinned libraries into $(VENV) (about 300 MB to download the first time) …'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements/dev.txt
	@touch $@

# The project itself, in place: a changed source file needs no new installation, a changed pyproject.toml does.
$(INSTALLED): $(VENV)/.requirements pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@touch $@

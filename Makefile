# Everything a newcomer needs: `make repl` to ask, `make test` to check. Both set up what they need once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help repl test lint types layers unit format bench random lock clean
.DEFAULT_GOAL := help

help: ## say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/:/' | column -t -s:

repl: $(VENV)/.run ## open the shell on the Astana base
	@$(BIN)/python -m alignment

test: lint types layers unit ## everything that must hold

lint: $(VENV)/.dev ## style, by ruff
	@$(BIN)/ruff check .

types: $(VENV)/.dev ## types, by mypy --strict
	@$(BIN)/mypy

layers: $(VENV)/.dev ## the direction of imports, by import-linter
	@$(BIN)/lint-imports --no-logo

unit: $(VENV)/.dev ## the tests, and the scripted tests of the rules
	@$(BIN)/python -m alignment test tests
	@$(BIN)/python -m pytest -n 2

format: $(VENV)/.dev ## canonical layout of rules and facts
	@$(BIN)/python -m alignment format facts rules

bench: $(VENV)/.dev ## measure against other engines found on this machine
	@$(BIN)/python -m bench

random: $(VENV)/.dev ## 20,000 random programs against clingo, by hand
	@$(BIN)/python -m tests.engines.random_run --programs 20000

lock: ## pin all versions anew (needs uv)
	uv pip compile -q pyproject.toml --extra build --generate-hashes --universal --python-version 3.11 \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements.lock
	uv pip compile -q pyproject.toml --extra build --extra dev --generate-hashes --universal --python-version 3.11 \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements-dev.lock

clean: ## remove what can be made again
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Alignment needs Python 3.11 or later; name one with: make PYTHON=python3.12 repl"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "python3 has no venv module; on Debian: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.run: requirements.lock | $(VENV)/.made
	@echo "Setting up (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q alignment
	@$(BIN)/python -c "from alignment.language.tables import tables; tables()"
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/.made
	@echo "Setting up for development (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q alignment
	@touch $@ $(VENV)/.run

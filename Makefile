# Livsmester: common development tasks. `make` alone lists them.
# Needs Python 3.11-3.14 with pip and venv, and the package registries on the first run; nothing else.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null \
	&& echo $$python && break; done)
BIN := .venv/bin
DEMO := var/demo
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2

# No browser, no PostgreSQL, no demo municipality: seconds, not minutes.
QUICK_TESTS := tests/conventions/test_source.py tests/conventions/test_translations.py tests/conventions/test_change_log_tags.py \
	tests/conventions/test_data_export.py tests/conventions/test_processing_register.py tests/foundation tests/plans \
	tests/people/access tests/people/consent tests/people/sign_in tests/guides/board tests/guides/pairings \
	tests/budgets/ledger tests/budgets/requests

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset check test test-long lint types lock translations wheel bench clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

# --- the demo ---------------------------------------------------------------------------------------------------

# The demo never touches another database and never leaves this machine, whatever the environment names.
demo: export LIVSMESTER_DATABASE_URL := sqlite:///$(DEMO)/livsmester.sqlite
demo: export LIVSMESTER_KEYS :=
demo: export LIVSMESTER_KEYS_FILE := $(DEMO)/livsmester.keys
demo: export LIVSMESTER_HOST := 127.0.0.1
demo: export LIVSMESTER_PUBLIC_URL :=

demo: .venv/installed ## install, fill a demo municipality and serve it on this machine
	@mkdir -p $(DEMO)
	@$(BIN)/livsmester migrate
	@test -e $(DEMO)/filled || { $(BIN)/livsmester demo && touch $(DEMO)/filled; }
	@trap : INT TERM; $(BIN)/livsmester serve --demo; \
		ended=$$?; test $$ended -eq 130 -o $$ended -eq 143 || exit $$ended

demo-reset: ## throw the demo municipality away; the next make demo starts afresh
	@rm -rf $(DEMO)
	@echo "The demo municipality is gone. 'make demo' makes a new one."

# --- installing -------------------------------------------------------------------------------------------------

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Livsmester needs Python 3.11, 3.12, 3.13 or 3.14, and found none on this machine." \
		"Install one, or name it: make PYTHON=/path/to/python3.12 ..." >&2; exit 2; }
	@echo "Making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }  # half an environment would look like a whole one

.venv/installed: locks/build.txt pyproject.toml build_assets.py package-lock.json | .venv/bin/python
	@echo "Installing what Livsmester runs on (once, a minute or two)"
	@$(PIP) install --require-hashes -r locks/build.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: locks/dev.txt .venv/installed
	@echo "Installing the tools for tests, lint and types (once, a minute or two)"
	@$(PIP) install --require-hashes -r locks/dev.txt
	@touch $@

node_modules/installed: package.json package-lock.json .npmrc .venv/installed
	@$(BIN)/python -c 'from pathlib import Path; from build_assets import npm; npm("ci", folder=Path("."))'
	@touch $@

# --- checks -----------------------------------------------------------------------------------------------------

test: .venv/installed-dev node_modules/installed ## the whole suite: rules, both databases, pages, commands, browser
	$(PYTEST) -n $(WORKERS) --dist loadgroup

check: lint types ## lint, types, contracts and the quick tests: under a minute
	$(PYTEST) -n $(WORKERS) -q -m "not long and not browser" -k "not postgresql" $(QUICK_TESTS)

test-long: .venv/installed-dev node_modules/installed ## the long proofs alone
	$(PYTEST) -m long

lint: .venv/installed-dev ## ruff: rules and format; import-linter: who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: .venv/installed-dev ## mypy, strict
	$(BIN)/mypy

bench: .venv/installed-dev ## the measurements in benchmarks/, one after another
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

# --- making things ----------------------------------------------------------------------------------------------

COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --no-emit-index-url pyproject.toml

lock: .venv/installed-dev ## newest versions into locks/ and package-lock.json, for every Python and without a host's name
	@$(COMPILE) --all-extras --output-file locks/dev.txt >/dev/null
	@$(COMPILE) --extra build --constraint locks/dev.txt --output-file locks/build.txt >/dev/null
	@$(COMPILE) --constraint locks/build.txt --output-file locks/runtime.txt >/dev/null
	@$(BIN)/python -c 'from pathlib import Path; from build_assets import npm; \
		npm("install", "--package-lock-only", folder=Path("."))'
	@git diff --stat -- locks package-lock.json

PACKAGES := foundation people plans guides budgets livsmester

translations: .venv/installed ## texts that code and templates mark, into translations/da/<package>.po
	@mkdir -p var
	@for package in $(PACKAGES); do \
		places="src/$$package $$(ls -d templates/$$package 2>/dev/null)"; \
		test $$package != foundation || places="$$places templates/layouts templates/components templates/print"; \
		$(BIN)/pybabel --quiet extract --mapping babel.cfg --keywords N_ --add-location=file --sort-by-file --no-wrap \
			--output var/$$package.pot $$places && \
		$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --no-wrap --omit-header --locale da \
			--input-file var/$$package.pot --output-file translations/da/$$package.po && rm var/$$package.pot || exit 1; \
	done
	@git diff --stat -- translations

wheel: .venv/installed-dev ## the wheel and its bill of materials (CycloneDX), into dist/
	@$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@$(BIN)/cyclonedx-py requirements locks/runtime.txt --pyproject pyproject.toml --output-reproducible --of JSON \
		--output-file dist/$$(basename dist/livsmester-*.whl | cut -d- -f1-2).cdx.json 2>/dev/null
	@ls dist/*.whl dist/*.cdx.json

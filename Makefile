# Each target sets up what it needs by itself: Python 3.11 or newer, git and make are enough.

SHELL := /bin/sh
PYTHON ?= python3
UV ?= .tools/bin/uv
RUN := UV_PYTHON_DOWNLOADS=never $(UV) run --frozen --quiet
# The interpreter tells how far it has come; a newcomer should not see its build messages twice.
SYNC := UV_PYTHON_DOWNLOADS=never $(UV) sync --frozen --quiet

# The system's certificates where it has them: an office may stand behind a proxy of its own.
ifneq ($(firstword $(SSL_CERT_FILE) $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/ssl/cert.pem)),)
export SSL_CERT_FILE := $(firstword $(SSL_CERT_FILE) $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/ssl/cert.pem))
endif

.DEFAULT_GOAL := help
.PHONY: help demo test check bench interop audit format clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

demo: .venv/.ready ## Play the whole life of one telegram
	@$(RUN) --no-dev depesha demo

test: .venv/.ready ## Run every test, those with real processes included
	@sh tools/need.sh tar
	@$(RUN) pytest -m "" --cov --cov-report=term:skip-covered -p no:cacheprovider

check: .venv/.ready ## Run the linters, the type checker and the import contracts
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) mypy
	@$(RUN) lint-imports
	@$(UV) lock --check --quiet

bench: .venv/.ready ## Measure ours beside its peers, as ratios
	@$(RUN) python tools/bench.py

interop: .venv/.ready ## Open our sealed files with another age implementation
	@sh tools/need.sh tar
	@$(RUN) --group interop python tools/interop.py

audit: .venv/.ready ## Look the dependencies up among known faults (needs the advisory service)
	@$(RUN) pip-audit --progress-spinner off --skip-editable

format: .venv/.ready ## Write the code in the house format
	@$(RUN) ruff format .
	@$(RUN) ruff check --fix .

clean: ## Remove everything that these targets made
	rm -rf .venv .tools .coverage .coverage.* .hypothesis .mypy_cache .ruff_cache .import_linter_cache

.venv/.ready: $(UV) uv.lock pyproject.toml
	@echo "Setting up Depesha's environment (once; about a minute)..."
	@$(SYNC)
	@touch $@

.tools/bin/uv:
	@sh tools/get-uv.sh $(PYTHON)

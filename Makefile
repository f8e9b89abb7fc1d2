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
.PHONY: help demo test check bench bench-seal bench-channel interop fuzz model lab killer audit format clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

demo: .venv/.ready ## Play the whole life of one telegram
	@$(RUN) --no-dev depesha demo

test: .venv/.ready ## Run every test, those with real processes included
	@sh tools/need.sh tar spin 'gcc=gcc libc6-dev'
	@$(RUN) pytest -m "" --cov --cov-report=term:skip-covered -p no:cacheprovider

check: .venv/.ready ## Run the linters, the type checker and the import contracts
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) mypy
	@$(RUN) lint-imports
	@$(UV) lock --check --quiet

bench: .venv/.ready ## Measure ours beside its peers, as ratios
	@$(RUN) python tools/bench.py

bench-seal: .venv/.ready ## Measure sealing and opening beside their peers
	@$(RUN) python tools/bench.py --only seal

bench-channel: .venv/.ready ## Measure the relay and a station end to end beside their peers
	@$(RUN) python tools/bench.py --only relay

interop: .venv/.ready ## Let other age implementations open our files, and open theirs
	@sh tools/need.sh tar age
	@$(RUN) --group interop python tools/interop.py

fuzz: .venv/.ready ## Give every reader inputs that nobody meant (FUZZ_MINUTES=10 each)
	@$(RUN) python tools/fuzz.py --minutes $(or $(FUZZ_MINUTES),10)

model: .venv/.ready ## Check the model of one channel over its whole state space
	@sh tools/need.sh spin 'gcc=gcc libc6-dev'
	@$(RUN) python tools/model.py

lab: .venv/.ready ## Let four posts write over a hostile carrier (LAB_SEED=7)
	@$(RUN) python tools/lab.py --posts 4 --telegrams 2000 --seed $(or $(LAB_SEED),7) --faults all

killer: .venv/.ready ## Kill real processes at random moments, 200 times
	@$(RUN) python tools/killer.py --rounds 200

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

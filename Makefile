# Everything runs on a machine with Python 3.11+ and make; see README.md.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed-$(shell cksum < requirements.txt | cut -d' ' -f1)

.PHONY: run setup test lint bench messages lock
.DEFAULT_GOAL := run

run: setup  ## the whole product on http://127.0.0.1:8000, with the demo company on first start
	@$(BIN)/python manage.py serve --port $(PORT)

setup: $(STAMP)  ## the environment and the static files, nothing started

$(STAMP): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "SalesOps needs Python 3.11 or newer.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python manage.py collectstatic --no-input -v0
	@rm -f $(VENV)/.installed-* && touch $@

test: setup  ## the whole suite on a PostgreSQL of its own
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py messages --check

bench: setup  ## ratios against hand-written SQL on the same data; writes JSON and prints a table
	$(BIN)/python -m tests.benchmarks $(ARGS)

messages: setup  ## bring the translation catalogues in step with the source
	$(BIN)/python manage.py messages

lock: setup  ## compile requirements.txt, with hashes, from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-header \
		--universal --python-version 3.11 -o requirements.txt

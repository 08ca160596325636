# The commands of this product. `make help` lists them.
SHELL = /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test check faults demo bench pictures letters words lock

VENV = .venv/bin/python

# Finds a Python of at least 3.11 and lets it bring .venv up to the given lock; does nothing when it is.
define environment
for name in $(PYTHON) $(VENV) python3 python3.12 python3.11 python3.13 python3.14 python; do \
  if command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
  then exec $$name -I project/bootstrap.py $(1); fi; \
done; \
echo "Python 3.11 or newer is needed and was not found. Install it, or name it: make PYTHON=/path/to/python3.11 ..." >&2; exit 1
endef

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: ## start everything: web, workers, beat, dashboard, Redis, database; Ctrl-C stops it
	@$(call environment,requirements.txt)
	@exec $(VENV) -m project.run

test: ## every test: SQLite, PostgreSQL, quick faults, real browser
	@$(call environment,requirements-dev.txt)
	@exec $(VENV) -m tests.everything

faults: ## every fault, also the slow ones
	@$(call environment,requirements-dev.txt)
	@exec $(VENV) -m pytest -n2 -m faults

check: ## style, types, import contracts, migrations, deployment checks
	@$(call environment,requirements-dev.txt)
	$(VENV) -m ruff check
	$(VENV) -m ruff format --check
	$(VENV) -m mypy
	.venv/bin/lint-imports
	$(VENV) manage.py makemigrations --check --dry-run
	$(VENV) -m project.deploy_check

demo: ## the reference example end to end, printing each letter
	@$(call environment,requirements.txt)
	@exec $(VENV) -m project.example

bench: ## the figures of docs/benchmarks.md
	@$(call environment,requirements-dev.txt)
	@exec $(VENV) -m benchmarks

pictures: ## take the pictures of the docs from a running demo
	@$(call environment,requirements-dev.txt)
	@exec $(VENV) -m tests.pictures

letters: ## the sizes of docs/letters.md, and what a spam filter says (needs spamassassin)
	@$(call environment,requirements-dev.txt)
	@exec $(VENV) -m tests.letter_report

words: ## collect the texts of pages into the catalogues of other languages, and compile these
	@$(call environment,requirements.txt)
	@exec $(VENV) -m project.words

lock: ## pin every dependency again, with hashes (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --group dev pyproject.toml -o requirements-dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --extra traces pyproject.toml -c requirements.txt -o requirements-traces.txt

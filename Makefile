# `make` prints this menu. Everything happens in .venv and var/, nothing on the machine.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := menu
.DELETE_ON_ERROR:

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
# What `make test-pg` talks to; the role must be allowed to create databases.
PG_URL = $(or $(DATABASE_URL),postgres://postgres@127.0.0.1:5432/preau)
REDIS = $(or $(REDIS_URL),redis://127.0.0.1:6379/15)
PYTEST = .venv/bin/python -m pytest
BESIDE = -n auto --no-loadscope-reorder -m "not quiet"
# The default of Préau, whatever the shell was last used for.
ALONE = env -u DATABASE_URL -u REDIS_URL -u DEBUG

menu: ## print this menu
	@grep -hE '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: .venv/.dev ## make .venv with everything a developer needs

run: .venv/.run ## serve the demonstration schools on http://127.0.0.1:8000/ (PORT= changes it)
	.venv/bin/preau migrate --verbosity 0
	.venv/bin/preau demo
	.venv/bin/preau accounts
	exec .venv/bin/preau serve --host "$(HOST)" --port "$(PORT)"

demo: .venv/.run ## fill the demonstration schools, where they are not there yet
	.venv/bin/preau migrate --verbosity 0
	.venv/bin/preau demo

test: .venv/.dev ## every test, on SQLite; T="-k absence" chooses
	$(ALONE) $(PYTEST) $(BESIDE) $(T)
	$(ALONE) $(PYTEST) -q $(T) -m quiet || test $$? = 5 # 5: T chose none of these

# What measures the processor or drives a browser is done once: the browser's server has its own SQLite anyway.
test-pg: .venv/.dev ## every test, on PostgreSQL and Redis (DATABASE_URL, REDIS_URL)
	@.venv/bin/python -m tools.services "$(PG_URL)" "$(REDIS)"
	DATABASE_URL="$(PG_URL)" REDIS_URL="$(REDIS)" $(PYTEST) -n auto --no-loadscope-reorder -m "not quiet and not browser" $(T)

check: lint types contracts migrations words leaks ## all that CI checks besides the tests

lint: .venv/.dev ## style of Python and templates
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	find preau -name '*.html' -print0 | xargs -0 -r .venv/bin/djade --target-version 5.2 --check

# djade answers 1, so xargs 123, when it has rewritten something.
format: .venv/.dev ## rewrite Python and templates in the style
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .
	find preau -name '*.html' -print0 | xargs -0 -r .venv/bin/djade --target-version 5.2 || test $$? = 123

types: .venv/.dev ## mypy, strict in the kernel, services and selectors
	.venv/bin/mypy

contracts: .venv/.dev ## who may import whom
	.venv/bin/lint-imports

migrations: .venv/.dev ## models and migrations agree, and migrations are safe to deploy
	DATABASE_URL=sqlite://:memory: .venv/bin/preau makemigrations --check --dry-run
	.venv/bin/python -m tools.migrations

words: .venv/.dev ## every plural is in the French catalogue, and the catalogue is compiled
	.venv/bin/python -m tools.plurals --check

catalogue: .venv/.dev ## compile the French catalogue
	.venv/bin/python -m tools.plurals

leaks: .venv/.dev ## nothing of a machine is in a tracked file
	.venv/bin/python -m tools.leaks

screens: .venv/.dev ## pictures of the demonstration, in screens/; S="--only teacher" chooses
	.venv/bin/python -m tools.screens $(S)

bench-pages: .venv/.dev ## queries, weight and time of the demonstration's pages
	.venv/bin/python -m bench.pages

frontend: frontend/.node/.ready ## bundle the editor anew, from frontend/ (needs the npm registry)
	cd frontend && PATH="$(CURDIR)/frontend/.node/bin:$$PATH" npm ci && PATH="$(CURDIR)/frontend/.node/bin:$$PATH" npm run build

bench-reading: .venv/.dev ## an export of 72 000 pupils read: rows a second, memory
	.venv/bin/python -m bench.reading

bench-import: .venv/.dev ## the files of 1, 10 and 120 schools brought in, on both databases
	.venv/bin/python -m bench.imports

bench-search: .venv/.dev ## time of finding people among 200 000 in 120 schools
	.venv/bin/python -m bench.search

bench-work: .venv/.dev ## 50 000 tasks, two workers: figures and proof
	.venv/bin/python -m bench.work

bench-live: .venv/.dev ## 500 open streams: what they cost the pages, how soon they tell
	.venv/bin/python -m bench.live

bench-outage: .venv/.dev ## a school at work while Redis is away for a minute
	.venv/bin/python -m bench.outage

lock: .venv/.dev ## write the locks anew; U=--upgrade takes newer versions
	bash tools/lock.sh $(U)

clean: ## remove what was built; var/ (the data) and .venv stay
	rm -rf build dist screens .pytest_cache .mypy_cache .ruff_cache .import_linter_cache preau.egg-info
	find preau tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Préau needs Python 3.11 or newer; PYTHON= names another.")'
	$(PYTHON) -m venv .venv

# Stamps: installed again only when a lock changes.
.venv/.run: tools/install.sh requirements/run.txt requirements/build.txt pyproject.toml | .venv/bin/python
	bash tools/install.sh requirements/run.txt requirements/build.txt
	@touch $@

.venv/.dev: tools/install.sh requirements/dev.txt pyproject.toml | .venv/bin/python
	bash tools/install.sh requirements/dev.txt
	@touch $@

# Node comes as a Python package, in an environment of its own: nobody else needs it.
frontend/.node/.ready: requirements/frontend.txt
	$(PYTHON) -m venv frontend/.node
	frontend/.node/bin/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements/frontend.txt
	@touch $@

.PHONY: menu setup run demo test test-pg check lint format types contracts migrations words catalogue leaks screens bench-pages frontend bench-reading bench-import bench-search bench-work bench-live bench-outage lock clean

SHELL := /bin/bash
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONUTF8 := 1
.PHONY: help run test soak check fmt messages lock notices clean

help: ## the list of what make can do
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

run: ## install what is needed, lay out the demo organisation once, serve at http://127.0.0.1:8000
	@tools/bootstrap.sh run

test: ## everything that CI runs: linters, types, architecture, unit tests, browser journeys
	@tools/bootstrap.sh dev
	@tools/bootstrap.sh browser
	@tools/bootstrap.sh servers
	@tools/check.sh
	@tools/postgres.sh pytest -n 2 --database-tests
	@pytest -n 2

soak: ## the long runs: generated requests, signing against editing, servers and workers killed while people write
	@tools/bootstrap.sh dev
	@echo '· API: 500 generated requests for each operation'
	@TONGZHOU_EXAMPLES=500 pytest tests/api
	@echo '· 200 rounds of signing against editing, SQLite and PostgreSQL (TONGZHOU_ROUNDS, TONGZHOU_SEED)'
	@TONGZHOU_ROUNDS=$${TONGZHOU_ROUNDS:-200} pytest tests/signoffs/test_racing.py
	@echo '· 200 rounds of kill -9 under eight writers, SQLite and PostgreSQL (about an hour)'
	@TONGZHOU_ROUNDS=$${TONGZHOU_ROUNDS:-200} pytest tests/kills

check: ## linters and types only
	@tools/bootstrap.sh dev
	@tools/check.sh

fmt: ## put Python in its usual form
	@ruff check --fix --quiet . || true
	@ruff format .

messages: ## collect new interface strings into each room's catalogue, then compile
	@python tools/messages.py extract
	@python tools/messages.py compile

lock: ## write locks/*.txt anew from pyproject.toml
	@tools/lock.sh

notices: ## write THIRD-PARTY-NOTICES.md from what is installed
	@python tools/notices.py write

clean: ## remove what was built or installed; data in var/ stays
	rm -rf .venv node_modules src/tongzhou/static/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.mo' -delete

# The project's commands. `make` alone starts the portal; `make help` lists the rest.

PYTHON ?= python3
PORT   ?= 8000
UV     := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)
BIN    := .venv/bin
READY  := .venv/.ready
SYNCED := .venv/.synced

# Enough for tools that read the settings and touch no server.
SETTINGS := DEBUG=1 DATABASE_URL=postgresql:///none REDIS_URL=redis://none
APPS := hms_portal core centres people billing safeguarding bookings loans lessons ensembles events reports

.DEFAULT_GOAL := run
.PHONY: help setup run worker test check lint fmt types imports templates migrations css css-fresh compose lock reset clean

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

run: $(READY)  ## start everything: servers, web, worker, clock (PORT=8001 for another port)
	@exec $(BIN)/python manage.py up --port $(PORT)

setup: $(SYNCED)  ## install what the lock file says, uv included

worker: $(READY)  ## one more worker, beside a running portal
	@exec $(BIN)/python -m hms_portal.supervisor $(BIN)/celery -A hms_portal worker --loglevel INFO

test: $(SYNCED)  ## every test, browser tests included
	@exec $(BIN)/python -m pytest -q -n 2 --dist worksteal

check: lint types imports templates migrations css-fresh compose lock  ## what CI runs: all of it, then the tests
	@$(MAKE) --no-print-directory test

lint: $(SYNCED)  ## ruff: mistakes and layout
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

fmt: $(SYNCED)  ## put code and templates into their layout
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format
	@find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} +

types: $(SYNCED)  ## mypy, strict
	@$(SETTINGS) $(BIN)/mypy $(APPS) manage.py

imports: $(SYNCED)  ## who may import whom
	@$(BIN)/lint-imports

templates: $(SYNCED)
	@find templates -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +

migrations: $(SYNCED)  ## do the migrations match the models?
	@$(BIN)/python -m hms_portal.embedded $(BIN)/python manage.py makemigrations --check --dry-run

css: $(SYNCED)  ## join the stylesheet's sources into static/css/portal.css, and the icons
	@$(SETTINGS) $(BIN)/python manage.py join_css
	@$(SETTINGS) $(BIN)/python manage.py join_sprites

css-fresh: $(SYNCED)
	@$(SETTINGS) $(BIN)/python manage.py join_css --check
	@$(SETTINGS) $(BIN)/python manage.py join_sprites --check

compose:
	@if command -v docker-compose >/dev/null; then docker-compose --env-file .env.example config -q; \
	elif docker compose version >/dev/null 2>&1; then docker compose --env-file .env.example config -q; \
	else echo "docker-compose is not installed: docker-compose.yml is not checked"; fi

lock: $(SYNCED)
	@$(UV) lock --check --quiet

reset: $(READY)  ## throw the demonstration's rows away; the next run begins afresh
	@$(BIN)/python manage.py reset

clean:  ## remove everything that can be made again
	rm -rf .venv .tools var staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# What the commands stand on

# Enough to run; tests and checks need the rest.
$(READY): pyproject.toml uv.lock | $(filter .tools/%,$(UV))
	@echo "Installing what the portal runs on."
	@$(UV) sync --frozen --quiet --inexact --no-default-groups --group servers --python $(PYTHON) && touch $@

$(SYNCED): pyproject.toml uv.lock | $(filter .tools/%,$(UV))
	@echo "Installing what uv.lock says."
	@$(UV) sync --frozen --quiet --python $(PYTHON) && touch $@ $(READY)

.tools/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and "Python 3.11, 3.12 or 3.13 is needed: PYTHON=python3.12 make")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "python3 has no venv module: apt-get install python3-venv"; exit 1; }
	@echo "Installing uv into .tools/."
	@$(PYTHON) -m venv .tools && .tools/bin/pip install --quiet --disable-pip-version-check "uv~=0.13"

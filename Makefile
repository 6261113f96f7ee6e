# make run     serve at http://127.0.0.1:8000/ (set-up, database, plan and demonstration data included)
# make test    the whole test suite, browser tests included
# make coverage that the tests of metrics cover 95 % of it: two files of tests in three, each nearly twice as long
# make check   format, lint (Python and JavaScript), types, import rules; OSV=folder: advisories as well
# make advisories OSV=folder   the locks against security advisories, files in OSV's format that lie in the folder
# make bench   the benchmarks (ten minutes; SIZE=nation for 2,850 counties × 120 months, hours); Datasette, which one is held
#              against, comes with it
# make torture coverage, then 2,000 valid files changed at random: nothing may be read differently without a word (SEED=1 for the
#              same again); then the arithmetic changed in one place after the other; its own tests must notice
#              then every role asks every route, and every role of a unit reaches for another unit by every route, act and
#              callback, and every address is asked with every odd text, secret, body, fault and generated case, of which
#              `make test` deals out a part to each (tests/matrices.py);
#              the longest hostile files are as long as they are named, and faults come before and after every statement
#              then figures at random of what tables of pages show, against their files (SEED=1 for the same again)
#              then T1 to T7 of trust with their counts (tests/trust/shown.py): 1,000 tamperings, forgeries, 10,000 bits flipped in
#              pulls, random histories whose tables the verifier recomputes, 500 later revisions, guards taken off, witnesses
#              then the service killed 100 times, stopped 10 times and PostgreSQL killed 60 times while four clerks post forms and files (a short form: make test)
#              then the power cut 60 times under the database (LAZYFS=program: see benchmarks/power_loss.py; said if it is not named),
#              and the disk filled (root; said elsewhere)
#              then backups and restores killed in their midst, and Debian's PostgreSQL 15 brought to the wheel's, where it is installed
#              then tests that commit, through a PgBouncer in transaction mode (apt-get install pgbouncer; said if it is not there)
#              then hostile clients beside another one's reads, guesses at known and unknown names, the whole API as every role
# make interop the same pull, packed and as Parquet too, read by pandas, polars, DuckDB, R's readr and LibreOffice (what is not
#              installed is named: apt-get install r-cran-readr libreoffice-calc, .venv/bin/python -m pip install polars duckdb)
# make wheelhouse  everything for a machine without a network, in one archive (PYTHONS="3.11 3.12", MACHINE=aarch64; docs/deploy.md)
# make format  format the code and sort its imports
# make docs    draw the sections of docs/ that come from the code, and what the migrations make (metrics/guards/)
# make lock    choose the newest versions of every dependency and pin them with hashes (needs uv)
#
# Set-up happens by itself, and again only when a lock file or pyproject.toml changed.
# PYTHON=/path/to/python3.12 chooses the interpreter; it must be 3.11 or newer.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
PYTHON ?=
COUNTED := tests/api tests/metrics tests/migrations tests/trust
THROUGH_A_POOLER := tests/api/test_many_writers.py tests/api/test_busy.py tests/api/routes tests/metrics/commands \
	tests/metrics/history tests/metrics/publish tests/metrics/reminders
DEALT = $(shell grep -rlE 'matrices import .*(WHOLE|dealt)|"MATRIX"' tests --include='test_*.py') \
	tests/metrics/intake/workbook/test_hostile_files.py tests/api/test_walked_year.py  # tests that deal out a part of what they try (tests/matrices.py)
OSV ?=
PYTHONS ?=
MACHINE ?=
unexport PYTHONDONTWRITEBYTECODE  # what one process of the tests has compiled, the hundreds after it need not

.PHONY: help run test coverage check advisories bench torture interop wheelhouse format docs lock clean

help:
	@sed -n 's/^# \{0,1\}//p' Makefile | sed '/^$$/q'

run: $(VENV)/ready-to-run
	@exec $(BIN)/biaochi serve

test: $(VENV)/ready-to-test
	$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(TESTS)

coverage: $(VENV)/ready-to-test
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=term $(COUNTED)

check: $(VENV)/ready-to-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/oxlint dashboard/assets tests/assets
	$(BIN)/mypy --num-workers 2
	$(BIN)/lint-imports
	$(BIN)/python -m tests.advisories "$(OSV)"

advisories: $(VENV)/ready-to-test
	$(BIN)/python -m tests.advisories "$(OSV)"

bench: $(VENV)/ready-to-test $(VENV)/datasette/ready
	BIAOCHI_DATASETTE=$(VENV)/datasette/bin/datasette $(BIN)/python -m benchmarks $(if $(SIZE),--size $(SIZE))

torture: coverage
	$(BIN)/python -m tests.intake_mutations 2000 $(SEED)
	$(BIN)/python -m tests.mutations
	MATRIX=whole $(BIN)/python -m pytest -q $(DEALT)
	SEED=$${SEED:-$$RANDOM} $(BIN)/python -m pytest -q tests/dashboard/test_shown_tables.py
	$(BIN)/python -m tests.trust.shown
	$(BIN)/python -m benchmarks.kills 100 60 3600 1 10
	$(BIN)/python -m benchmarks.power_loss 60
	$(BIN)/python -m benchmarks.full_disk
	@if command -v pgbouncer >/dev/null; then \
		TESTS_THROUGH=pgbouncer $(BIN)/python -m pytest -q $(THROUGH_A_POOLER); \
	else \
		echo "未执行:没有安装 pgbouncer / not run: PgBouncer is not installed"; \
	fi
	$(BIN)/python -m benchmarks.hostile 30
	$(BIN)/python -m benchmarks.guessing 2000
	$(BIN)/python -m benchmarks.schemas 20 600
	$(BIN)/python -m benchmarks.backup_kills 20 10
	$(BIN)/python -m benchmarks.other_programs 10

interop: $(VENV)/ready-to-test
	$(BIN)/python -m benchmarks.interop

wheelhouse: $(VENV)/ready-to-test
	$(BIN)/python deploy/wheelhouse $(foreach version,$(PYTHONS),--python $(version)) $(if $(MACHINE),--machine $(MACHINE))

format: $(VENV)/ready-to-test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/ready-to-test
	$(BIN)/python -m tests.docs.sections
	$(BIN)/python -m tests.migrations.guards

LOCK := uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"

lock:
	@command -v uv >/dev/null || { echo "需要 uv / uv is needed: python3 -m pip install uv" >&2; exit 1; }
	$(LOCK) pyproject.toml --group build --output-file requirements.lock
	$(LOCK) pyproject.toml --group build --group dev --constraints requirements.lock --output-file requirements-dev.lock
	$(LOCK) --no-deps --group generator --output-file requirements-generator.lock
	$(LOCK) --group datasette --output-file requirements-datasette.lock

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .coverage .coverage.*

# The environment for tests holds everything the one for running does.
$(VENV)/ready-to-run: requirements.lock pyproject.toml | $(VENV)/made
	@if [ $(VENV)/ready-to-test -nt requirements.lock ] && [ $(VENV)/ready-to-test -nt pyproject.toml ]; then \
		touch $@; \
	else \
		$(call install,requirements.lock); \
	fi

$(VENV)/ready-to-test: requirements.lock requirements-dev.lock requirements-generator.lock pyproject.toml | $(VENV)/made
	@$(PIP) install --quiet --no-deps --require-hashes --upgrade --target $(VENV)/generator -r requirements-generator.lock
	@$(call install,requirements-dev.lock)

$(VENV)/datasette/ready: requirements-datasette.lock | $(VENV)/made
	@$(BIN)/python -m venv --clear $(@D) && \
	$(@D)/bin/python -m pip --disable-pip-version-check --no-input install --quiet --no-deps --require-hashes -r $< && touch $@

# A lock names everything, so nothing is resolved: with resolving, pip asks the index for the newest "coverage[toml]" and
# refuses it as not pinned as soon as a newer one than the lock's is there. `pip check` says whether anything is missing.
define install
	echo "安装依赖($(1),首次约需一分钟)…… Installing what $(1) pins; the first time takes about a minute …" && \
	$(PIP) install --quiet --no-deps --require-hashes -r $(1) && \
	$(PIP) install --quiet --no-deps --no-build-isolation --editable . && \
	deploy/find-program $(VENV) && \
	$(PIP) check && \
	touch $@
endef

$(VENV)/made:
	@PYTHON="$(PYTHON)" .ci/make-venv $(VENV) && touch $@

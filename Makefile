# The commands of the README. Each makes the environment first, once per change of the lock.
#   make report PROVINCE=can-tho YEAR=2023 REPORT_LANG=en

VENV ?= .venv
PYTHON ?= python3
PROVINCE ?= tra-vinh
YEAR ?=
REPORT_LANG ?= vi
OUT ?= reports
LAB ?=
NOTEBOOK ?=

BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
REPORT := $(VENV)/.ready
DEV := $(VENV)/.ready-dev

.DEFAULT_GOAL := help
.PHONY: help setup report lab test style check stress notebooks example readme docs lock

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

setup: $(DEV) ## make the whole environment from the lock (.venv): reports, lab, tests, docs

report: $(REPORT) ## make the report of PROVINCE and YEAR and print its path
	@"$(BIN)/python" -m papi_analysis run --province "$(PROVINCE)" --lang "$(REPORT_LANG)" \
	  --out "$(OUT)" $(if $(YEAR),--year "$(YEAR)")

lab: $(DEV) ## open the notebooks in JupyterLab, on this machine only
	@"$(BIN)/python" -m papi_analysis lab $(LAB)

test: $(DEV) ## run the tests, on up to four cores
	@"$(BIN)/python" -m pytest -n auto --maxprocesses 4 --dist worksteal

style: $(DEV) ## style of the code, rules of the notebooks, types of the small modules
	@"$(BIN)/python" -m ruff check .
	@"$(BIN)/python" .ci/notebook_rules.py
	@"$(BIN)/python" -m mypy

check: $(DEV) ## what is quick: style, rules of the notebooks, short tests
	@"$(BIN)/python" -m ruff check .
	@"$(BIN)/python" .ci/notebook_rules.py
	@"$(BIN)/python" -m pytest -n auto --maxprocesses 4 --dist worksteal -m "not slow and not stress"

stress: $(DEV) ## run the tests that repeat whole runs: every province, both engines, a cluster
	@"$(BIN)/python" -m pytest -m stress

notebooks: $(DEV) ## store the notebooks with new outputs, all or NOTEBOOK=09-my-question
	@"$(BIN)/python" .ci/notebooks.py $(NOTEBOOK)

example: $(DEV) ## make the stored report in example/ anew
	@"$(BIN)/python" -m papi_analysis run --province tra-vinh --out example

readme: $(DEV) ## write anew what READMEs and pages quote from the figures
	@"$(BIN)/python" .ci/readme.py

docs: export NO_MKDOCS_2_WARNING = 1
docs: $(DEV) ## show the documentation on this machine, at port 8000
	@"$(BIN)/python" -m mkdocs serve

lock: ## write the locks and environment.yml anew from pyproject.toml (needs uv)
	$(COMPILE) --all-extras -o requirements-dev.lock
	$(COMPILE) -c requirements-dev.lock -o requirements.lock
	"$(PYTHON)" .ci/environment.py

COMPILE = uv pip compile pyproject.toml --universal --python-version 3.11 --quiet \
  --generate-hashes --no-annotate --no-strip-extras --custom-compile-command "make lock"

# Two tiers of one lock: what a report needs, and with it what lab, tests and documentation need.
$(REPORT): requirements.lock pyproject.toml
	@"$(PYTHON)" .ci/setup.py $(if $(wildcard $(DEV)),--dev) "$(VENV)"
	@touch "$@"

$(DEV): requirements-dev.lock pyproject.toml
	@"$(PYTHON)" .ci/setup.py --dev "$(VENV)"
	@touch "$(REPORT)" "$@"

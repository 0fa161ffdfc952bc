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
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup report lab test style check stress notebooks readme docs lock

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

setup: $(READY) ## make the environment from the lock (.venv)

report: $(READY) ## make the report of PROVINCE and YEAR and print its path
	@"$(BIN)/python" -m papi_analysis run --province "$(PROVINCE)" --lang "$(REPORT_LANG)" \
	  --out "$(OUT)" $(if $(YEAR),--year "$(YEAR)")

# The folder .jupyterlab switches off what would ask for news and look for updates.
lab: $(READY) ## open the notebooks in JupyterLab, on this machine only
	@"$(BIN)/python" -m jupyter lab --ServerApp.ip=127.0.0.1 --ServerApp.root_dir=. \
	  --KernelManager.transport_encryption=auto --LabApp.app_settings_dir=.jupyterlab \
	  --LabApp.default_url=/lab/tree/notebooks/00-explore.ipynb $(LAB)

test: $(READY) ## run the tests, on up to four cores
	@"$(BIN)/python" -m pytest -n auto --maxprocesses 4 --dist worksteal

style: $(READY) ## style of the code, rules of the notebooks, types of the small modules
	@"$(BIN)/python" -m ruff check .
	@"$(BIN)/python" .ci/notebook_rules.py
	@"$(BIN)/python" -m mypy

check: $(READY) ## what is quick: style, rules of the notebooks, short tests
	@"$(BIN)/python" -m ruff check .
	@"$(BIN)/python" .ci/notebook_rules.py
	@"$(BIN)/python" -m pytest -n auto --maxprocesses 4 --dist worksteal -m "not slow and not stress"

stress: $(READY) ## run the tests that repeat whole runs: every province, both engines, a cluster
	@"$(BIN)/python" -m pytest -m stress

notebooks: $(READY) ## store the notebooks with new outputs, all or NOTEBOOK=09-my-question
	@"$(BIN)/python" .ci/notebooks.py $(NOTEBOOK)

readme: $(READY) ## write anew what READMEs and pages quote from the figures
	@"$(BIN)/python" .ci/readme.py

docs: export NO_MKDOCS_2_WARNING = 1
docs: $(READY) ## show the documentation on this machine, at port 8000
	@"$(BIN)/python" -m mkdocs serve

lock: ## write requirements.lock and environment.yml anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --quiet \
	  --generate-hashes --no-annotate --no-strip-extras \
	  --custom-compile-command "make lock" -o requirements.lock
	"$(PYTHON)" .ci/environment.py

# The lock is complete: without a search for dependencies no release of tomorrow can disturb it.
$(READY): requirements.lock pyproject.toml
	@"$(PYTHON)" -c "import sys; sys.exit(sys.version_info < (3, 11) and \
	  'Python 3.11 or newer is needed; name one with: make PYTHON=python3.12')"
	@echo "Setting up $(VENV) from the lock; this takes a few minutes and happens once."
	@"$(PYTHON)" -m venv "$(VENV)"
	@"$(BIN)/python" -m pip install --quiet --disable-pip-version-check \
	  --no-deps --require-hashes --only-binary :all: -r requirements.lock
	@"$(BIN)/python" -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch "$@"

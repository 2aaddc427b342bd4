# Two commands to begin with: `make run` and `make test`. Each sets up .venv the first time and is quick afterwards.
# Variables: PYTHON (3.11 or newer), SCENARIO and ARGS for `run`, WORKERS and PYTEST_ARGS for `test`.

PYTHON ?= python3
SCENARIO ?= pengzhou
ARGS ?=
WORKERS ?= 2
PYTEST_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help run test lint golden sources docs experiments validators benchmarks notebooks clean

help:
	@echo "make run         simulate $(SCENARIO) and print what happened (SCENARIO=..., ARGS='--seed 2')"
	@echo "make test        the whole test suite (WORKERS=2, PYTEST_ARGS='-k money')"
	@echo "make lint        style, types, layers"
	@echo "make golden      renew the golden baselines, on purpose; then flag 'Results change' in CHANGELOG.md"
	@echo "make sources     measure the rows of the sources again (minutes) and renew docs/sources*.md"
	@echo "make docs        fill the generated tables of docs/"
	@echo "make experiments run the shipped experiments and write their tables, figures and pages"
	@echo "make validators  check citation file and metadata of a bundle with programs of others"
	@echo "make benchmarks  measure speed"
	@echo "make notebooks   open the notebooks"
	@echo "make clean       remove .venv (results/ is kept)"

# Once, and again whenever the dependencies change: the environment in .venv, this package editable in it.
$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "ruralsim needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; try: make $(firstword $(MAKECMDGOALS)) PYTHON=python3.12")'
	@$(BIN)/python -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@echo "installing into $(VENV) (this happens once)"
	@$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@

run: $(STAMP)
	@$(BIN)/ruralsim run $(SCENARIO) $(ARGS)

# The model is compiled once before the tests start, so that parallel workers find it ready.
test: $(STAMP)
	@$(BIN)/python -c "from ruralsim import County, load_scenario; County.build(load_scenario('demo-township')).advance(1)"
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

lint: $(STAMP)
	$(BIN)/ruff check src tests
	$(BIN)/mypy
	$(BIN)/lint-imports

golden: $(STAMP)
	$(BIN)/python -m tests.update_golden

sources: $(STAMP)
	$(BIN)/ruralsim sources --measure > /dev/null
	$(BIN)/ruralsim sources --page docs/sources.md --lang en
	$(BIN)/ruralsim sources --page docs/sources.zh.md --lang zh

docs: $(STAMP)
	$(BIN)/python -m ruralsim.view.odd --write docs/odd.md docs/tables.md README.md README.zh.md

experiments: $(STAMP)
	@for design in experiments/*/design.toml; do name="$$(dirname "$$design")"; \
	  $(BIN)/ruralsim experiment run "$$name" && $(BIN)/ruralsim experiment export "$$name" --out "$$name" --brief || exit 1; \
	done
	$(BIN)/ruralsim pivot experiments/pivot-and-rivals
	$(BIN)/ruralsim indicators experiments/goodhart/goodhart.toml --draws 4 --stages gaming,trials --quiet \
	  --page experiments/goodhart/README.md
	@for name in pool-inspected pool-satisfaction; do \
	  $(BIN)/ruralsim indicators "experiments/how-many-indicators/$$name.toml" --draws 4 --stages sets --quiet \
	    --page experiments/how-many-indicators/README.md || exit 1; \
	done

# Programs of others that check what is published; each in an environment of its own, for they need other versions.
validators: $(STAMP)
	@for tool in roc-validator cffconvert; do \
	  $(PYTHON) -m venv $(VENV)-$$tool && $(VENV)-$$tool/bin/pip install --quiet $$tool || exit 1; \
	done
	RURALSIM_VALIDATORS="$(CURDIR)/$(VENV)-roc-validator/bin:$(CURDIR)/$(VENV)-cffconvert/bin" \
	  $(BIN)/python -m pytest tests/publish -k validator

benchmarks: $(STAMP)
	$(BIN)/python benchmarks/run.py

notebooks: $(STAMP)
	$(BIN)/jupyter lab notebooks

clean:
	rm -rf $(VENV)

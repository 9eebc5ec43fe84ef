.DEFAULT_GOAL := help
.PHONY: help setup lock demo test chaos conformance check check-template format deploy clean
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CODE := cli dashboard handlers inference_code localcloud pipeline training_code tests benchmarks
export PATH := $(CURDIR)/$(BIN):$(PATH)

help: ## Show this help
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

setup: $(VENV)/.installed $(VENV)/checkov/.installed node_modules/.installed ## Install everything into .venv and node_modules

$(VENV)/.installed: requirements.lock pyproject.toml localcloud/lambda-runtime.txt
	@$(PYTHON) -c 'import sys; sys.exit("Kennel needs Python 3.11 or newer, not " + sys.version.split()[0] + ": set PYTHON=…" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@# What Lambda itself offers to a function, apart from everything that Kennel's own .venv holds.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --target $(VENV)/lambda-runtime -r localcloud/lambda-runtime.txt
	@touch $@

$(VENV)/checkov/.installed: checkov.lock | $(VENV)/.installed
	$(BIN)/python -m venv --clear $(VENV)/checkov
	$(VENV)/checkov/bin/python -m pip install --quiet --disable-pip-version-check -r checkov.lock
	@touch $@

node_modules/.installed: package.json package-lock.json
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { echo "Kennel needs Node 20 or newer" >&2; exit 1; }
	npm ci --silent --no-audit --no-fund
	@touch $@

# Requirements out of pyproject.toml: `project`'s own, and those of the named groups.
REQUIREMENTS = $(BIN)/python -c 'import sys, tomllib; p = tomllib.load(open("pyproject.toml", "rb")); groups = p["dependency-groups"] | p["project"]["optional-dependencies"] | {"project": p["project"]["dependencies"]}; print(*(r for g in sys.argv[1:] for r in groups[g]), sep="\n")'
COMPILE = $(BIN)/python -m piptools compile --quiet --strip-extras --no-header --no-emit-options --allow-unsafe

lock: ## Compile the lock files and handlers/requirements.txt from pyproject.toml
	$(REQUIREMENTS) project parquet functions training debugger localcloud dev | $(COMPILE) --output-file requirements.lock -
	@# The build of torch is the machine's choice (CPU or CUDA), the version is ours.
	sed -i 's/^\(torch==[0-9.]*\)+.*/\1/' requirements.lock
	$(REQUIREMENTS) template | $(COMPILE) --no-annotate --output-file checkov.lock -
	$(REQUIREMENTS) functions | $(COMPILE) --no-annotate --constraint requirements.lock --output-file handlers/requirements.txt -
	sed -i '1i # What the functions need beside boto3, which Lambda brings; by `make lock`.' handlers/requirements.txt

demo: setup ## The main job, end to end, on this machine
	$(BIN)/kennel demo

test: setup ## All tests
	$(BIN)/python -m pytest --cov

# Options: CHAOS="--profile killed --seed 7 --trace"; python -m tests.chaos --help
CHAOS ?= --number 1000
chaos: setup ## Thousands of seeded schedules of what may go wrong
	$(BIN)/python -m tests.chaos $(CHAOS)

conformance: setup ## Published clients and toolkits against the local cloud, in environments of their own
	$(BIN)/python -m pytest tests/conformance -v --no-header

check: setup ## Format, lint, security, types, layering, the compiled template
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/bandit --quiet --configfile pyproject.toml --ignore-nosec --recursive $(CODE)
	$(BIN)/mypy $(CODE)
	$(BIN)/python -m pytest -q tests/unit/test_layering.py tests/unit/test_rooms.py tests/unit/test_surroundings.py tests/unit/test_test_files.py
	$(MAKE) --no-print-directory check-template

check-template:
	npx serverless package --stage dev --package build/template >/dev/null
	$(BIN)/cfn-lint build/template/cloudformation-template-update-stack.json
	$(VENV)/checkov/bin/python -m checkov.main --config-file .checkov.yml --file build/template/cloudformation-template-update-stack.json

format: setup ## Format the code
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

STAGE ?= dev
deploy: setup ## Deploy to AWS: make deploy STAGE=dev
	npx serverless deploy --stage $(STAGE)

clean: ## Remove what setup and the tools made
	rm -rf $(VENV) node_modules .serverless build .mypy_cache .ruff_cache .pytest_cache

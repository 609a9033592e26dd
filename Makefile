# Set-up needs Python 3.11 or newer and a package index; nothing else has to be installed.
PYTHON ?= python3
STACK  ?= staging
BASE   ?= origin/main
BIN    := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help preview diff quotas test lint types layers unit artifacts schema policies golden bench judges e2e local-up local-down clean

help:  ## List the commands
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):[^#]*## /  make \1\t/' | expand -t 22

preview: .venv/ready  ## Show offline what `pulumi preview` would create, and judge it (STACK=staging, JSON=file)
	@$(BIN)/python -m preview --stack $(STACK) $(if $(JSON),--json $(JSON))

diff: .venv/ready  ## What the working tree would do to each stack (BASE=revision, STACKS="staging prod")
	@$(BIN)/python -m preview.change --base $(BASE) $(STACKS)

quotas: .venv/ready  ## What the stack needs of AWS's quotas (STACK=prod, ACCOUNT=1 asks the account, JSON=file)
	@$(BIN)/python -m preview.quotas --stack $(STACK) $(if $(ACCOUNT),--account) $(if $(JSON),--json $(JSON))

test: .venv/ready lint types layers unit  ## Lint, types, layers and tests

lint: .venv/ready  ## Style and format
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: .venv/ready  ## Static types, strict
	@$(BIN)/basedpyright

layers: .venv/ready  ## Direction of dependencies
	@$(BIN)/lint-imports --no-cache

unit: .venv/ready  ## Tests
	@$(BIN)/python -m pytest -n auto --dist worksteal

artifacts: .venv/ready  ## Pack what the servers run into dist/
	@$(BIN)/python -m tools.artifacts

schema: .venv/ready  ## Write the configuration's JSON Schema and reference page from the models
	@$(BIN)/python -m settings.reference

policies: .venv/ready  ## Write the page of all rules from the policy pack
	@$(BIN)/python -m policy.reference

golden: .venv/ready  ## Write the list of logical names that review compares
	@$(BIN)/python -m tools.golden

bench: .venv/ready  ## Seconds and memory of the preview for 1 to 16 regions, and of the policies beside checkov
	@$(BIN)/python -m tools.bench

judges: .venv/ready  ## Compare the policies with checkov, cloudsplaining and parliament (STACKS="staging prod")
	@$(BIN)/python -m tools.judges $(STACKS)

e2e: .venv/ready  ## Tests with real engines, where they are on this machine
	@$(BIN)/python -m pytest tests/e2e -m "" -rs

local-up: .venv/ready  ## Put the local stack on an emulator (needs the Pulumi CLI)
	@$(BIN)/python -m tools.local up

local-down: .venv/ready  ## Take the local stack and its emulator away
	@$(BIN)/python -m tools.local down

clean:  ## Remove what the commands above created
	rm -rf .venv .judges dist out

.venv/ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

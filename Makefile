# The developer's whole life. Needs only make and Python 3.11+ (with venv); `make` alone lists the targets.
PYTHON ?= python3
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
RUN := $(BIN)/python

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test check-style check-types check-imports check-tests format new-rule mutation fuzz kill bench bench-count bench-docs bench-micro bench-mock load sdk-tests docs dist advisories guards refresh-events editors vscode lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- set-up: done once, and again only when the locked requirements or the package's description change

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "connlint needs Python 3.11 or later, %s is %s: make PYTHON=python3.12 ..." % (sys.executable, sys.version.split()[0]))'
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.requirements: requirements/dev.txt $(VENV)/.python
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.requirements
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.fuzz: requirements/fuzz.txt $(VENV)/.installed
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/fuzz.txt
	@touch $@

setup: $(VENV)/.installed ## create .venv from the locked requirements and install connlint into it, editable

# --- daily

demo: setup ## lint the published ChatGPT connector and show what connlint finds
	@$(BIN)/connlint check specs/chatgpt-published || test $$? -eq 1

test: check-style check-types check-imports check-tests ## formatting, lint, types, import contracts and all tests

check-style: setup
	$(RUN) -m ruff format --check --quiet lint tests
	$(RUN) -m ruff check --quiet lint tests

check-types: setup
	$(RUN) -m mypy

check-imports: setup
	$(BIN)/lint-imports

check-tests: setup
	$(RUN) -m pytest -n $(JOBS) --dist loadgroup

format: setup ## put the code into the project's format, and fix what ruff can fix safely
	$(RUN) -m ruff check --fix lint tests
	$(RUN) -m ruff format lint tests

new-rule: setup ## start a rule and its cases: make new-rule NAME=family/rule-id
	@$(RUN) -m tests.new_rule "$(NAME)"

# --- now and then

mutation: setup ## make 2,000 mistakes in clean connectors and count those that are found, by family
	$(RUN) -m tests.mutation

mutants: setup ## change the program at 3,000 places and more, one at a time, and show what no test notices (PART=rules/contract EVERY=10)
	$(RUN) -m tests.mutants --jobs $(JOBS) --every $(or $(EVERY),1) $(PART)

fuzz: $(VENV)/.fuzz ## fuzz every target under atheris: make fuzz SECONDS=60 TARGET="json mock" (Linux, macOS)
	$(RUN) -m tests.fuzz --seconds $(or $(SECONDS),60) --jobs $(JOBS) $(TARGET)

kill: setup ## kill check --fix, baseline, record and cache writes at hundreds of moments: make kill COUNT=300
	$(RUN) -m tests.kill --count $(or $(COUNT),300)

bench: setup ## measure speed against ajv-cli, check-jsonschema and Spectral, as ratios (ROWS="cold inside")
	$(RUN) -m tests.bench $(ROWS)

bench-count: setup ## count the instructions of one cold run (needs valgrind) against those kept in tests/bench
	$(RUN) -m tests.bench.instructions

bench-docs: setup ## measure everything and write docs/benchmarks.md with its plots
	$(RUN) -m tests.bench --docs

docs: setup ## build the documentation's site into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench-micro: setup ## measure the parts of a check in one process, with pytest-benchmark
	$(RUN) -m pytest -q -p no:xdist tests/bench/micro.py

bench-mock: setup ## requests per second of the mock beside a bare Starlette app and Steady, and its start
	$(RUN) -m tests.bench.mock

load: setup ## 1,000 connections to the mock for 30 s: no error, memory flat
	$(RUN) -m tests.bench.mock --load

sdk-tests: setup ## run the openai package's own tests of our operations against the mock (needs its sdist)
	$(RUN) -m tests.sdk.run

editors: setup ## drive the editors' own JSON and YAML servers with schemas/ (asks npm for them)
	$(RUN) -m tests.editors.servers

vscode: ## package the VS Code extension into editors/vscode/ (needs npm)
	cd editors/vscode && npm ci --silent --no-audit --no-fund
	cd editors/vscode && npm run --silent package

dist: setup ## build the source distribution, the wheel and its bill of materials (SBOM) into dist/
	rm -rf dist
	$(RUN) -m hatchling build
	$(RUN) -m tests.supply.bom dist

advisories: setup ## hold the locked packages to the advisories that are known (status 3: those cannot be had)
	$(RUN) -m tests.supply.advisories

guards: setup ## take each guard of docs/security.md out, and see its test fail (CLAIMS="links bodies")
	$(RUN) -m tests.security.guards $(CLAIMS)

refresh-events: setup ## bring specs/chatgpt/events.yaml up to date with the pinned openai package
	$(RUN) -m tests.refresh.refresh_events

lock: setup ## compile requirements/*.in again (needs uv)
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links requirements/fuzz.in --output-file requirements/fuzz.txt
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --all-extras pyproject.toml requirements/dev.in \
	  --output-file requirements/dev.txt

clean: ## remove everything that these targets made
	rm -rf editors/vscode/node_modules editors/vscode/LICENSE editors/vscode/*.vsix
	rm -rf $(VENV) .bench .fuzz build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find lint tests -name __pycache__ -type d -prune -exec rm -rf {} +

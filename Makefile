# The one entrance for people and for CI. Every target sets up what it needs and is quick the second time.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
PORT ?= 8501
WORKSPACE ?= workspace/demo.gpkg
PYTEST_ARGS ?=
# A third worker computes while another waits for its browser. Files go in their order: the longest, in a browser, first.
WORKERS ?= 3
ONLY ?=
ONE_WING = $(if $(ONLY),--only $(ONLY))
BENCH_ARGS ?=

# Without compiled code each of a hundred processes, and each worker of pytest, compiles all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup setup-dev run test check bench lock catalog clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.runtime ## build .venv from requirements.txt

$(VENV)/.runtime: requirements.txt pyproject.toml scripts/find_python.sh
	@PY="$$(bash scripts/find_python.sh "$(PYTHON)")" || exit 1; \
	test -x $(BIN)/python || "$$PY" -m venv $(VENV) || { echo "venv is missing: sudo apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

setup-dev: $(VENV)/.dev

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: setup ## build the demo county where there is no workspace, and open the app
	@test -e "$(WORKSPACE)" || { mkdir -p "$$(dirname "$(WORKSPACE)")" && $(BIN)/gridmap demo --out "$(WORKSPACE)"; }
	@exec $(BIN)/gridmap serve "$(WORKSPACE)" --port $(PORT)

test: setup-dev ## everything: linters, types, contracts, all tests in a real browser; ONLY=people runs one wing on every floor
	@bash scripts/install_test_tools.sh
	$(MAKE) --no-print-directory lint
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ONE_WING) $(PYTEST_ARGS)

check: setup-dev lint ## linters, types, contracts and the fast tests, under two minutes
	$(BIN)/pytest -q -n 2 --dist loadfile -m "not slow and not browser" $(ONE_WING) $(PYTEST_ARGS)

.PHONY: lint
lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: setup-dev $(BENCH)/.bench ## benchmarks: CPU by getrusage, ratios in one run; BENCH_ARGS=--full for long runs of peers
	$(BENCH)/bin/python scripts/fetch_bench_data.py
	$(BENCH)/bin/python -m benchmarks.split $(BENCH_ARGS)
	$(BIN)/python -m benchmarks.reading
	@mkdir -p build && rm -f build/bench.gpkg && $(BIN)/gridmap demo --out build/bench.gpkg
	$(BENCH)/bin/python -m benchmarks.split --workspace build/bench.gpkg
	$(BIN)/python -m benchmarks.imports
	@bash scripts/install_test_tools.sh
	$(BIN)/python benchmarks/open_map.py
	$(BIN)/python benchmarks/people_page.py

$(BENCH)/.bench: requirements-bench.txt pyproject.toml scripts/find_python.sh
	@PY="$$(bash scripts/find_python.sh "$(PYTHON)")" || exit 1; test -x $(BENCH)/bin/python || "$$PY" -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

lock: setup-dev ## resolve pyproject.toml into requirements*.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-emit-index-url pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-emit-index-url --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-emit-index-url --extra bench -c requirements.txt pyproject.toml -o requirements-bench.txt

catalog: setup-dev ## collect texts from the source into the language catalogs
	$(BIN)/python scripts/update_catalog.py

clean: ## remove what the targets built, keep workspaces
	rm -rf $(VENV) .venv-bench build *.egg-info .mypy_cache .ruff_cache .hypothesis

# Each target sets itself up in .venv; a stamp per tool group makes the next call instant.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt
.NOTPARALLEL:
.PHONY: demo test check docs oldest bench mutants clean

demo: .venv/.stamp-run
	$(BIN)/python examples/real_run.py

# The kernel first, in one process: else each worker compiles the same.
test: .venv/.stamp-test
	$(BIN)/python -c "from domroute.batch import loading; loading.load(); loading.is_loaded(300)"
	$(BIN)/python -m pytest -n 2 --dist worksteal --benchmark-disable --cov --cov-report=term

check: .venv/.stamp-lint .venv/.stamp-types .venv/.stamp-layers .venv/.stamp-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate -q tests

docs: .venv/.stamp-docs
	$(BIN)/sphinx-build -n -W --keep-going -q -j 2 docs docs/_build/html

# The lowest versions that pyproject.toml allows, on a selection that touches each.
# Old versions warn of what newer ones will do: that is no failure of theirs.
OLDEST := router verify files/test_parquet files/test_csvtext files/test_disk tables html units sourcing/test_mip
oldest: .venv-oldest/.stamp
	.venv-oldest/bin/python -m pytest -q -n 2 -W default::FutureWarning -W default::DeprecationWarning \
	  $(foreach name,$(OLDEST),tests/$(if $(findstring /,$(name)),$(name),test_$(name)).py)

bench: .venv/.stamp-bench
	$(BIN)/python -m pytest benchmarks/micro --benchmark-only -p no:randomly
	$(BIN)/python -m benchmarks

# Of each function the first mutant.
mutants: .venv/.stamp-mutants
	$(BIN)/mutmut run --max-children 2 '*__mutmut_1'
	$(BIN)/mutmut results

clean:
	rm -rf .venv .venv-oldest mutants .coverage .coverage.* .*_cache .hypothesis .benchmarks build dist docs/_build

# pip first: older ones do not know dependency groups.
.venv/.stamp-pip: constraints.txt
	$(PYTHON) -m venv .venv
	$(INSTALL) --upgrade pip
	@touch $@

.venv-oldest/.stamp: constraints-oldest.txt pyproject.toml
	$(PYTHON) -m venv .venv-oldest
	.venv-oldest/bin/python -m pip install -q --disable-pip-version-check -c constraints-oldest.txt --upgrade pip
	.venv-oldest/bin/python -m pip install -q --disable-pip-version-check -c constraints-oldest.txt \
	  --build-constraint constraints.txt -e ".[parquet,plots,progress]" hypothesis jsonschema pytest pytest-xdist
	@touch $@

.venv/.stamp-run: .venv/.stamp-pip pyproject.toml
	$(INSTALL) --build-constraint constraints.txt -e ".[progress]"
	@touch $@

.venv/.stamp-%: .venv/.stamp-run
	$(INSTALL) --group $*
	@touch $@

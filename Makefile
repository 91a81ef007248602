# Every target works from a clean clone: the environment is made when it is absent or older than its lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PRESS := $(VENV)/.press

.DEFAULT_GOAL := all
.PHONY: all facts build check analyses report readme expected test test-spark lint bench explore explorer-bundle permutations contest multiverse test-distributed doubt docs size worlds mutants faults inputs paper archive archive-check matrix coverage clean help

all: report ## Facts to verdict: store, checks, analyses, report (default)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $(READY)

# what sets the site, apart from what the verdict needs
$(PRESS): $(READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev,docs]"
	touch $(PRESS)

facts: $(READY) ## Read the raw files anew into data/facts (downloads what is not at hand)
	$(BIN)/trustpanel facts

build: $(READY) ## Build and check the store from the committed facts
	$(BIN)/trustpanel build

check: build ## Build the store and hold every declared rule against it
	$(BIN)/trustpanel check

analyses: build ## Estimate every declared hypothesis
	$(BIN)/trustpanel run --workers 2

permutations: build ## The same with the full number of randomisation draws
	$(BIN)/trustpanel run --full --workers 2

contest: build ## Hold the explanations against each other on every outcome and sample (some minutes)
	$(BIN)/trustpanel contest --workers 2

multiverse: build ## Estimate every declared specification (about a minute; a stopped run is taken up)
	$(BIN)/trustpanel multiverse --workers 2

doubt: build ## Carry errors of coding, latent trust, selection and missing coverage into the core model (a minute)
	$(BIN)/trustpanel doubt

worlds: build ## Simulate worlds in which the answer is known (about 40 minutes; a stopped run is taken up)
	$(BIN)/trustpanel worlds

report: analyses ## Write every page of the report: data/build/report/results.html and those beside it
	$(BIN)/trustpanel report --workers 2

explore: build ## Write the explorer and open it in the browser
	$(BIN)/trustpanel explore

explorer-bundle: ## Make the explorer's bundle anew from its source (needs Node)
	cd trustpanel/report/explorer && npm ci --silent && npm run --silent bundle

docs: build $(PRESS) ## Set the documentation as a site: data/build/docs/index.html
	$(BIN)/trustpanel docs

expected: analyses ## Make the results just built the expected ones (a change of numbers: own commit and CHANGELOG line)
	$(BIN)/trustpanel expect

paper: report ## Write the paper as PDF and page (no LaTeX needed)
	$(BIN)/trustpanel paper

archive: paper ## Write the replication archive: data, code, locks, codebook, expected results, paper
	$(BIN)/trustpanel archive

archive-check: archive ## Build and estimate from the archive in an empty folder and compare (some minutes)
	$(BIN)/trustpanel archive-check

readme: $(READY) ## Write the answer into README.md from analyses/expected
	$(BIN)/trustpanel readme

test: $(PRESS) ## Run the tests, a worker a core (they build a store of their own)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

test-spark: $(READY) ## Install Spark (450 MB; needs Java 17) and run every panel query on it
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev,spark]"
	mkdir -p data/build
	TRUSTPANEL_SPARK=1 $(BIN)/python -m pytest -m spark --junit-xml data/build/spark.xml

test-distributed: $(READY) ## Install Dask and run the multiverse on the workers of a scheduler
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev,distributed]"
	TRUSTPANEL_DISTRIBUTED=1 $(BIN)/python -m pytest -m distributed

mutants: $(PRESS) ## Plant each fault of tests/mutants in a copy and see the named test catch it (half an hour)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.proofs.mutants

faults: $(READY) ## Kill builds at seeded points, read while building (half an hour)
	$(BIN)/python -m tests.proofs.faults

inputs: $(READY) ## Damage every raw file, column and declared field and see each refused or read rightly (a quarter of an hour)
	$(BIN)/python -m tests.proofs.inputs

matrix: $(READY) ## Build and estimate on every Python found, under six hash seeds, without a network (an hour)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.proofs.matrix

coverage: $(PRESS) ## Run the tests and count the lines of each room that they run
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.proofs.lines

lint: $(READY) ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY) ## Measure speed and memory, as ratios within one run
	$(BIN)/python benchmarks/run.py

size: build ## Measure what an installation takes on disk; writes docs/size.md
	$(BIN)/python benchmarks/size.py

clean: ## Remove the environment and everything generated
	rm -rf $(VENV) data/build .pytest_cache .mypy_cache .ruff_cache .hypothesis

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 18

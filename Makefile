# Two commands: `make app` opens the notebook on its sample book, `make test` runs every check.
PYTHON ?= python3
PORT ?= 8501
APP := .venv-app
DEV := .venv-dev
BIN := bin
ifeq ($(OS),Windows_NT)
BIN := Scripts
endif
# Keeps memory flat over many uploads: two arenas, and what is large or idle goes back to the system. Lower thresholds
# give every array of a click back and fetch it again, which takes three times the time.
export MALLOC_ARENA_MAX = 2
export MALLOC_MMAP_THRESHOLD_ = 33554432
export MALLOC_TRIM_THRESHOLD_ = 67108864

.PHONY: app test test-engines lint types unit browser bench bench-engines load fuzz samples lock clean

app: $(APP)/ready
	$(APP)/$(BIN)/python -m streamlit run app.py --server.address localhost --server.port $(PORT)

test: lint types unit browser

lint: $(DEV)/ready
	$(DEV)/$(BIN)/python -m ruff check .
	$(DEV)/$(BIN)/python -m ruff format --check .

types: $(DEV)/ready
	$(DEV)/$(BIN)/python -m mypy

unit: $(DEV)/ready
	$(DEV)/$(BIN)/python -m pytest -m "not browser" -n auto

browser: $(DEV)/ready
	$(DEV)/$(BIN)/python -m pytest -m browser -rs -n 2

# Spark and PostgreSQL, which nothing else needs; skipped with a reason where there is no Java or no server.
test-engines: $(DEV)/engines
	ENGINES=$${ENGINES:-1} $(DEV)/$(BIN)/python -m pytest -m engines -rs

# Counting up to a hundred million customers on Polars and DuckDB, beside a statement by hand: minutes, and 2 GB of disk.
bench-engines: $(DEV)/ready
	$(DEV)/$(BIN)/python -m tests.benchmarks.engines

bench: $(DEV)/ready
	$(DEV)/$(BIN)/python -m tests.benchmarks.memory
	$(DEV)/$(BIN)/python -m tests.benchmarks
	$(DEV)/$(BIN)/python -m tests.benchmarks.intake
	$(DEV)/$(BIN)/python -m tests.benchmarks.money
	$(DEV)/$(BIN)/python -m tests.benchmarks.survival
	$(DEV)/$(BIN)/python -m tests.benchmarks.reruns
	$(DEV)/$(BIN)/python -m tests.benchmarks.scores
	$(DEV)/$(BIN)/python -m tests.benchmarks.plan
	$(DEV)/$(BIN)/python -m tests.benchmarks.pack

# Visitors of a server of their own, on real pages and windows; four minutes of them, with what the machine is loaded with.
# Then twenty files of 20 MB in one session, and what the server knows two minutes after its tab was closed.
load: $(DEV)/ready
	$(DEV)/$(BIN)/python -m tests.security.visitors --users 25 --seconds 60
	$(DEV)/$(BIN)/python -m tests.security.visitors --users 50 --seconds 60
	$(DEV)/$(BIN)/python -m tests.security.visitors --users 8 --seconds 60 --polars-threads 1
	$(DEV)/$(BIN)/python -m tests.security.visitors --users 8 --seconds 60 --polars-threads 2
	$(DEV)/$(BIN)/python -m tests.security.rounds

# Files damaged at random, by a seed that is said; SEED and FILES choose others.
fuzz: $(DEV)/ready
	$(DEV)/$(BIN)/python -m tests.security.fuzz --seed $(or $(SEED),1) --files $(or $(FILES),3000)

samples: $(DEV)/ready
	$(DEV)/$(BIN)/python data/make_samples.py

# Both locks: what CI installs, and of the same versions, by hashes, what the app needs.
lock: $(DEV)/ready
	$(DEV)/$(BIN)/python -m pip install --quiet uv
	$(DEV)/$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
		--no-emit-index-url requirements-dev.txt --output-file requirements.lock.txt
	$(DEV)/$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
		--no-emit-index-url --generate-hashes --constraint requirements.lock.txt requirements.txt \
		--output-file requirements.app.lock.txt

clean:
	rm -rf $(APP) $(DEV)

# What is installed is compiled when it is first imported: to compile all of it takes longer than to fetch it.
# The app is installed by hashes: nothing but the very files that were tested.
$(APP)/ready: requirements.app.lock.txt
	$(PYTHON) -m venv $(APP)
	$(APP)/$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes \
		-r requirements.app.lock.txt
	touch $@

$(DEV)/engines: $(DEV)/ready requirements-engines.txt
	$(DEV)/$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements-engines.txt
	touch $@

$(DEV)/ready: requirements.lock.txt
	$(PYTHON) -m venv $(DEV)
	$(DEV)/$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements.lock.txt
	touch $@

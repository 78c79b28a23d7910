# Tinh Gọn. `make` lists what can be done.

.DEFAULT_GOAL := help
.PHONY: help setup run test lint docs bench broker-start broker-stop clean distclean

BIN := .venv/bin
READY := .venv/.ready
BROKER := $(BIN)/python -m deploy.kafka.broker
BENCH ?= $(wildcard bench/*.py)
# The lock file is for Python 3.11, whatever it is called here; `make PYTHON=...` names another one.
PYTHON ?= $(shell for p in python3.11 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo "$$p" && break; done)

help: ## this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## install everything into .venv and start nothing
	@echo "$(BIN)/tinhgon is ready"

run: $(READY) ## Kafka, the service, a simulated city and the first findings; LOG=file.xes.gz for your own log
	@exec $(BIN)/python -m deploy.run $(if $(LOG),"$(LOG)")

test: $(READY) ## all tests, with a Kafka of their own; ARGS="-k word" for some
	@$(BROKER) fetch >/dev/null || test $$? -eq 3
	@$(BIN)/python -m pytest $(ARGS)

lint: $(READY) ## style, formatting and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy docs/hooks/*.py docs/tutorial/*.py

docs: $(READY) ## the documentation as a site in build/site, to be read without a network
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet && echo "build/site/index.html is ready"

bench: $(READY) ## measure, with a Kafka of its own; BENCH=bench/x.py ARGS="..." for one measurement
	@trap '$(BROKER) stop --home var/bench-kafka >/dev/null' EXIT; trap 'exit 130' INT TERM HUP; \
	if [ -z "$$KAFKA_BOOTSTRAP" ]; then \
		KAFKA_BOOTSTRAP=$$($(BROKER) start --home var/bench-kafka) || exit 1; export KAFKA_BOOTSTRAP; \
	fi; \
	for one in $(BENCH); do echo "== $$one"; $(BIN)/python "$$one" $(ARGS) || exit 1; done

broker-start: $(READY) ## start Kafka alone, print its address, and let it run
	@$(BROKER) start

broker-stop: ## stop the Kafka that runs alone
	@test ! -x $(BIN)/python || $(BROKER) stop

clean: broker-stop ## delete what runs have kept: the store, the topics, logs and caches
	rm -rf var build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: clean ## delete everything that was installed too
	rm -rf .venv deploy/kafka/libs

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 is missing: install it (Debian, Ubuntu: apt install python3.11" \
		"python3.11-venv), or say where it is: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is too old: Python 3.11 is needed" >&2; exit 1; }
	@echo "Setting up .venv (the first time takes a minute or more)"
	@"$(PYTHON)" -m venv .venv || { echo "The venv module is missing: Debian and Ubuntu have it in" \
		"python3.11-venv" >&2; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

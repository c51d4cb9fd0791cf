# Everything a newcomer types: `make run`, `make test`. `make help` lists the rest.
PYTHON   ?= python3
PORT     ?= 8000
MODEL    ?= lexicon_ngrams
DATA_DIR ?= data
SBOM     ?= dist/sbom.json
SECONDS  ?= 600
FUNCTION ?= DirectFunction
EVENT    ?= direct
ENV      ?= dev
export DATA_DIR MODEL
export SAM_CLI_TELEMETRY = 0

BIN     := .venv/bin
INSTALL := -m pip --quiet --disable-pip-version-check install --no-deps  # the locks are complete
COMPILE := $(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --generate-hashes \
           --python-version 3.11 --no-header --no-annotate
ENGINE  := $(if $(filter check bench soak,$(MAKECMDGOALS)),$(shell timeout 10 docker info >/dev/null 2>&1 && echo yes))
JAVA    := $(if $(filter check,$(MAKECMDGOALS)),$(shell command -v java))
SAM     := .venv-sam/bin/sam
SCAN    := .venv-scan/bin

.PHONY: help run test compiled lint scan wheel site check clients spark data train evaluate image image-full invoke local-api deploy logs delete bench soak sbom lock clean
help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

run: .venv/runtime .venv/compiled  ## serve on http://127.0.0.1:8000 (PORT=8001 for another port)
	@$(BIN)/sentiment serve --port $(PORT)

test: .venv/development .venv/compiled  ## the quick tests; those that need the corpus skip where there is none
	$(BIN)/pytest -n auto -m "not slow and not e2e"

check: test lint $(if $(ENGINE),.venv-sam/done) $(if $(JAVA),.venv-spark/done)  ## everything: quick tests, lint, trainings, Spark where Java is, and the image where an engine answers
	$(BIN)/pytest -n auto -m "slow and not e2e"
	$(BIN)/pytest -m e2e

compiled: .venv/runtime  ## compile model/sums.py, which works without a C compiler too, in more time
	$(BIN)/python hatch_build.py
	@touch .venv/compiled

lint: .venv/development scan  ## format, lint, types, import contract, links of docs/, and `make scan`
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zensical build --strict

wheel: .venv/runtime  ## build the wheel in dist/, for any environment
	$(BIN)/python -m pip --quiet --disable-pip-version-check wheel --no-deps --no-index --no-build-isolation --wheel-dir dist .

scan: .venv-scan/done  ## what an auditor runs, without a network: template, images, served code, workflow
	$(SCAN)/cfn-lint --config-file .cfn-lint.yaml
	@mkdir -p .aws-sam
	$(SCAN)/python tests/aws/transformed.py template.yaml .aws-sam/transformed.json
	$(SCAN)/checkov --config-file .checkov.yaml
	$(SCAN)/hadolint Dockerfile Dockerfile.full
	$(SCAN)/bandit --recursive functions layers model hatch_build.py --exclude model/training,model/packaging,model/evaluation
	$(SCAN)/zizmor --quiet --offline .github

site: .venv/development  ## build docs/ as a site in site/; a broken link is an error
	$(BIN)/zensical build --strict

clients: .venv/development .venv-clients/done .venv-mlserver/done  ## install the clients of other servers (1 GB), and try them with ours
	$(BIN)/pytest tests/clients

spark: .venv/development .venv-spark/done  ## install Spark (450 MB; it needs Java), and try the wheel with it
	$(BIN)/pytest tests/spark

data: .venv/development  ## download the corpus and NLTK's stop words into DATA_DIR
	$(BIN)/python -m model.training.download

train: .venv/development  ## train MODEL (lexicon_ngrams) and write model/artifacts/MODEL; your own: CORPUS=reviews.csv NAME=reviews TEXT=review LABEL=stars POSITIVE=5
	$(BIN)/python -m model.training.train

evaluate: .venv/development  ## compare all models on the reference test rows, and draw docs/evaluation/
	$(BIN)/python -m model.training.evaluate

image: .venv-sam/done  ## build the container image (TARGET=full: one with scikit-learn too, for models that are pickles)
	$(SAM) build
ifeq ($(TARGET),full)
	$(MAKE) image-full
endif

image-full:  # upon the image that is there
	tar --create Dockerfile.full requirements/full.txt model/__init__.py model/packaging model/training \
	    | docker build --quiet --file Dockerfile.full --tag sentiment-full -

invoke: image .venv/runtime  ## call a function once (FUNCTION=DirectFunction EVENT=direct; `sentiment events` lists more)
	@event=$$($(BIN)/sentiment events $(EVENT)) \
	    && answer=$$(printf '%s' "$$event" | $(SAM) local invoke $(FUNCTION) --event - --env-vars local.json --parameter-overrides Model=$(MODEL)) \
	    && printf '%s\n' "$$answer" && case "$$answer" in *'"errorType"'*) exit 1;; esac

local-api: image  ## serve the REST API on http://127.0.0.1:3000 through Lambda's emulator
	$(SAM) local start-api --parameter-overrides Model=$(MODEL)

deploy: image  ## build, then put the stack of ENV (dev, or prod) into your account; SAM shows the changes and asks
	$(SAM) deploy --config-env $(ENV)

logs: .venv-sam/done  ## follow the logs of the functions of ENV
	$(SAM) logs --config-env $(ENV) --tail

delete: .venv-sam/done  ## delete the stack of ENV; its buckets and failure queues stay
	$(SAM) delete --config-env $(ENV)

bench: .venv/development .venv/compiled .venv-alternatives/done $(if $(ENGINE),.venv-sam/done)  ## measure what the README promises, into docs/performance/
	$(BIN)/python -m bench

soak: .venv/development .venv/compiled $(if $(ENGINE),image)  ## send mixed requests for SECONDS (600), to the server and under the emulator where an engine answers
	$(BIN)/python -m bench.soak $(SECONDS) $(if $(ENGINE),httpfunction)

sbom: .venv/development  ## write dist/sbom.json: the libraries of the image, as CycloneDX has them
	@mkdir -p $(dir $(SBOM))
	$(BIN)/cyclonedx-py requirements requirements/lambda.txt --pyproject pyproject.toml --output-reproducible --output-file $(SBOM)

lock: .venv/development  ## resolve requirements/*.txt again
	$(COMPILE) pyproject.toml --extra development -o requirements/development.txt
	$(COMPILE) pyproject.toml --extra training -c requirements/development.txt -o requirements/training.txt
	$(COMPILE) pyproject.toml --extra lambda -c requirements/development.txt -o requirements/lambda.txt
	$(COMPILE) pyproject.toml --extra lambda --extra bulk -c requirements/development.txt -o requirements/bulk.txt
	$(COMPILE) pyproject.toml --extra serve --extra terminal -c requirements/development.txt -o requirements/runtime.txt
	$(COMPILE) requirements/build.in -o requirements/build.txt
	$(COMPILE) requirements/full.in -c requirements/development.txt -o requirements/full.txt
	$(COMPILE) requirements/obvious.in -c requirements/development.txt -o requirements/obvious.txt
	$(COMPILE) requirements/alternatives.in -o requirements/alternatives.txt
	$(COMPILE) requirements/sam.in -o requirements/sam.txt
	$(COMPILE) requirements/scan.in -o requirements/scan.txt
	$(COMPILE) requirements/clients.in -o requirements/clients.txt
	$(COMPILE) requirements/mlserver.in -o requirements/mlserver.txt
	$(COMPILE) pyproject.toml --extra spark -o requirements/spark.txt

.venv/runtime: pyproject.toml requirements/build.txt requirements/runtime.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	@echo "Installing the server and the sentiment command into .venv, once. This takes about half a minute."
	$(PYTHON) -m venv .venv
	$(BIN)/python $(INSTALL) --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	$(BIN)/python $(INSTALL) --no-index --no-build-isolation --editable .
	@touch $@

.venv/development: .venv/runtime requirements/development.txt
	@echo "Installing what the tests and the trainings need into .venv, once. This takes a minute or two."
	$(BIN)/python $(INSTALL) --require-hashes -r requirements/development.txt
	@touch $@

.venv/compiled: .venv/runtime model/sums.py model/sums.pxd hatch_build.py  # an older compiled file would hide edits
	@$(BIN)/python hatch_build.py || echo "model/sums.py is not compiled. It gives the same answers in more time."
	@touch $@

.venv-alternatives/done .venv-clients/done .venv-mlserver/done .venv-scan/done .venv-spark/done: .venv-%/done: requirements/%.txt  # they pin libraries that ours would have to follow
	$(PYTHON) -m venv .venv-$*
	.venv-$*/bin/python $(INSTALL) --require-hashes -r requirements/$*.txt
	@touch $@

.venv-sam/done: requirements/sam.txt  # SAM pins libraries that ours would have to follow
	$(PYTHON) -m venv .venv-sam
	.venv-sam/bin/python $(INSTALL) --require-hashes -r requirements/sam.txt
	@touch $@

clean:  ## remove the environments and everything built
	rm -rf .venv .venv-alternatives .venv-clients .venv-mlserver .venv-sam .venv-scan .venv-spark .aws-sam .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache model/sums.*.so

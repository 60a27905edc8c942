# Every target is a plain Python script that works without make, too: see scripts/.
# `make run ARGS="demo --json"` hands arguments on.
.DEFAULT_GOAL := help
.PHONY: help run test test-postgres demo screenshots bench sim soak lint format translations notices widget freeze lock clean

PYTHON := scripts/python
ARGS :=

help:           ## show this list
	@sed -n 's/^\([a-z-]*\): *## /  make \1\t/p' Makefile | expand -t 22

run:            ## install what the app needs and open it (on a virtual screen when there is none)
	@$(PYTHON) scripts/run.py $(ARGS)

test:           ## install what the tests need and run all of them
	@$(PYTHON) scripts/test.py $(ARGS)

test-postgres:  ## run what opens a desk again, with every desk in PostgreSQL
	@$(PYTHON) scripts/test_postgres.py $(ARGS)

demo:           ## open a demo desk of its own
	@$(PYTHON) scripts/run.py demo $(ARGS)

screenshots:    ## take the pictures of docs/screenshots again
	@$(PYTHON) scripts/screenshots.py $(ARGS)

bench:          ## measure against the baselines; writes build/bench.json
	@$(PYTHON) scripts/bench.py $(ARGS)

sim:            ## run the simulations with new seeds
	@$(PYTHON) scripts/sim.py $(ARGS)

soak:           ## the same for an hour, round after round
	@$(PYTHON) scripts/sim.py --minutes 60 $(ARGS)

lint:           ## check style, types, rooms, translations, licences and locks
	@$(PYTHON) scripts/lint.py $(ARGS)

format:         ## put the sources into their usual form
	@$(PYTHON) scripts/lint.py --fix

translations:   ## gather the texts of the window for translation
	@$(PYTHON) scripts/translations.py update

notices:        ## write THIRD_PARTY_NOTICES again from what is installed
	@$(PYTHON) scripts/licences.py update

widget:         ## build the chat widget from resources/widget/src
	@$(PYTHON) scripts/widget.py

freeze:         ## build the app as one folder in dist/ and let it test itself
	@$(PYTHON) scripts/freeze.py $(ARGS)

lock:           ## pin the libraries again from pyproject.toml
	@$(PYTHON) scripts/lock.py $(ARGS)

clean:          ## remove what was built; libraries and desks stay
	@$(PYTHON) scripts/clean.py

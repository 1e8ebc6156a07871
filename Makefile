# Thin over tools/bootstrap.py, which does the same by itself where there is no make:
#   make run  = python3 tools/bootstrap.py run        make test  = python3 tools/bootstrap.py test
# ARGS="…" is handed on; PYTHON=python3.12 chooses the interpreter that .venv is made of.

starter := $(firstword $(foreach name,python3 python3.13 python3.12 python3.11 python,$(shell command -v $(name))) python3)
export PYTHON

.PHONY: run test check install
run test check install:
	@"$(starter)" tools/bootstrap.py $@ $(ARGS)

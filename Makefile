# The front door: each target does all of its own set-up (scripts/setup) and hands over to CMake's presets. `make` lists them.
PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 10
# What runs under the thread sanitizer: rooms whose tests start threads, and the suites that do.
THREADED_ROOMS ?= kme link net study
THREADED_TESTS ?= ^(kme\.(CommitThread|Etsi004Server|Services)|link\.Play|net\.Https|study\.(BoundFigures|Crossing|Expectations|Journal|Optimise|Spread|Sweep|Trials))\.
ARGS ?=
# Whose module `import herald` is; Debian's packages are for its own.
PYTHON ?= /usr/bin/python3

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo build test test-full soak bench bench-kme fmt lint docs figures python mpi install clean

with_python = -DHERALD_PYTHON=ON -DPython_EXECUTABLE=$(PYTHON)
configure = cmake --preset $(1) --log-level=WARNING >/dev/null
compile = cmake --build build/$(1) --parallel $(JOBS)
ctest = ctest --test-dir build/$(1) --output-on-failure --no-tests=error --parallel $(JOBS)
# Those that have tests.
threaded = $(strip $(foreach room,$(THREADED_ROOMS),$(if $(wildcard src/herald/$(room)/*_test.cpp),$(room))))
fuzz_targets = $(sort $(basename $(notdir $(wildcard src/herald/*/*_fuzz.cpp src/herald/*/*/*_fuzz.cpp))))

help: ## what there is to make
	@sed -n 's/^\([a-z-]*\):.* ## /  make \1\t/p' Makefile | expand -t 18

build: ## the program, build/release/herald
	@scripts/setup build
	@test -e build/release/build.ninja || $(call configure,release) -DHERALD_TESTS=OFF
	@$(call compile,release) --target herald_program

demo: build ## two nodes, one fibre, keys, a sealed message, a key for two applications (ARGS="--help")
	@build/release/herald demo $(ARGS)

test: ## the tests that take seconds
	@scripts/setup build test python
	@$(call configure,release) -DHERALD_TESTS=ON $(with_python)
	@$(call compile,release)
	@$(call ctest,release) -LE 'full|soak' $(ARGS)

test-full: ## the tests that take minutes, sanitizers, the fuzz targets for FUZZ_SECONDS each
	@scripts/setup build test fuzz python mpi integrations
	@$(call configure,release) -DHERALD_TESTS=ON $(with_python) -DHERALD_MPI=ON
	@$(call compile,release)
	@$(call ctest,release) -L full
	@$(call configure,asan-ubsan)
	@$(call compile,asan-ubsan)
	@$(call ctest,asan-ubsan) -LE 'full|soak'
ifneq ($(fuzz_targets),)
	@scripts/fuzz $(FUZZ_SECONDS) $(fuzz_targets)
endif
ifneq ($(threaded),)
	@$(call configure,tsan)
	@$(call compile,tsan) --target $(threaded:=_test)
	@$(call ctest,tsan) -LE 'full|soak' -R '$(THREADED_TESTS)'
endif

soak: ## the tests that run for hours
	@scripts/setup build test
	@$(call configure,release) -DHERALD_TESTS=ON
	@$(call compile,release)
	@$(call ctest,release) -L soak $(ARGS)

bench: ## this machine's figures
	@scripts/setup build bench
	@$(call configure,release) -DHERALD_BENCH=ON $(if $(wildcard build/release/build.ninja),,-DHERALD_TESTS=OFF)
	@$(call compile,release)
	@for each in build/release/*_bench; do if [ -x $$each ]; then $$each $(ARGS) || exit; fi; done
	@build/release/herald bench

bench-kme: ## keys/s of two KMEs, and Get status and handshakes against nginx (ARGS="--help")
	@scripts/setup build bench load
	@$(call configure,release) -DHERALD_BENCH=ON $(if $(wildcard build/release/build.ninja),,-DHERALD_TESTS=OFF)
	@$(call compile,release) --target herald_program kme_load
	@bench/kme $(ARGS)

fmt: ## format all C++ in place
	@scripts/setup lint
	@scripts/lint --fix

lint: ## format, clang-tidy, the rooms' layering
	@scripts/setup build test bench lint python mpi
	@$(call configure,lint) $(with_python) -DHERALD_MPI=ON
	@scripts/lint

docs: build ## the theorems' pages, the commands' reference, build/docs/commands.md; are all links of the documentation good?
	@scripts/setup docs
	@scripts/theorem-pages build/release/herald
	@scripts/protocol-pages build/release/herald
	@scripts/docs build/release/herald build/docs

figures: build ## the gallery of published figures, docs/figures.md, drawn anew
	@scripts/setup plot docs
	@scripts/figures build/release/herald

python: ## the module for `import herald`, in build/release/python (PYTHON=... for another interpreter)
	@scripts/setup build python
	@$(call configure,release) $(with_python) $(if $(wildcard build/release/build.ninja),,-DHERALD_TESTS=OFF)
	@$(call compile,release) --target herald_python
	@echo 'export PYTHONPATH=$(CURDIR)/build/release/python   # then: $(PYTHON) examples/python/rates.py'

mpi: ## the program, able to share a sweep: mpirun -n 2 build/release/herald rate ...
	@scripts/setup build mpi
	@$(call configure,release) -DHERALD_MPI=ON $(if $(wildcard build/release/build.ninja),,-DHERALD_TESTS=OFF)
	@$(call compile,release) --target herald_program

install: ## the program, the library and its CMake package to PREFIX (DESTDIR=... goes before it); builds only if nothing is built
	@test -x build/release/herald || $(MAKE) build
	@test -e build/release/libherald.a || $(call compile,release) --target libherald.a
	@cmake --install build/release --prefix "$(abspath $(PREFIX))"

clean: ## remove build/ (Botan stays in its cache, scripts/setup --botan-prefix)
	rm -rf build

# SPDX-License-Identifier: GPL-2.0
# The front door. `make help` lists every target.

MAKEFLAGS += --no-print-directory
SHELL := /bin/bash
.DEFAULT_GOAL := all
.PHONY: all module user selftests vm vm-update demo check load unload install clean distclean deps help

VM := selftests/vm
KERNEL ?= 6.1
SMP ?= 2
MEM ?= 1G
PREFIX ?= /usr/local

# Where this machine has headers for its own kernel, `make module` builds for it, else for the VM's kernel.
KDIR ?= /lib/modules/$(shell uname -r)/build
ifneq ($(wildcard $(KDIR)/Makefile),)
MODULE_KERNEL := host
else
MODULE_KERNEL := 6.1
endif

all: module user ## the module and the user side (this is what plain make does)

module: ## ntdbg.ko for this machine's kernel, or for the VM's 6.1 where its headers are missing
ifneq ($(MODULE_KERNEL),host)
	@echo "ntdbg: there are no headers for this machine's kernel ($(KDIR)): building for the VM's kernel 6.1" >&2
	@scripts/deps.sh demo
endif
	@KDIR=$(KDIR) $(VM)/build-module $(MODULE_KERNEL)
	@echo "ntdbg: build/kmod/$(MODULE_KERNEL)/ntdbg.ko" >&2

user: ## libntdbg and the ntdbg tool, in build/user
	@scripts/deps.sh build
	@scripts/build-user.sh

selftests: ## the test programs, in build/selftests
	@scripts/build-selftests.sh

vm: build/vm-status ## a shell in the VM; CMD='...' runs a command; KERNEL= SMP= MEM= ICOUNT= SHARE= APPEND= TIMEOUT= NOMODULE=
	$(call exit_with,$(file <build/vm-status))

vm-update: ## look for newer kernels and packages for the VM
	@$(VM)/update

demo: ## the tool on real programs, in the VM
	@scripts/deps.sh demo
	@selftests/demo.sh

check: ## every gate and every test, on every kernel
	@scripts/deps.sh check
	@if [ -x selftests/run.sh ]; then selftests/run.sh; else $(VM)/check.sh; fi

load: ## insmod the module on THIS machine: only where a crash does no harm
	@scripts/load.sh load

unload: ## rmmod it
	@scripts/load.sh unload

install: ## module, library, tool, udev rule and group, on THIS machine
	@PREFIX=$(PREFIX) scripts/install.sh

clean: ## what was built, but not the VM's downloads
	@find build -mindepth 1 -maxdepth 1 ! -name cache -exec rm -rf {} + 2>/dev/null || true

distclean: ## everything that is not in git
	@rm -rf build 2>/dev/null || sudo rm -rf build

deps: ## install the Debian packages that the targets need
	@scripts/deps.sh check

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

# Recipes can only make make return 2. `make vm CMD=...` is to return the command's own status, so for this one goal
# make loads a function of ten lines that exits with a given status. Without it, it is 2.
ifneq ($(filter vm,$(MAKECMDGOALS)),)
-load build/exit-with.so(exit_with_setup)
build/exit-with.so: scripts/exit-with.c
	@scripts/deps.sh demo
	@mkdir -p build
	@$(CC) -shared -fPIC -O1 -o $@ $< || echo 'ntdbg: make vm will return 2 instead of the status of the command' >&2
endif
ifneq ($(filter exit-with.so,$(notdir $(.LOADED))),)
exit_with = $(exit-with $(1))
else
exit_with = @exit $(1)
endif

# A command is the shell's: its dollar signs are not make's.
override CMD := $(value CMD)
export KERNEL SMP MEM CMD ICOUNT SHARE APPEND TIMEOUT NOMODULE
.PHONY: build/vm-status
build/vm-status:
	@mkdir -p build; $(VM)/make-vm; echo $$? >$@

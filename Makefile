# Each line is a command that a person could type. Cargo is called for the whole workspace, so that features resolve in one
# way and nothing is built twice; only what is deployed is built package by package.
#
#   make run       the whole system on this machine, with demo data; ARGUMENTS="--help" says what else it takes
#   make test      every check and test, each step with its time
#   make bench     the figures, as a table and as JSON
#   make package   the functions' bootstraps for `sam deploy`
#   make clean     removes what was built; data in .registrar/ stays

SHELL := /bin/bash
CARGO_TARGET_DIR ?= target
export CARGO_TARGET_DIR
export TOOLS := $(abspath $(CARGO_TARGET_DIR))/tools
export PATH := $(TOOLS)/bin:$(PATH)
export RUSTDOCFLAGS ?= --deny warnings

STEP := tests/step.sh
WASM := wasm32-unknown-unknown
FUNCTIONS := bulk certificates conversations deliveries edge-sync hook-deliveries hooks identity notifications relay rendering schedules ticket-work tickets triage webhooks

.PHONY: run test bench package package-host functions setup setup-rust edge template clean
.NOTPARALLEL:

run: setup-rust edge
	exec $(CARGO_TARGET_DIR)/debug/registrar-local $(ARGUMENTS)

setup-rust:
	@tests/setup.sh rust

setup: setup-rust
	@tests/setup.sh programs
	@tests/setup.sh node
	@tests/setup.sh python tests/requirements.txt
	@tests/setup.sh checkov

test:
	@rm -f $(CARGO_TARGET_DIR)/steps.tsv
	@$(STEP) setup $(MAKE) --no-print-directory setup
	@$(STEP) format cargo fmt --all --check
	@$(STEP) spelling typos
	@$(STEP) licences cargo deny --log-level error check licenses bans sources
	@$(STEP) template $(MAKE) --no-print-directory template
	@$(STEP) build cargo build --workspace --all-targets
	@$(STEP) edge $(MAKE) --no-print-directory edge
	@$(STEP) lints cargo clippy --workspace --all-targets --no-deps -- --deny warnings
	@$(STEP) lints-edge cargo clippy --package registrar-edge-verify --target $(WASM) --profile edge --no-deps -- --deny warnings
	@$(STEP) docs cargo doc --workspace --no-deps --lib
	@$(STEP) tests cargo nextest run --workspace
	@$(STEP) tests-docs cargo test --workspace --doc --quiet
	@$(STEP) tests-edge npm test --prefix tests/edge

# The Worker: WebAssembly, then the modules that Cloudflare runs. The packer is one of the workspace's programs.
edge:
	cargo build --package registrar-edge-verify --target $(WASM) --profile edge
	cargo build --workspace --bins
	$(CARGO_TARGET_DIR)/debug/registrar-edge-pack

template:
	PYTHONDONTWRITEBYTECODE=1 python tests/template/check.py

# `edge` makes the Worker with its offline page and, with them, what `make run` runs.
bench: setup edge functions
	@tests/setup.sh bench
	cargo build --release --package registrar-local --package registrar-tests --bins
	cargo build --release --package registrar-rendering --bin registrar-specimen
	$(CARGO_TARGET_DIR)/release/bench

# Cross-compiled for arm64, as the template asks: target/lambda/<package>/bootstrap.
package: setup-rust
	rustup target add aarch64-unknown-linux-gnu
	@tests/setup.sh python infra/requirements.txt
	cargo lambda build --release --arm64 $(FUNCTIONS:%=--package registrar-%) --lambda-dir target/lambda

# For this machine's own processor; deploy it with the template's Architectures changed to match.
package-host: setup-rust functions
	for name in $(FUNCTIONS); do \
		install -D $(CARGO_TARGET_DIR)/release/registrar-$$name target/lambda/registrar-$$name/bootstrap || exit; \
	done

# One at a time, so that no function links what another one asks of a crate. Equal code is folded into one, and addresses
# are settled by the linker instead of at every start. Both are for the last link only: crates in between may be libraries.
functions:
	for name in $(FUNCTIONS); do \
		cargo rustc --release --package registrar-$$name --bin registrar-$$name -- \
			-C relocation-model=static -C link-arg=-Wl,--icf=all || exit; \
	done

clean:
	cargo clean
	rm -rf edge-verify/dist tests/edge/node_modules tests/badges/node_modules

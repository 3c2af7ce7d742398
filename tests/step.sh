#!/usr/bin/env bash
# Runs one step of `make test`, and says what it was and how long it took.
#
#   tests/step.sh NAME COMMAND...
set -uo pipefail
name="$1"
shift
printf '\n== %s\n' "$name"
started=$SECONDS
"$@"
code=$?
if [ $code = 0 ]; then word=done; else word="FAILED ($code)"; fi
seconds=$((SECONDS - started))
printf -- '-- %s: %s, %s s\n' "$name" "$word" "$seconds"
# `make bench` shows them.
mkdir -p "${CARGO_TARGET_DIR:=target}" && printf '%s\t%s\n' "$name" "$seconds" >>"$CARGO_TARGET_DIR/steps.tsv"
exit $code

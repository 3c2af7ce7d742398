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
printf -- '-- %s: %s, %s s\n' "$name" "$word" "$((SECONDS - started))"
exit $code

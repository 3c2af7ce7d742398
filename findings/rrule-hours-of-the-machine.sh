#!/usr/bin/env bash
# rrule 2.8.1 (npm).
#
# A rule with its zone, DTSTART;TZID=America/Toronto at nine in the morning, is one instant, 13:00 UTC in summer: one would
# expect it wherever the program runs. On a machine in UTC it is so. On a machine in another zone, all() gives other instants:
# in Toronto itself 09:00 UTC, in Kolkata 18:30 UTC. Each Date is real, and wrong by the machine's offset, so what is right on
# the server is wrong on the developer's computer, and in the browser of the one who books.
#
# Seen:
#   UTC 2026-10-31T13:00:00.000Z 2026-11-01T14:00:00.000Z
#   America/Toronto 2026-10-31T09:00:00.000Z 2026-11-01T09:00:00.000Z
#   Asia/Kolkata 2026-10-31T18:30:00.000Z 2026-11-01T19:30:00.000Z
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . rrule@2.8.1 >npm.log 2>&1
cat >rule.cjs <<'NODE'
const { rrulestr } = require("rrule");
const rule = rrulestr("DTSTART;TZID=America/Toronto:20261031T090000\nRRULE:FREQ=DAILY;COUNT=2");
console.log(process.env.TZ, ...rule.all().map((date) => date.toISOString()));
NODE
for zone in UTC America/Toronto Asia/Kolkata; do TZ="$zone" node rule.cjs; done >seen
diff - seen <<'SEEN'
UTC 2026-10-31T13:00:00.000Z 2026-11-01T14:00:00.000Z
America/Toronto 2026-10-31T09:00:00.000Z 2026-11-01T09:00:00.000Z
Asia/Kolkata 2026-10-31T18:30:00.000Z 2026-11-01T19:30:00.000Z
SEEN
echo "as stated"

#!/usr/bin/env bash
# ical-generator 10.2.0 (npm).
#
# A calendar is given its zone, America/Toronto, and its event begins at an instant, 13:00 UTC, which is 09:00 there. One would
# expect DTSTART with a TZID, or in UTC. What is written is the hour on the machine's own clock, without Z and without TZID:
# "floating", which every reader takes for its own zone. Without the zone, the same instant is written right, with Z; so it is
# the careful caller whose event is hours off. DTSTAMP, which RFC 5545 (3.8.7.2) wants in UTC, loses its Z as well.
#
# Seen:
#   machine in UTC, no zone: DTSTAMP:20260101T000000Z DTSTART:20260320T130000Z
#   machine in UTC, zone given: DTSTAMP:20260101T000000 DTSTART:20260320T130000
#   machine in Asia/Kolkata, zone given: DTSTAMP:20260101T053000 DTSTART:20260320T183000
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . ical-generator@10.2.0 >npm.log 2>&1
cat >write.mjs <<'NODE'
import ical from "ical-generator";
const [zone] = process.argv.slice(2);
const calendar = ical(zone ? { timezone: zone } : {});
calendar.createEvent({ id: "1", stamp: new Date("2026-01-01T00:00:00Z"), start: new Date("2026-03-20T13:00:00Z") });
const lines = calendar.toString().split(/\r?\n/).filter((line) => /^DTST/.test(line));
console.log(`machine in ${process.env.TZ}, ${zone ? "zone given" : "no zone"}:`, ...lines);
NODE
{
  TZ=UTC node write.mjs
  TZ=UTC node write.mjs America/Toronto
  TZ=Asia/Kolkata node write.mjs America/Toronto
} >seen
diff - seen <<'SEEN'
machine in UTC, no zone: DTSTAMP:20260101T000000Z DTSTART:20260320T130000Z
machine in UTC, zone given: DTSTAMP:20260101T000000 DTSTART:20260320T130000
machine in Asia/Kolkata, zone given: DTSTAMP:20260101T053000 DTSTART:20260320T183000
SEEN
echo "as stated"

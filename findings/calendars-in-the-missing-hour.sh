#!/usr/bin/env bash
# ical.js 2.2.1 and node-ical 0.26.1 (npm), recurring-ical-events 3.8.2 (PyPI).
#
# Every night at 02:30 in Toronto, over the night of 8 March 2026 that has no 02:30. RFC 5545 (3.3.5) says what is meant: the
# offset before the gap, 07:30 UTC, which is 03:30 on the wall; on the next night 02:30 again, 06:30 UTC. One would expect
# three readers to agree. ical.js puts the night of the gap an hour early, at 01:30 on the wall. node-ical has that night
# right, and the night after an hour late, at 03:30: having slid once, it does not come back. recurring-ical-events is right.
#
# Seen (UTC, of 7, 8 and 9 March):
#   ical.js               07:30 06:30 06:30
#   node-ical             07:30 07:30 07:30
#   recurring-ical-events 07:30 07:30 06:30
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip install --quiet --disable-pip-version-check recurring-ical-events==3.8.2 icalendar==7.3.2 tzdata
npm install --silent --no-audit --no-fund --prefix . ical.js@2.2.1 node-ical@0.26.1 >npm.log 2>&1
sed 's/$/\r/' >night.ics <<'ICS'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//
BEGIN:VTIMEZONE
TZID:America/Toronto
BEGIN:DAYLIGHT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260101T000000Z
DTSTART;TZID=America/Toronto:20260307T023000
DTEND;TZID=America/Toronto:20260307T033000
RRULE:FREQ=DAILY;COUNT=3
SUMMARY:Night
END:VEVENT
END:VCALENDAR
ICS
cat >read.mjs <<'NODE'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import nodeIcal from "node-ical";
const text = readFileSync("night.ics", "utf8");
const time = (date) => date.toISOString().slice(11, 16);
const calendar = new ICAL.Component(ICAL.parse(text));
ICAL.TimezoneService.register(calendar.getFirstSubcomponent("vtimezone"));
const nights = new ICAL.Event(calendar.getFirstSubcomponent("vevent")).iterator();
const seen = [];
for (let night = nights.next(); night; night = nights.next()) seen.push(time(night.toJSDate()));
console.log("ical.js              ", ...seen);
const event = Object.values(nodeIcal.sync.parseICS(text)).find((entry) => entry.type === "VEVENT");
console.log("node-ical            ", ...event.rrule.all().map(time));
NODE
TZ=UTC node read.mjs >seen
v/bin/python - >>seen <<'PYTHON'
from datetime import timezone
from pathlib import Path

import icalendar
import recurring_ical_events

calendar = icalendar.Calendar.from_ical(Path("night.ics").read_bytes())
nights = recurring_ical_events.of(calendar).between((2026, 3, 6), (2026, 3, 12))
print("recurring-ical-events", *[night.start.astimezone(timezone.utc).strftime("%H:%M") for night in nights])
PYTHON
diff - seen <<'SEEN'
ical.js               07:30 06:30 06:30
node-ical             07:30 07:30 07:30
recurring-ical-events 07:30 07:30 06:30
SEEN
echo "as stated"

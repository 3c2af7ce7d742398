#!/usr/bin/env bash
# icalendar 7.3.2 (PyPI).
#
# An event that begins at a time with a zone is written with TZID=America/Toronto, and no VTIMEZONE says what that is. RFC
# 5545 (3.2.19) wants one for every TZID, and Outlook takes another hour without it. One has to know of
# add_missing_timezones(), which to_ical() does not call; after it the definition is there.
#
# Seen:
#   DTSTART;TZID=America/Toronto:20260320T090000
#   VTIMEZONE as written: 0
#   VTIMEZONE after add_missing_timezones: 1
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.2 tzdata
"$folder/v/bin/python" - >"$folder/seen" <<'PYTHON'
from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

calendar = Calendar()
calendar.add("prodid", "-//example//")
calendar.add("version", "2.0")
event = Event()
event.add("uid", "1@example.org")
event.add("dtstamp", datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")))
event.add("dtstart", datetime(2026, 3, 20, 9, 0, tzinfo=ZoneInfo("America/Toronto")))
calendar.add_component(event)
text = calendar.to_ical().decode()
print(*[line for line in text.splitlines() if line.startswith("DTSTART")])
print("VTIMEZONE as written:", text.count("BEGIN:VTIMEZONE"))
calendar.add_missing_timezones()
print("VTIMEZONE after add_missing_timezones:", calendar.to_ical().decode().count("BEGIN:VTIMEZONE"))
PYTHON
diff - "$folder/seen" <<'SEEN'
DTSTART;TZID=America/Toronto:20260320T090000
VTIMEZONE as written: 0
VTIMEZONE after add_missing_timezones: 1
SEEN
echo "as stated"

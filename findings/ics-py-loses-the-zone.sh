#!/usr/bin/env bash
# ics 0.7.3 (PyPI, ics.py).
#
# A calendar that says 09:00 in Toronto, with the zone's definition, is read and written again as a time in UTC: DTSTART
# loses its TZID. For one event the instant is the same; but a weekly session is meant at nine on the wall, and after the
# change of clocks on 1 November it is an hour off. The rule RRULE stays in the file, so nothing tells that the zone is gone.
#
# Seen:
#   DTSTART:20261026T130000Z
#   RRULE:FREQ=WEEKLY;COUNT=2
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install --quiet --disable-pip-version-check ics==0.7.3
"$folder/v/bin/python" - >"$folder/seen" <<'PYTHON'
from ics import Calendar

TEXT = """BEGIN:VCALENDAR
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
DTSTART;TZID=America/Toronto:20261026T090000
RRULE:FREQ=WEEKLY;COUNT=2
SUMMARY:Session
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
written = Calendar(TEXT).serialize()
body = written.split("BEGIN:VEVENT", 1)[1]
for line in sorted(line for line in body.splitlines() if line.startswith(("DTSTART", "RRULE"))):
    print(line)
PYTHON
diff - "$folder/seen" <<'SEEN'
DTSTART:20261026T130000Z
RRULE:FREQ=WEEKLY;COUNT=2
SEEN
echo "as stated"

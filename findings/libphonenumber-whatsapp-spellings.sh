#!/usr/bin/env bash
# phonenumbers 9.0.43 (PyPI), the Python port of libphonenumber.
#
# WhatsApp names one line in Brazil, Mexico and Argentina in two ways: with and without Brazil's ninth digit, with and
# without the 1 behind Mexico's 52, with and without the 9 behind Argentina's 54. One would expect the library that
# normalises phone numbers to bring the two spellings of a line together. It does not: formatting as E.164 leaves both as
# they are. Matching answers NO_MATCH for Brazil, and for the others no more than that one number ends like the other. Of
# the second spelling it says: Brazil possible but not valid, Mexico not even possible, Argentina valid.
#
# Seen:
#   BR +5511987654321 +551187654321 NO_MATCH second: possible=True valid=False
#   MX +525512345678 +5215512345678 SHORT_NSN_MATCH second: possible=False valid=False
#   AR +541123456789 +5491123456789 SHORT_NSN_MATCH second: possible=True valid=True
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
"$folder/v/bin/python" - >"$folder/seen" <<'PYTHON'
import phonenumbers as p

names = {value: name for name, value in vars(p.MatchType).items() if name.isupper()}
for country, first, second in [
    ("BR", "+5511987654321", "+551187654321"),
    ("MX", "+525512345678", "+5215512345678"),
    ("AR", "+541123456789", "+5491123456789"),
]:
    one, other = p.parse(first), p.parse(second)
    e164 = [p.format_number(number, p.PhoneNumberFormat.E164) for number in (one, other)]
    match = names[p.is_number_match(one, other)]
    possible, valid = p.is_possible_number(other), p.is_valid_number(other)
    print(country, *e164, match, f"second: possible={possible} valid={valid}")
PYTHON
diff - "$folder/seen" <<'SEEN'
BR +5511987654321 +551187654321 NO_MATCH second: possible=True valid=False
MX +525512345678 +5215512345678 SHORT_NSN_MATCH second: possible=False valid=False
AR +541123456789 +5491123456789 SHORT_NSN_MATCH second: possible=True valid=True
SEEN
echo "as stated"

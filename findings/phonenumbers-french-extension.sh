#!/usr/bin/env bash
# phonenumbers 9.0.43 (PyPI) and libphonenumber-js 1.13.16 (npm).
#
# In Quebec an extension is written "poste 45". "ext. 45" is understood; of "poste 45" one would expect the number, or an
# error. phonenumbers takes the letters for those on a telephone's keys, POSTE = 76783, and answers without an error a number
# of eighteen digits, which goes into a base as if it were one. "p. 45" becomes two more digits. A comma before the word
# turns the same text into an error. libphonenumber-js gives nothing at all, not even the ten digits.
#
# Seen:
#   514 555-0123 ext. 45    phonenumbers +15145550123 ext 45   libphonenumber-js +15145550123 ext 45
#   514 555-0123 poste 45   phonenumbers +151455501237678345   libphonenumber-js nothing
#   514 555-0123 p. 45      phonenumbers +1514555012345   libphonenumber-js nothing
#   514 555-0123, poste 45  phonenumbers NumberParseException   libphonenumber-js nothing
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip install --quiet --disable-pip-version-check phonenumbers==9.0.43
npm install --silent --no-audit --no-fund --prefix . libphonenumber-js@1.13.16 >npm.log 2>&1
cat >parse.cjs <<'NODE'
const { parsePhoneNumberFromString } = require("libphonenumber-js");
const parsed = parsePhoneNumberFromString(process.argv[2], "CA");
console.log(parsed ? parsed.number + (parsed.ext ? ` ext ${parsed.ext}` : "") : "nothing");
NODE
v/bin/python - >seen <<'PYTHON'
import subprocess

import phonenumbers as p

for text in ["514 555-0123 ext. 45", "514 555-0123 poste 45", "514 555-0123 p. 45", "514 555-0123, poste 45"]:
    try:
        number = p.parse(text, "CA")
        python = p.format_number(number, p.PhoneNumberFormat.E164)
        python += f" ext {number.extension}" if number.extension else ""
    except p.NumberParseException as error:
        python = type(error).__name__
    node = subprocess.run(["node", "parse.cjs", text], capture_output=True, check=True, text=True).stdout.strip()
    print(f"{text:23} phonenumbers {python}   libphonenumber-js {node}")
PYTHON
diff - seen <<'SEEN'
514 555-0123 ext. 45    phonenumbers +15145550123 ext 45   libphonenumber-js +15145550123 ext 45
514 555-0123 poste 45   phonenumbers +151455501237678345   libphonenumber-js nothing
514 555-0123 p. 45      phonenumbers +1514555012345   libphonenumber-js nothing
514 555-0123, poste 45  phonenumbers NumberParseException   libphonenumber-js nothing
SEEN
echo "as stated"

#!/usr/bin/env bash
# papaparse 5.7.1 (npm).
#
# A French spreadsheet saves CSV with semicolons, since the comma is in its decimals. The delimiter is guessed, and one would
# expect that the header's semicolon decides. Of two columns the guess is right, until the file ends with a line feed as every
# saved file does: then the comma of "1,50" is taken, and the amount is torn in two. Rows come out all the same, the header as
# one name, the cents under __parsed_extra. With skipEmptyLines the same file is right. A line sep=; at the top, by which
# spreadsheets tell each other, is not heeded: it becomes the header.
#
# Seen:
#   no line feed at the end: ; {"nom":"Anne","prix":"1,50"}
#   line feed at the end: , {"nom;prix":"Anne;1","__parsed_extra":["50"]}
#   skipEmptyLines: ; {"nom":"Anne","prix":"1,50"}
#   sep=; : , {"sep=;":"nom;prix"}
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . papaparse@5.7.1 >npm.log 2>&1
cat >parse.cjs <<'NODE'
const Papa = require("papaparse");
const sheet = "nom;prix\r\nAnne;1,50\r\nLuc;2,75";
for (const [what, text, options] of [
  ["no line feed at the end", sheet, {}],
  ["line feed at the end", `${sheet}\r\n`, {}],
  ["skipEmptyLines", `${sheet}\r\n`, { skipEmptyLines: true }],
  ["sep=; ", `sep=;\r\n${sheet}\r\n`, {}],
]) {
  const { data, meta } = Papa.parse(text, { header: true, ...options });
  console.log(`${what}:`, meta.delimiter, JSON.stringify(data[0]));
}
NODE
node parse.cjs >seen
diff - seen <<'SEEN'
no line feed at the end: ; {"nom":"Anne","prix":"1,50"}
line feed at the end: , {"nom;prix":"Anne;1","__parsed_extra":["50"]}
skipEmptyLines: ; {"nom":"Anne","prix":"1,50"}
sep=; : , {"sep=;":"nom;prix"}
SEEN
echo "as stated"

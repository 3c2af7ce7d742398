#!/usr/bin/env bash
# exceljs 4.4.0, csv-parse 7.0.3 (cast: true) and papaparse 5.7.1 (dynamicTyping: true), of npm.
#
# A column of codes and telephones. One would expect that what does not look like a decimal number stays a text. Each reader
# has its own idea, and exceljs is not even asked: the certificate 2026E07 is twenty thousand million to all three, 0x1F is 31
# to exceljs, 0 to csv-parse and a text to Papa Parse; +15145550123 loses its plus in two; 16 digits become other digits in
# two, without an error.
#
# Seen:
#   +15145550123 exceljs 15145550123 csv-parse 15145550123 papaparse "+15145550123"
#   0042 exceljs 42 csv-parse 42 papaparse 42
#   2026E07 exceljs 20260000000 csv-parse 20260000000 papaparse 20260000000
#   0x1F exceljs 31 csv-parse 0 papaparse "0x1F"
#   9007199254740993 exceljs 9007199254740992 csv-parse 9007199254740992 papaparse "9007199254740993"
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . exceljs@4.4.0 csv-parse@7.0.3 papaparse@5.7.1 >npm.log 2>&1
cat >read.cjs <<'NODE'
const { readFileSync } = require("node:fs");
const { Workbook } = require("exceljs");
const { parse } = require("csv-parse/sync");
const Papa = require("papaparse");
(async () => {
  const text = readFileSync("codes.csv", "utf8");
  const sheet = await new Workbook().csv.readFile("codes.csv");
  const cast = parse(text, { cast: true });
  const typed = Papa.parse(text, { dynamicTyping: true }).data;
  text.trim().split("\n").forEach((line, row) => {
    const seen = { exceljs: sheet.getCell(row + 1, 1).value, "csv-parse": cast[row][0], papaparse: typed[row][0] };
    console.log(line.split(",")[0], ...Object.entries(seen).flatMap(([reader, value]) => [reader, JSON.stringify(value)]));
  });
})();
NODE
printf '%s,x\n' +15145550123 0042 2026E07 0x1F 9007199254740993 >codes.csv
node read.cjs >seen
diff - seen <<'SEEN'
+15145550123 exceljs 15145550123 csv-parse 15145550123 papaparse "+15145550123"
0042 exceljs 42 csv-parse 42 papaparse 42
2026E07 exceljs 20260000000 csv-parse 20260000000 papaparse 20260000000
0x1F exceljs 31 csv-parse 0 papaparse "0x1F"
9007199254740993 exceljs 9007199254740992 csv-parse 9007199254740992 papaparse "9007199254740993"
SEEN
echo "as stated"

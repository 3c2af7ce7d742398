#!/usr/bin/env bash
# exceljs 4.4.0 and read-excel-file 9.3.17 (npm), of a workbook by openpyxl 3.1.5 (PyPI), which reads it as well.
#
# A course of 36 hours, in a sheet in three ways: the number with the format 0" h", the same with the format 0\ \h, which is how
# the letter is kept when it is typed without quotes, and the duration 36:00 in [h]:mm. One would expect 36 twice and a
# duration. exceljs takes the escaped h for an hour: the number 36 becomes a day of February 1900. Both of npm make of the
# duration noon of 31 December 1899, from which the day is read as lost. openpyxl has all three.
#
# Seen:
#   0" h" openpyxl 36 exceljs 36 read-excel-file 36
#   0\ \h openpyxl 36 exceljs 1900-02-04T00:00:00.000Z read-excel-file 36
#   [h]:mm openpyxl 1 day, 12:00:00 exceljs 1899-12-31T12:00:00.000Z read-excel-file 1899-12-31T12:00:00.000Z
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip install --quiet --disable-pip-version-check openpyxl==3.1.5
npm install --silent --no-audit --no-fund --prefix . exceljs@4.4.0 read-excel-file@9.3.17 >npm.log 2>&1
cat >read.mjs <<'NODE'
import exceljs from "exceljs";
import readSheet from "read-excel-file/node";
const book = new exceljs.Workbook();
await book.xlsx.readFile("hours.xlsx");
const sheets = await readSheet("hours.xlsx");
const rows = sheets[0].data ?? sheets;
const shown = (value) => (value instanceof Date ? value.toISOString() : String(value));
rows.forEach((row, index) => {
  console.log("exceljs", shown(book.worksheets[0].getCell(index + 1, 1).value), "read-excel-file", shown(row[0]));
});
NODE
v/bin/python - >seen <<'PYTHON'
import subprocess

import openpyxl

FORMATS = [(36, '0" h"'), (36, r"0\ \h"), (1.5, "[h]:mm")]
book = openpyxl.Workbook()
for row, (value, format) in enumerate(FORMATS, 1):
    book.active.cell(row, 1, value).number_format = format
book.save("hours.xlsx")
sheet = openpyxl.load_workbook("hours.xlsx").active
others = subprocess.run(["node", "read.mjs"], capture_output=True, check=True, text=True).stdout.splitlines()
for row, (_, format) in enumerate(FORMATS, 1):
    print(format, "openpyxl", sheet.cell(row, 1).value, others[row - 1])
PYTHON
diff - seen <<'SEEN'
0" h" openpyxl 36 exceljs 36 read-excel-file 36
0\ \h openpyxl 36 exceljs 1900-02-04T00:00:00.000Z read-excel-file 36
[h]:mm openpyxl 1 day, 12:00:00 exceljs 1899-12-31T12:00:00.000Z read-excel-file 1899-12-31T12:00:00.000Z
SEEN
echo "as stated"

#!/usr/bin/env bash
# css-inline 0.24.0 and premailer 3.10.0 (PyPI), juice 11.1.1 (npm): inliners of an e-mail's styles.
#
# A template of a letter is inlined once, at build time, and filled in at run time: its rows stand in a table, between
# {{#each}} and {{/each}}. css-inline reads by HTML5's rules, by which text may not stand between rows: it moves both marks in
# front of the table, so the loop runs around nothing, and the table has one row with an empty {{this}}, whatever the list. No
# error. premailer and juice leave the marks where they were. css-inline alone also drops the <style> with @media in it.
#
# Seen:
#   css-inline {{#each rows}}{{/each}}<table><tbody><tr><td style="padding: 1px;">{{this}}</td></tr></tbody></table> @media 0
#   premailer  <table>{{#each rows}}<tr><td style="padding:1px">{{this}}</td></tr>{{/each}}</table> @media 1
#   juice      <table>{{#each rows}}<tr><td style="padding: 1px;">{{this}}</td></tr>{{/each}}</table> @media 1
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip install --quiet --disable-pip-version-check css-inline==0.24.0 premailer==3.10.0
npm install --silent --no-audit --no-fund --prefix . juice@11.1.1 >npm.log 2>&1
cat >letter.html <<'HTML'
<html><head><style>td { padding: 1px } @media (max-width: 600px) { td { padding: 0 } }</style></head><body>
<table>{{#each rows}}<tr><td>{{this}}</td></tr>{{/each}}</table>
</body></html>
HTML
v/bin/python - <<'PYTHON'
from pathlib import Path

import css_inline
import premailer

letter = Path("letter.html").read_text()
Path("css-inline.html").write_text(css_inline.inline(letter))
Path("premailer.html").write_text(premailer.transform(letter))
PYTHON
node -e 'const juice = require("juice"), fs = require("fs");
fs.writeFileSync("juice.html", (juice.default ?? juice)(fs.readFileSync("letter.html", "utf8")));'
for tool in css-inline premailer juice; do
  printf '%-10s %s @media %s\n' "$tool" "$(grep 'each rows' "$tool.html")" "$(grep -c '@media' "$tool.html" || true)"
done >seen
diff - seen <<'SEEN'
css-inline {{#each rows}}{{/each}}<table><tbody><tr><td style="padding: 1px;">{{this}}</td></tr></tbody></table> @media 0
premailer  <table>{{#each rows}}<tr><td style="padding:1px">{{this}}</td></tr>{{/each}}</table> @media 1
juice      <table>{{#each rows}}<tr><td style="padding: 1px;">{{this}}</td></tr>{{/each}}</table> @media 1
SEEN
echo "as stated"

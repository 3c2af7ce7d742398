#!/usr/bin/env bash
# html-to-text 10.0.1 and mailparser 3.14.2 (npm), which uses it for a mail that has no text of its own.
#
# The plain text of a letter in HTML. One would expect its words. A heading's letters are made capitals, so a code in which
# aB3xZ and AB3XZ are two, or the name of a person, is changed before it is read or sent; and cells of a table that was not
# declared a data table are written against each other. mailparser's .text of an incoming mail has both, though whoever calls
# it asked for no layout at all.
#
# Seen:
#   html-to-text "CERTIFICATE AB3XZ OF DE LA CRUZ" "Paid12.50"
#   mailparser "CERTIFICATE AB3XZ OF DE LA CRUZ" "Paid12.50"
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . html-to-text@10.0.1 mailparser@3.14.2 >npm.log 2>&1
cat >read.cjs <<'NODE'
const { convert } = require("html-to-text");
const { simpleParser } = require("mailparser");
const html = "<h1>Certificate aB3xZ of de la Cruz</h1><table><tr><td>Paid</td><td>12.50</td></tr></table>";
const head = ["From: a@example.org", "To: b@example.org", "Subject: x", "MIME-Version: 1.0", "Content-Type: text/html"];
const show = (tool, text) => console.log(tool, ...text.trim().split(/\n+/).map((line) => JSON.stringify(line)));
(async () => {
  show("html-to-text", convert(html));
  show("mailparser", (await simpleParser(`${head.join("\r\n")}\r\n\r\n${html}\r\n`)).text);
})();
NODE
node read.cjs >seen
diff - seen <<'SEEN'
html-to-text "CERTIFICATE AB3XZ OF DE LA CRUZ" "Paid12.50"
mailparser "CERTIFICATE AB3XZ OF DE LA CRUZ" "Paid12.50"
SEEN
echo "as stated"

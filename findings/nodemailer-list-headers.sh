#!/usr/bin/env bash
# nodemailer 10.6.1 (npm).
#
# The option `list` writes the List-* header fields. A mailbox's own button to unsubscribe wants two: List-Unsubscribe with
# both addresses, and List-Unsubscribe-Post: List-Unsubscribe=One-Click (RFC 8058). Put into `list` next to it, the second is
# made a link, <http://List-Unsubscribe=One-Click>, which means nothing. And a list of two addresses becomes two fields, where
# RFC 2369 (3.4) allows one; the one field takes a list in a list. Nothing complains; the button does not appear.
#
# Seen:
#   ["https://…","mailto:…"]
#     List-Unsubscribe: <https://example.org/u>
#     List-Unsubscribe: <mailto:u@example.org>
#     List-Unsubscribe-Post: <http://List-Unsubscribe=One-Click>
#   [["https://…","mailto:…"]]
#     List-Unsubscribe: <https://example.org/u>, <mailto:u@example.org>
#     List-Unsubscribe-Post: <http://List-Unsubscribe=One-Click>
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . nodemailer@10.6.1 >npm.log 2>&1
cat >send.cjs <<'NODE'
const transport = require("nodemailer").createTransport({ streamTransport: true, buffer: true });
const addresses = ["https://example.org/u", "mailto:u@example.org"];
(async () => {
  for (const [shown, unsubscribe] of [
    ['["https://…","mailto:…"]', addresses],
    ['[["https://…","mailto:…"]]', [addresses]],
  ]) {
    const list = { unsubscribe, "unsubscribe-post": "List-Unsubscribe=One-Click" };
    const mail = { from: "a@example.org", to: "b@example.org", subject: "News", text: "Hello", list };
    const { message } = await transport.sendMail(mail);
    console.log(shown);
    for (const line of message.toString().split("\r\n")) if (line.startsWith("List-")) console.log(`  ${line}`);
  }
})();
NODE
node send.cjs >seen
diff - seen <<'SEEN'
["https://…","mailto:…"]
  List-Unsubscribe: <https://example.org/u>
  List-Unsubscribe: <mailto:u@example.org>
  List-Unsubscribe-Post: <http://List-Unsubscribe=One-Click>
[["https://…","mailto:…"]]
  List-Unsubscribe: <https://example.org/u>, <mailto:u@example.org>
  List-Unsubscribe-Post: <http://List-Unsubscribe=One-Click>
SEEN
echo "as stated"

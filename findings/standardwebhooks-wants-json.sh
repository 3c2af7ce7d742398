#!/usr/bin/env bash
# standardwebhooks 1.1.0 (PyPI) and 1.1.1 (npm), the reference verifiers of Standard Webhooks.
#
# verify() is expected to answer whether a signature is right. It also parses the payload as JSON: of a body that is signed
# correctly and is no JSON (the specification signs bytes), both raise a parser's error and not their own
# WebhookVerificationError, so a receiver that catches the documented error answers 500 to a genuine message.
#
# Seen:
#   python json: verified
#   python text: JSONDecodeError
#   npm json: verified
#   npm text: SyntaxError
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip install --quiet --disable-pip-version-check standardwebhooks==1.1.0
npm install --silent --no-audit --no-fund --prefix . standardwebhooks@1.1.1 >npm.log 2>&1
v/bin/python - >seen <<'PYTHON'
from datetime import datetime, timezone

from standardwebhooks.webhooks import Webhook

webhook = Webhook("whsec_" + "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=")
now = datetime.now(tz=timezone.utc)
for kind, body in [("json", '{"a":1}'), ("text", "plain text")]:
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": webhook.sign("msg_1", now, body),
    }
    try:
        webhook.verify(body, headers)
        print(f"python {kind}: verified")
    except Exception as error:
        print(f"python {kind}: {type(error).__name__}")
PYTHON
cat >verify.cjs <<'NODE'
const { Webhook } = require("standardwebhooks");
const webhook = new Webhook("whsec_a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=");
const now = new Date();
for (const [kind, body] of [["json", '{"a":1}'], ["text", "plain text"]]) {
  const headers = {
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": webhook.sign("msg_1", now, body),
  };
  try {
    webhook.verify(body, headers);
    console.log(`npm ${kind}: verified`);
  } catch (error) {
    console.log(`npm ${kind}: ${error.constructor.name}`);
  }
}
NODE
node verify.cjs >>seen
diff - seen <<'SEEN'
python json: verified
python text: JSONDecodeError
npm json: verified
npm text: SyntaxError
SEEN
echo "as stated"

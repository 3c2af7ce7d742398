#!/usr/bin/env bash
# mailparser 3.14.2 and postal-mime 4.0.0 (npm), mail-parser 4.8.0 (PyPI).
#
# A customer writes "See below." and attaches a mail (message/rfc822), a small text file by `inline` with a file name, and an
# invitation (text/calendar) without one. One would expect three attachments beside the text. The mail is an attachment to
# mailparser only; postal-mime writes it into the text with its header, mail-parser takes its body for a text of the customer's.
# The text file is an attachment to mail-parser only, which has it as text as well; both of npm put it into the text and drop
# its name. The invitation is an attachment to both of npm; mail-parser has it nowhere, with no more than a line in the log.
#
# Seen:
#   mailparser text "See below. notes" attachments text/calendar message/rfc822
#   postal-mime text "See below. notes -- From: c@example.org Subject: inner Date: … -- From the other." attachments text/calendar
#   mail-parser text "See below. notes From the other." attachments text/plain
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip install --quiet --disable-pip-version-check mail-parser==4.8.0
npm install --silent --no-audit --no-fund --prefix . mailparser@3.14.2 postal-mime@4.0.0 >npm.log 2>&1
sed 's/$/\r/' >mail.eml <<'MAIL'
From: a@example.org
To: b@example.org
Subject: Question
Date: Fri, 20 Mar 2026 09:00:00 -0400
Message-ID: <1@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=part

--part
Content-Type: text/plain; charset=utf-8

See below.
--part
Content-Type: text/plain; charset=utf-8; name=notes.txt
Content-Disposition: inline; filename=notes.txt

notes
--part
Content-Type: text/calendar; charset=utf-8; method=REQUEST

BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//
END:VCALENDAR
--part
Content-Type: message/rfc822

From: c@example.org
Date: Thu, 19 Mar 2026 09:00:00 -0400
Subject: inner
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

From the other.
--part--
MAIL
cat >read.mjs <<'NODE'
import { readFileSync } from "node:fs";
import { simpleParser } from "mailparser";
import PostalMime from "postal-mime";
const raw = readFileSync("mail.eml");
const show = (parser, text, types) =>
  console.log(`${parser} text "${text.trim().replace(/\s+/g, " ")}" attachments`, ...types);
const one = await simpleParser(raw);
show("mailparser", one.text, one.attachments.map((attachment) => attachment.contentType));
const other = await PostalMime.parse(raw);
show("postal-mime", other.text.replace(/-{9,}/g, "--").replace(/Date: .*/, "Date: …"), other.attachments.map((attachment) => attachment.mimeType));
NODE
node read.mjs >seen
v/bin/python - >>seen 2>python.log <<'PYTHON'
import mailparser

mail = mailparser.parse_from_file("mail.eml")
text = " ".join(" ".join(mail.text_plain).split())
print(f'mail-parser text "{text}" attachments', *[part["mail_content_type"] for part in mail.attachments])
PYTHON
diff - seen <<'SEEN'
mailparser text "See below. notes" attachments text/calendar message/rfc822
postal-mime text "See below. notes -- From: c@example.org Subject: inner Date: … -- From the other." attachments text/calendar
mail-parser text "See below. notes From the other." attachments text/plain
SEEN
echo "as stated"

#!/usr/bin/env bash
# email-reply-parser 0.5.12 (PyPI).
#
# It gives the reply without what it quotes. The line before a quotation is cut where the mail program speaks English
# ("On … wrote:"); of the same mail from a program that speaks French ("Le … a écrit :") the line stays in the reply, so a
# help desk in Quebec shows it as if the customer had written it. The quoted text itself is cut in both.
#
# Seen:
#   en 'Thanks, it works.'
#   fr 'Merci, cela fonctionne.\n\nLe lun. 3 mars 2026 à 10:02, Aide <aide@example.org> a écrit :'
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install --quiet --disable-pip-version-check email-reply-parser==0.5.12
PYTHONIOENCODING=utf-8 "$folder/v/bin/python" - >"$folder/seen" <<'PYTHON'
from email_reply_parser import EmailReplyParser

english = "Thanks, it works.\n\nOn Mon, Mar 3, 2026 at 10:02 AM Help <help@example.org> wrote:\n\n> Did you try?\n"
french = "Merci, cela fonctionne.\n\nLe lun. 3 mars 2026 à 10:02, Aide <aide@example.org> a écrit :\n\n> Avez-vous essayé ?\n"
print("en", repr(EmailReplyParser.parse_reply(english)))
print("fr", repr(EmailReplyParser.parse_reply(french)))
PYTHON
diff - "$folder/seen" <<'SEEN'
en 'Thanks, it works.'
fr 'Merci, cela fonctionne.\n\nLe lun. 3 mars 2026 à 10:02, Aide <aide@example.org> a écrit :'
SEEN
echo "as stated"

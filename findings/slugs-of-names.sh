#!/usr/bin/env bash
# slugify 1.6.9 (npm) and python-slugify 9.2.0 (PyPI).
#
# The name of a certificate's file is made of its holder's. npm's slugify knows Latin, Arabic and others, and leaves out without
# a word what it does not know: of a name in Khmer, Burmese, Devanagari or Tamil nothing remains, so all of these people share
# one file's name, and each certificate overwrites the last. python-slugify gives Latin letters; asked to keep the script
# (allow_unicode), it keeps the letters and loses the vowel signs, which makes of it another word.
#
# Seen:
#   Émilie Côté npm "Emilie-Cote" python "emilie-cote" allow_unicode "émilie-côté"
#   علی احمد npm "aly-ahmd" python "ly-hmd" allow_unicode "علی-احمد"
#   ស្រី នាង npm "" python "srii-naang" allow_unicode "ស-រ-ន-ង"
#   မောင်မောင် npm "" python "meaang-meaang" allow_unicode "မ-င-မ-င"
#   आशा राव npm "" python "aashaa-raav" allow_unicode "आश-र-व"
#   ஆஷா npm "" python "aassaa" allow_unicode "ஆஷ"
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip install --quiet --disable-pip-version-check python-slugify==9.2.0
npm install --silent --no-audit --no-fund --prefix . slugify@1.6.9 >npm.log 2>&1
PYTHONIOENCODING=utf-8 v/bin/python - >seen <<'PYTHON'
import subprocess

from slugify import slugify

NODE = 'process.stdout.write(require("slugify")(process.argv[1]))'
for name in ["Émilie Côté", "علی احمد", "ស្រី នាង", "မောင်မောင်", "आशा राव", "ஆஷா"]:
    node = subprocess.run(["node", "-e", NODE, name], capture_output=True, check=True).stdout.decode()
    print(f'{name} npm "{node}" python "{slugify(name)}" allow_unicode "{slugify(name, allow_unicode=True)}"')
PYTHON
diff - seen <<'SEEN'
Émilie Côté npm "Emilie-Cote" python "emilie-cote" allow_unicode "émilie-côté"
علی احمد npm "aly-ahmd" python "ly-hmd" allow_unicode "علی-احمد"
ស្រី នាង npm "" python "srii-naang" allow_unicode "ស-រ-ន-ង"
မောင်မောင် npm "" python "meaang-meaang" allow_unicode "မ-င-မ-င"
आशा राव npm "" python "aashaa-raav" allow_unicode "आश-र-व"
ஆஷா npm "" python "aassaa" allow_unicode "ஆஷ"
SEEN
echo "as stated"

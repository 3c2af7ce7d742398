#!/usr/bin/env bash
# pdftotext 22.12.0 (Debian's poppler-utils), pypdfium2 5.15.2, pypdf 7.1.1, pdfminer.six 20260107 and pymupdf 2.0 (PyPI).
#
# Of a certificate's text one expects what is printed. A name goes over two lines behind a hyphen of its own: pdftotext takes
# the hyphen out and joins the lines, so Jean-Pierre becomes JeanPierre (and a link broken there leads elsewhere); PDFium, which
# is Chrome's, has U+FFFE in its place. A name's accents stand in /ActualText: pypdf and pdfminer.six do not look there. A title
# is set wide: pdfminer.six and pymupdf find a space behind each of its letters. So a test that looks for the holder's name in
# the file is red or green by its reader, and no reader has all three.
#
# Seen:
#   pdftotext    'de JeanPierre' 'Côté' 'CERTIFICAT'
#   pypdfium2    'de Jean\ufffePierre' 'Côté' 'CERTIFICAT'
#   pypdf        'de Jean-\nPierre' 'Cote' 'CERTIFICAT'
#   pdfminer.six 'de Jean-\nPierre' 'Cote' 'C E R T I F I C A T'
#   pymupdf      'de Jean-\nPierre' 'Côté' 'C E R T I F I C A T'
set -euo pipefail
command -v pdftotext >/dev/null || { echo "missing: Debian's poppler-utils" >&2; exit 1; }
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip install --quiet --disable-pip-version-check \
  pypdfium2==5.15.2 pypdf==7.1.1 pdfminer.six==20260107 pymupdf==2.0
PYTHONIOENCODING=utf-8 v/bin/python - >seen 2>python.log <<'PYTHON'
import subprocess
from pathlib import Path

import pymupdf
import pypdf
import pypdfium2
from pdfminer.high_level import extract_text

ACTUAL = b"<FEFF" + "Côté".encode("utf-16-be").hex().encode() + b">"
CONTENTS = [
    b"BT /F 9 Tf 20 100 Td (de Jean-) Tj 0 -10 Td (Pierre) Tj ET",
    b"BT /F 9 Tf 20 100 Td /Span <</ActualText " + ACTUAL + b">> BDC (Cote) Tj EMC ET",
    b"BT /F 24 Tf 8 Tc 20 100 Td (CERTIFICAT) Tj ET",
]


def write(path, content):
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, table = b"%PDF-1.7\n", b"0000000000 65535 f \n"
    for number, body in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size, start = len(objects) + 1, len(out)
    out += b"xref\n0 %d\n%strailer\n<< /Size %d /Root 1 0 R >>\n" % (size, table, size)
    Path(path).write_bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


paths = [f"{number}.pdf" for number in range(len(CONTENTS))]
for path, content in zip(paths, CONTENTS):
    write(path, content)
READERS = {
    "pdftotext": lambda path: subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode(),
    "pypdfium2": lambda path: pypdfium2.PdfDocument(path)[0].get_textpage().get_text_range(),
    "pypdf": lambda path: pypdf.PdfReader(path).pages[0].extract_text(),
    "pdfminer.six": extract_text,
    "pymupdf": lambda path: pymupdf.open(path)[0].get_text(),
}
for reader, read in READERS.items():
    print(f"{reader:12}", *[repr(read(path).strip()) for path in paths])
PYTHON
diff - seen <<'SEEN'
pdftotext    'de JeanPierre' 'Côté' 'CERTIFICAT'
pypdfium2    'de Jean\ufffePierre' 'Côté' 'CERTIFICAT'
pypdf        'de Jean-\nPierre' 'Cote' 'CERTIFICAT'
pdfminer.six 'de Jean-\nPierre' 'Cote' 'C E R T I F I C A T'
pymupdf      'de Jean-\nPierre' 'Côté' 'C E R T I F I C A T'
SEEN
echo "as stated"

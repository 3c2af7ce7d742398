#!/usr/bin/env bash
# opencv-python-headless 5.0.0.93 (PyPI), beside zxing-cpp 3.1.1, of codes drawn by segno 1.6.6.
#
# A test that decodes its own QR codes with OpenCV goes green for a short link and red for a long one (a signed credential
# takes version 15 or more): the drawing is flawless, straight, four pixels a module, with its quiet zone, and QRCodeDetector
# gives an empty text. It is no matter of too few pixels: of version 13 it reads two a module and not four. zxing-cpp reads
# every one. The fault is looked for in the drawing.
#
# Seen (2, 3 and 4 pixels a module):
#   version 10 opencv read read read zxing-cpp read read read
#   version 13 opencv read empty empty zxing-cpp read read read
#   version 15 opencv empty empty empty zxing-cpp read read read
#   version 20 opencv empty empty empty zxing-cpp read read read
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip install --quiet --disable-pip-version-check segno==1.6.6 zxing-cpp==3.1.1 opencv-python-headless==5.0.0.93
v/bin/python - >seen <<'PYTHON'
import cv2
import segno
import zxingcpp

LINK = "https://verify.example.org/c/" + "abcdefghij" * 100
for version, length in [(10, 270), (13, 420), (15, 520), (20, 850)]:
    text = LINK[:length]
    code = segno.make_qr(text, version=version, error="L", boost_error=False)
    opencv, zxing = [], []
    for scale in (2, 3, 4):
        code.save("code.png", scale=scale, border=4)
        image = cv2.imread("code.png", cv2.IMREAD_GRAYSCALE)
        seen = cv2.QRCodeDetector().detectAndDecode(image)[0]
        opencv.append({text: "read", "": "empty"}.get(seen, "other"))
        zxing.append("read" if [code.text for code in zxingcpp.read_barcodes(image)] == [text] else "not")
    print("version", version, "opencv", *opencv, "zxing-cpp", *zxing)
PYTHON
diff - seen <<'SEEN'
version 10 opencv read read read zxing-cpp read read read
version 13 opencv read empty empty zxing-cpp read read read
version 15 opencv empty empty empty zxing-cpp read read read
version 20 opencv empty empty empty zxing-cpp read read read
SEEN
echo "as stated"

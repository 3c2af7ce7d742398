#!/usr/bin/env bash
# zbar 0.23.92 (Debian's zbar-tools), jsqr 1.4.0 (npm), zxing-cpp 3.1.1 and opencv-python-headless 5.0.0.93 (PyPI), of codes
# drawn by segno 1.6.6 (PyPI).
#
# A QR code's bytes are Latin-1 by the standard, and UTF-8 by everybody's habit. One would expect a reader to cope with both.
# zbar guesses, and gives a name from Quebec a Chinese character in either; a name in Arabic it reads, so a test in another
# script is green. jsQR finds the code in Latin-1 and gives an empty text, without a sign of trouble. What all four read is
# UTF-8 that says so (ECI 26), which an encoder writes only when asked: segno's own choice for this name is Latin-1.
#
# Seen:
#   latin1      zxing-cpp=Montréal opencv=Montréal zbar=Montr嶧l jsqr=
#   utf-8       zxing-cpp=Montréal opencv=Montréal zbar=Montr矇al jsqr=Montréal
#   utf-8+eci   zxing-cpp=Montréal opencv=Montréal zbar=Montréal jsqr=Montréal
#   default     zxing-cpp=Montréal opencv=Montréal zbar=Montr嶧l jsqr=
#   utf-8, ar   zxing-cpp=علی opencv=علی zbar=علی jsqr=علی
set -euo pipefail
command -v zbarimg >/dev/null || { echo "missing: Debian's zbar-tools" >&2; exit 1; }
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip install --quiet --disable-pip-version-check segno==1.6.6 zxing-cpp==3.1.1 opencv-python-headless==5.0.0.93 pillow
npm install --silent --no-audit --no-fund --prefix . jsqr@1.4.0 pngjs@7.0.0 >npm.log 2>&1
cat >read.cjs <<'NODE'
const { PNG } = require("pngjs");
const jsqr = require("jsqr");
const image = PNG.sync.read(require("fs").readFileSync(process.argv[2]));
const code = (jsqr.default ?? jsqr)(new Uint8ClampedArray(image.data), image.width, image.height);
process.stdout.write(code === null ? "(no code)" : code.data);
NODE
PYTHONIOENCODING=utf-8 v/bin/python - >seen 2>python.log <<'PYTHON'
import subprocess

import cv2
import segno
import zxingcpp

NAME = "Montréal"
codes = {
    "latin1": segno.make_qr(NAME.encode("latin-1")),
    "utf-8": segno.make_qr(NAME.encode("utf-8")),
    "utf-8+eci": segno.make_qr(NAME, encoding="utf-8", eci=True),
    "default": segno.make_qr(NAME),
    "utf-8, ar": segno.make_qr("علی".encode("utf-8")),
}
for kind, code in codes.items():
    code.save("code.png", scale=4, border=4)
    image = cv2.imread("code.png", cv2.IMREAD_GRAYSCALE)
    read = {
        "zxing-cpp": zxingcpp.read_barcodes(image)[0].text,
        "opencv": cv2.QRCodeDetector().detectAndDecode(image)[0],
        "zbar": subprocess.run(["zbarimg", "-q", "--raw", "code.png"], capture_output=True).stdout.decode().strip(),
        "jsqr": subprocess.run(["node", "read.cjs", "code.png"], capture_output=True, check=True).stdout.decode(),
    }
    print(f"{kind:11}", *[f"{reader}={text}" for reader, text in read.items()])
PYTHON
diff - seen <<'SEEN'
latin1      zxing-cpp=Montréal opencv=Montréal zbar=Montr嶧l jsqr=
utf-8       zxing-cpp=Montréal opencv=Montréal zbar=Montr矇al jsqr=Montréal
utf-8+eci   zxing-cpp=Montréal opencv=Montréal zbar=Montréal jsqr=Montréal
default     zxing-cpp=Montréal opencv=Montréal zbar=Montr嶧l jsqr=
utf-8, ar   zxing-cpp=علی opencv=علی zbar=علی jsqr=علی
SEEN
echo "as stated"

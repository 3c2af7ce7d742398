"""How many certificates' codes are read from bad scans, and by whom: `codes.py FOLDER PDF…` prints a line of JSON.

The pages are drawn with pdftoppm, spoilt, and shown to four readers. `before` is the same for the code that certificates had
before: 318 characters at level M, 32 mm wide, on a page that is white otherwise. FOLDER takes what is written meanwhile."""

import io
import json
import random
import subprocess
import sys
from pathlib import Path

import cv2
import numpy
import segno
import zxingcpp
from PIL import Image, ImageFilter

FOLDER = Path(sys.argv[1])
READERS = ["zbar", "zxing", "jsqr", "opencv"]
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def drawn(pdf, dots):
    command = ["pdftoppm", "-r", str(dots), "-png", str(pdf)]
    return Image.open(io.BytesIO(subprocess.run(command, capture_output=True, check=True).stdout)).convert("RGB")


def jpeg(page):
    file = io.BytesIO()
    page.save(file, "JPEG", quality=40)
    return Image.open(file).convert("RGB")


def askew(page):
    turned = page.rotate(7, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    return turned.filter(ImageFilter.GaussianBlur(0.7))


def spoilt(pdf):
    whole = drawn(pdf, 150)
    return {"jpeg": jpeg(drawn(pdf, 100)), "askew": askew(whole), "whole": whole, "screen": drawn(pdf, 72)}


def read(page):
    """What each reader reads, as nothing or the text."""
    picture, dots = FOLDER / "page.png", FOLDER / "page.rgba"
    page.save(picture)
    rgba = page.convert("RGBA")
    dots.write_bytes(numpy.array(rgba.size, "<u4").tobytes() + rgba.tobytes())
    zbar = subprocess.run(["zbarimg", "--quiet", "--raw", picture], capture_output=True, text=True)
    if zbar.returncode not in (0, 4):
        raise RuntimeError(zbar.stderr)
    zxing = zxingcpp.read_barcodes(page)
    browser = ["node", str(Path(__file__).parent / "codes.mjs"), str(dots)]
    shown = subprocess.run(browser, stdin=subprocess.DEVNULL, capture_output=True, check=True, text=True, timeout=60)
    jsqr = json.loads(shown.stdout)
    opencv, _, _ = cv2.QRCodeDetector().detectAndDecode(numpy.array(page)[:, :, ::-1])
    return [zbar.stdout.strip(), zxing[0].text if zxing else "", jsqr, opencv]


def right(pdf):
    """The text that the page's code must have: what zxing reads at 300 dots an inch."""
    found = zxingcpp.read_barcodes(drawn(pdf, 300))
    if not found:
        raise RuntimeError(f"{pdf} has no code")
    return found[0].text


def before(number, corner):
    """The page of a certificate's former code."""
    chance = random.Random(number)
    token = "".join(chance.choice(BASE32) for _ in range(282))
    code = segno.make("HTTPS://VERIFY.REGISTRAR.EXAMPLE/V/A" + token, error="m", boost_error=False, mask=0, micro=False)
    x, y, side = corner
    module = side / (len(code.matrix) + 8)
    dark = [f"{column} {row} 1 1 re" for row, cells in enumerate(code.matrix) for column, cell in enumerate(cells) if cell]
    content = f"q {module} 0 0 {-module} {x + 4 * module} {y + side - 4 * module} cm {' '.join(dark)} f Q".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 841.89 595.276] /Contents 4 0 R >>",
        b"<< /Length %d >> stream\n%b\nendstream" % (len(content), content),
    ]
    file, places = b"%PDF-1.4\n", []
    for at, written in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj %b endobj\n" % (at, written)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"xref\n0 5\n0000000000 65535 f \n%btrailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (table, len(file))
    path = FOLDER / f"before-{number}.pdf"
    path.write_bytes(file)
    return path


def tally(pdfs):
    counts = {}
    for pdf in pdfs:
        text = right(pdf)
        for name, page in spoilt(pdf).items():
            row = counts.setdefault(name, dict.fromkeys(READERS, 0))
            for reader, found in zip(READERS, read(page)):
                row[reader] += found == text
    return counts


now = [Path(argument) for argument in sys.argv[2:]]
corners = [(643.9, 98.0, 104.0), (643.9, 92.0, 112.0), (673.9, 84.0, 104.0)]
former = [before(number, corners[number % 3]) for number in range(len(now))]
print(json.dumps({"of": len(now), "now": tally(now), "before": tally(former), "characters": [len(right(pdf)) for pdf in now]}))

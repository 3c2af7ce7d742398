"""The certificate's page by WeasyPrint and qrcode, asked as `registrar-specimen` is: answers each line `COUNT` of standard
input with the mean size of COUNT certificates, in bytes. Same size, border, watermark, texts, faces and code."""

import base64
import io
import sys

import qrcode
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

ADDRESS = "HTTPS://VERIFY.REGISTRAR.EXAMPLE/V/" + "AIAVAJ4FLRAIQZBJR2CKRCEAAVFQAEUGWC2SBNVQZWXL4ECSOVZXIIDPNYQHI2DFEBCWIZ3FNXH5DICDZEW4ZVA7" * 2
FONTS = FontConfiguration()
STYLE = """
@page { size: A4 landscape; margin: 0 }
body { margin: 0; font: 13pt 'Noto Sans'; color: #545b6b; text-align: center }
.frame { position: absolute; inset: 20pt; border: 11pt solid;
         border-image: linear-gradient(135deg, #122a54, #177382 45%, #b38733 75%, #122a54) 1 }
.watermark { position: absolute; left: 206pt; top: 82pt; width: 430pt; height: 430pt }
.watermark div { position: absolute; inset: 120pt 0; border: 0.7pt solid #eceef3; border-radius: 50% }
p, h1 { position: absolute; left: 62pt; right: 62pt; margin: 0; font-weight: 400 }
.serif { font-family: 'Noto Serif'; color: #122a54 }
"""
RINGS = "".join(f"<div style='transform: rotate({6 * turn}deg)'></div>" for turn in range(30))


def line(top, size, text, more="", kind="p"):
    return f"<{kind} style='top: {top}pt; font-size: {size}pt' {more}>{text}</{kind}>"


def certificate(number):
    picture = io.BytesIO()
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, box_size=4)
    code.add_data(ADDRESS)
    code.make_image().save(picture)
    source = base64.b64encode(picture.getvalue()).decode()
    page = [
        line(66, 15, "Riverside Academy"),
        line(100, 40, "Certificate of Completion", "class=serif", "h1"),
        line(180, 13, "This is to certify that"),
        line(205, 38, f"Adaeze Okonkwo-Williams {number}", "class=serif"),
        line(280, 13, "has successfully completed"),
        line(310, 25, "Full-Stack Development", "class=serif"),
        line(365, 14, "Grade: A+"),
        line(480, 13, "3 March 2026"),
        line(505, 9, "Date"),
        line(440, 13, f"CERT-20260303-{number:010}"),
        line(460, 9, "Certificate ID"),
        line(525, 9.5, "Verify at"),
        line(540, 7, f"verify.registrar.example/verify/CERT-20260303-{number:010}"),
    ]
    html = (
        f"<html lang=en><title>Certificate of Completion</title><style>{STYLE}</style><body>"
        f"<div class=watermark>{RINGS}</div><div class=frame></div>{''.join(page)}"
        f"<img alt=code style='position: absolute; left: 644pt; top: 393pt; width: 104pt' src='data:image/png;base64,{source}'>"
    )
    return HTML(string=html).write_pdf(font_config=FONTS)


for asked in sys.stdin:
    count = int(asked)
    print(sum(len(certificate(number)) for number in range(count)) // count, flush=True)

"""What breaks PDF/A-2a or PDF/UA-1 in a certificate: archive.py <file>. Prints `checked`, or a line for each finding.

Two checkers that others wrote, then rules of the two standards that neither looks at, on the file as pikepdf and fontTools
read it. None of them is the reference validator, veraPDF, which is not packaged for Python.
"""

import io
import re
import sys

import pdfua
import pikepdf
from fontTools.cffLib import CFFFontSet
from fontTools.pens.basePen import NullPen
from fontTools.ttLib import TTFont
from pdf_oxide import PdfDocument

PAINTS = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "Tj", "TJ", "'", '"', "EI"}


def checkers(path):
    document = PdfDocument(path)
    for name, verdict in (
        ("PDF/A-2a", document.validate_pdf_a("2a")),
        ("PDF/UA-1", document.validate_pdf_ua()),
    ):
        yield from (f"{name}: {error}" for error in verdict["errors"])
        if not verdict["valid"]:
            yield f"{name}: not valid"
    for finding in pdfua.validate(path).findings:
        yield f"pdfua: {finding}"


def advances(descriptor):
    """Advance by glyph of the embedded program, in thousandths of an em; PDF/A-2 6.2.11.5 wants /W to agree."""
    if "/FontFile2" in descriptor:
        font = TTFont(io.BytesIO(descriptor.FontFile2.read_bytes()))
        em = font["head"].unitsPerEm
        return [font["hmtx"].metrics[name][0] * 1000 / em for name in font.getGlyphOrder()]
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(descriptor.FontFile3.read_bytes()), None)
    strings = fonts[0].CharStrings
    found = []
    for name in fonts[0].charset:
        glyph = strings[name]
        glyph.draw(NullPen())
        found.append(glyph.width)
    return found


def widths(array):
    found, items = {}, list(array)
    while items:
        first, many = int(items.pop(0)), items.pop(0)
        found.update({first + at: float(width) for at, width in enumerate(many)})
    return found


def fonts(page):
    """Code points with a Unicode, by font; what is wrong goes to the second list."""
    known, wrong = {}, []
    for name, font in page.Resources.Font.items():
        child = font.DescendantFonts[0]
        descriptor = child.FontDescriptor
        if not re.fullmatch(r"/[A-Z]{6}\+.+", str(font.BaseFont)):
            wrong.append(f"{font.BaseFont} has no subset's name")
        if {str(font.BaseFont), str(descriptor.FontName)} != {str(child.BaseFont)}:
            wrong.append(f"{font.BaseFont} is named differently below")
        glyphs, stated = advances(descriptor), widths(child.W)
        for code, width in stated.items():
            if abs(glyphs[code] - width) > 1:
                wrong.append(f"{name} {code}: {width} stated, {glyphs[code]} in the font")
        unicode = font.ToUnicode.read_bytes().decode("ascii")
        mapped = {int(code, 16): text for code, text in re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]*)>", unicode)}
        for code, text in mapped.items():
            characters = bytes.fromhex(text).decode("utf-16-be")
            if not characters or any(c in "\0\ufeff\ufffe" for c in characters):
                wrong.append(f"{name} {code} reads as {characters!r}")
        known[name] = set(mapped)
    return known, wrong


def content(file):
    page = file.pages[0]
    known, wrong = fonts(page)
    yield from wrong
    stack, seen, font = [], [], None
    for operands, operator in pikepdf.parse_content_stream(page):
        operator = str(operator)
        if operator in ("BDC", "BMC"):
            marks = operands[1] if operator == "BDC" else {}
            stack.append((str(operands[0]), marks))
            if "/MCID" in marks:
                seen.append(int(marks["/MCID"]))
        elif operator == "EMC":
            stack.pop()
        elif operator == "Tf":
            font = str(operands[0])
        if operator in PAINTS and not any(tag == "/Artifact" or "/MCID" in marks for tag, marks in stack):
            yield f"{operator} is neither content nor artifact"
        if operator in ("Tj", "TJ"):
            shown = operands[0] if operator == "TJ" else operands
            for part in shown:
                if not isinstance(part, pikepdf.String):
                    continue
                data = bytes(part)
                for code in (data[at] << 8 | data[at + 1] for at in range(0, len(data), 2)):
                    if code == 0:
                        yield "the glyph of the undefined is shown"
                    if code not in known[font]:
                        yield f"{font} {code} reads as nothing"
    if stack:
        yield "marked content is left open"
    if seen != list(range(len(seen))):
        yield f"the reading order is {seen}"
    yield from structure(file.Root.StructTreeRoot, page, len(seen))


def structure(tree, page, count):
    elements = list(tree.K[0].K)
    if [int(element.K) for element in elements] != list(range(count)) or page.StructParents != 0:
        yield "the structure tree does not say what the page says"
    if [e.objgen for e in tree.ParentTree.Nums[1]] != [e.objgen for e in elements]:
        yield "the parent tree points elsewhere"
    roles = [str(element.S) for element in elements]
    if roles.count("/H1") != 1 or set(roles) != {"/H1", "/P", "/Figure"}:
        yield f"roles are {roles}"
    for element in elements:
        if element.S == "/Figure" and not (str(element.Alt) and len(element.A.BBox) == 4):
            yield "a figure is not described"


def facts(file):
    root = file.Root
    if not root.MarkInfo.Marked or not root.ViewerPreferences.DisplayDocTitle or not str(root.Lang):
        yield "the catalogue lacks a mark"
    intent = root.OutputIntents[0]
    profile = intent.DestOutputProfile.read_bytes()
    if intent.S != "/GTS_PDFA1" or profile[12:20] != b"mntrRGB " or profile[36:40] != b"acsp" or profile[8] > 4:
        yield "the output intent is no RGB profile"
    forbidden = {"/AA", "/OpenAction", "/JavaScript", "/Encrypt", "/SMask", "/Launch", "/EmbeddedFiles"}
    for item in file.objects:
        if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)) and forbidden & set(item.keys()):
            yield f"forbidden: {forbidden & set(item.keys())}"
    if "/Filter" in root.Metadata:
        yield "the metadata is compressed"
    with file.open_metadata() as xmp:
        for key, value in (
            ("pdfaid:part", "2"),
            ("pdfaid:conformance", "A"),
            ("pdfuaid:part", "1"),
            ("dc:title", str(file.docinfo["/Title"])),
            ("dc:creator", [str(file.docinfo["/Author"])]),
            ("dc:description", str(file.docinfo["/Subject"])),
            ("pdf:Producer", str(file.docinfo["/Producer"])),
            ("xmp:CreatorTool", str(file.docinfo["/Creator"])),
        ):
            if key == "pdfuaid:part":
                key = "{http://www.aiim.org/pdfua/ns/id/}part"
            if xmp.get(key) != value:
                yield f"{key} is {xmp.get(key)!r}, not {value!r}"


path = sys.argv[1]
with open(path, "rb") as raw:
    start = raw.read(16)
    if not re.match(rb"%PDF-1\.7\n%[\x80-\xff]{4}", start):
        print(f"the file begins with {start}")
document = pikepdf.open(path)
findings = [*checkers(path), *facts(document), *content(document)]
print("\n".join(findings) or "checked")

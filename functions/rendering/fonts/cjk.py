"""Cuts Noto Sans CJK into the faces of the certificate: cjk.py <NotoSansCJK-Regular.ttc> <folder>.

Unicode gives one code to a character that China, Taiwan and Japan draw differently; the collection holds every drawing
once. So that nothing is stored twice, the faces build on each other:

  SC  GB 2312, as China draws it, with kana and punctuation
  TC  what Big5 has beyond that, and what it has in common where Taiwan draws it differently
  JP  what JIS X 0208 has beyond both, and what it has in common where Japan draws it differently
  KR  the Hangul syllables of KS X 1001, and the letters, of which any other syllable is put together
"""

import subprocess
import sys

from fontTools.ttLib import TTCollection

collection, folder = sys.argv[1:]
JP, KR, SC, TC = range(4)
IDEOGRAPHS = [*range(0x3400, 0xA000), *range(0xF900, 0xFB00)]
PUNCTUATION = {*range(0x3000, 0x3030), *range(0xFF01, 0xFF61), *range(0xFFE0, 0xFFE7)}
KANA = {*range(0x3030, 0x3100), *range(0x31F0, 0x3200), *range(0xFF61, 0xFFA0)}
SYLLABLES = range(0xAC00, 0xD7A4)
LETTERS = {*range(0x1100, 0x1200), *range(0x3130, 0x3190)}
FEATURES = "ccmp,mark,mkmk,kern,liga,ljmo,vjmo,tjmo"


def within(standard, codes=IDEOGRAPHS):
    found = set()
    for code in codes:
        try:
            # EUC-KR spells a syllable that the standard lacks by its letters, in eight bytes.
            if len(chr(code).encode(standard)) == 2:
                found.add(code)
        except UnicodeEncodeError:
            continue
    return found


fonts = TTCollection(collection, lazy=True).fonts
drawn = [font.getBestCmap() for font in fonts[:4]]
gb, big5, jis = within("gb2312"), within("big5"), within("shift_jis")


def differ(codes, one, other):
    return {code for code in codes if drawn[one].get(code) != drawn[other].get(code)}


traditional = (big5 - gb) | differ(big5 & gb, TC, SC)
japanese = (jis - gb - big5) | differ(jis & gb, JP, SC) | differ((jis & big5) - gb, JP, TC)
faces = {
    "NotoSansSC-Regular": (SC, gb | PUNCTUATION | KANA),
    "NotoSansTC-Regular": (TC, traditional),
    "NotoSansJP-Regular": (JP, japanese),
    "NotoSansKR-Regular": (KR, within("euc_kr", SYLLABLES) | LETTERS),
}
for name, (index, codes) in faces.items():
    subprocess.run(
        [
            "pyftsubset",
            collection,
            f"--font-number={index}",
            f"--unicodes={','.join(f'{code:04X}' for code in sorted(codes))}",
            f"--output-file={folder}/{name}.otf",
            f"--layout-features={FEATURES}",
            "--no-hinting",
            # Outlines without shared parts are larger on disk and smaller in the zip that is deployed.
            "--desubroutinize",
            "--no-glyph-names",
            "--notdef-outline",
            "--name-IDs=0,1,2,3,4,5,6,13,14",
            "--drop-tables+=DSIG,meta,kern,gasp,vhea,vmtx,VORG,BASE",
        ],
        check=True,
    )

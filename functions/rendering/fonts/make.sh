#!/bin/sh
# Makes the committed fonts with fonttools (pyftsubset): from Debian's fonts-noto-core and fonts-noto-cjk, and for emoji from
# the font that NOTO_EMOJI names. The same sources make the same bytes.
# Hinting, glyph names and tables that neither shaping nor a PDF needs go; the layout features of the scripts and `post` stay.
set -eu
cd "$(dirname "$0")"
source="${NOTO_DIR:-/usr/share/fonts/truetype/noto}"
strip() { # family, code points, features
    pyftsubset "$source/$1-Regular.ttf" --output-file="$1-Regular.ttf" --unicodes="$2" \
        --layout-features="${3:-*}" --no-hinting --no-glyph-names --notdef-outline \
        --name-IDs=0,1,2,3,4,5,6,13,14 --drop-tables+=DSIG,meta,kern,gasp
}
# What shaping asks of Latin, Greek and Cyrillic: small capitals and old figures would be a fifth of the file.
latin=ccmp,locl,mark,mkmk,kern,liga,clig,calt,rlig,rvrn
strip NotoSans '*' $latin
for family in NotoSansDevanagari NotoSansBengali NotoSansTamil NotoSansArabic NotoSansHebrew NotoSansThai \
    NotoSansGujarati NotoSansGurmukhi NotoSansTelugu NotoSansKannada NotoSansMalayalam NotoSansArmenian \
    NotoSansGeorgian NotoSansLao NotoSansOriya NotoSansSinhala NotoSansMyanmar NotoSansKhmer NotoSansEthiopic \
    NotoSansThaana NotoSansNKo NotoSansTifinagh NotoSansOlChiki NotoSansMeeteiMayek; do
    strip "$family" '*'
done
# The display face sets titles and names; Greek and Cyrillic fall back to Noto Sans.
strip NotoSerif 0000-02FF,0300-036F,1E00-1EFF,2000-206F,20A0-20CF,2100-214F,A720-A7FF,FB00-FB06 $latin
# Han, kana and Hangul come from Debian's fonts-noto-cjk.
python3 cjk.py "${NOTO_CJK:-/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc}" .
# Emoji in one colour: 400Regular/NotoEmoji_400Regular.ttf of the npm package @expo-google-fonts/noto-emoji 0.4.7.
pyftsubset "$NOTO_EMOJI" --output-file=NotoEmoji-Regular.ttf --unicodes='*' --layout-features='*' --no-hinting \
    --no-glyph-names --notdef-outline --name-IDs=0,1,2,3,4,5,6,13,14 --drop-tables+=DSIG,meta,kern,gasp,vhea,vmtx

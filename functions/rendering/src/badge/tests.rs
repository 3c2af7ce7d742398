use super::picture::{Picture, Wording};
use crate::pdf::outline::Step;

const JWS: &str = "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl";

fn wording<'a>(holder: &'a str, course: &'a str) -> Wording<'a> {
    Wording {
        issuer: "Example Academy",
        title: "Certificate of Completion",
        course,
        holder,
        date: "3 March 2026",
        id: "CERT-20260303-ABCDEFGHJK",
    }
}

fn picture(holder: &str, course: &str) -> Picture {
    Picture::new(&wording(holder, course)).unwrap()
}

/// Kind, offset and data of every chunk.
fn chunks(png: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut rest = png.strip_prefix(b"\x89PNG\r\n\x1a\n").unwrap();
    let mut chunks = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap();
        let (kind, after) = after.split_at(4);
        let (data, after) = after.split_at(length);
        chunks.push((kind, data));
        rest = &after[4..];
    }
    chunks
}

#[test]
fn the_badge_is_in_one_uncompressed_chunk_before_the_pixels() {
    let png = picture("Ada", "Python Basics").png(JWS).unwrap();
    let chunks = chunks(&png);
    let text = chunks
        .iter()
        .position(|(kind, _)| *kind == b"iTXt")
        .unwrap();
    let pixels = chunks
        .iter()
        .position(|(kind, _)| *kind == b"IDAT")
        .unwrap();
    assert!(text < pixels);
    assert_eq!(
        chunks.iter().filter(|(kind, _)| *kind == b"iTXt").count(),
        1
    );
    let mut wanted = b"openbadgecredential\0\0\0\0\0".to_vec();
    wanted.extend(JWS.as_bytes());
    assert_eq!(chunks[text].1, wanted);
    assert_eq!(chunks[0].1[..8], [0, 0, 3, 32, 0, 0, 3, 32], "800 by 800");
}

/// What a decoder shows of it, a pixel four bytes.
fn shown(png: &[u8]) -> Vec<u8> {
    let mut decoder = ::png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(::png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    pixels
}

#[test]
fn few_colours_and_many_are_read_back_as_they_were() {
    for colours in [1_u32, 255, 256, 257, 900] {
        let pixels: Vec<[u8; 4]> = (0..900)
            .map(|at| {
                let [_, _, high, low] = (at % colours).to_be_bytes();
                [low, high, 7, low]
            })
            .collect();
        let png = super::png::encode(&pixels, 30, JWS).unwrap();
        assert_eq!(shown(&png), pixels.concat(), "{colours}");
    }
    let png = picture("Ada", "Python Basics").png(JWS).unwrap();
    assert!(png.len() < 64 * 1024, "{}", png.len());
    let pixels = shown(&png);
    assert_eq!(pixels[..4], [0; 4], "nothing outside the seal");
    assert_eq!(pixels[4 * (400 * 800 + 20)..][..4], [0x12, 0x29, 0x54, 255]);
}

#[test]
fn the_same_certificate_gives_the_same_bytes() {
    let (one, two) = (picture("محمد", "Rust"), picture("محمد", "Rust"));
    assert_eq!(one.png(JWS).unwrap(), two.png(JWS).unwrap());
    assert_eq!(one.svg(JWS), two.svg(JWS));
}

#[test]
fn the_element_of_an_svg_comes_first_and_no_text_breaks_out_of_its_title() {
    let svg = picture("\"><script>x</script>&\u{FFFF}\u{8}", "</title>").svg(JWS);
    let (_, inside) = svg.split_once("<svg ").unwrap();
    let (_, inside) = inside.split_once('>').unwrap();
    let element = format!("<openbadges:credential verify=\"{JWS}\"></openbadges:credential>");
    assert!(inside.starts_with(&element), "{}", &inside[..200]);
    assert!(!svg.contains("<script") && svg.matches("</title>").count() == 1);
    assert!(svg.contains("&lt;/title&gt; – &quot;&gt;&lt;script&gt;x&lt;/script&gt;&amp;"));
}

#[test]
fn names_of_every_script_are_drawn_and_none_leaves_the_seal() {
    let long = "Wilhelmina Featherstonehaugh-Cholmondeley ".repeat(4);
    for holder in [
        "Adébáyọ̀ Ọláńrewájú",
        "अनुष्का श्रीवास्तव",
        "محمد الأحمد",
        "யாழினி",
        "王小明",
        "山田太郎",
        "김민준",
        "ณัฐวุฒิ",
        "👩‍💻",
        "W".repeat(300).as_str(),
        long.as_str(),
    ] {
        let picture = picture(holder, holder);
        // Discs and rules first, then issuer, title, course, holder, date and id.
        let texts = &picture.shapes[picture.shapes.len() - 6..];
        assert!(texts.iter().all(|text| !text.steps.is_empty()), "{holder}");
        for step in texts.iter().flat_map(|text| &text.steps) {
            let (Step::Move(x, y)
            | Step::Line(x, y)
            | Step::Quad(_, _, x, y)
            | Step::Cubic(_, _, _, _, x, y)) = *step
            else {
                continue;
            };
            let away = (x - 400.0).hypot(y - 400.0);
            assert!(away < 331.0, "{holder}: {x}, {y}");
        }
    }
}

#[test]
fn an_empty_text_draws_nothing_and_harms_nothing() {
    let picture = picture("", "\u{0}");
    assert!(picture.png(JWS).unwrap().len() > 1000);
    assert!(picture.svg(JWS).ends_with("</svg>\n"));
}

/// Validation takes 200 characters of a name and of a course, 20 of a grade, whatever their bytes. `runtime::signer` relies on
/// what follows: such a badge, of some 9,200 bytes, needs a key that signs more than 4096.
#[test]
fn the_longest_badge_is_longer_than_kms_signs_with_an_ed25519_key() {
    use registrar_domain::{
        account::Locale,
        credential::{Addresses, Badge},
    };
    let id = "CERT-20260303-ABCDEFGHJK".parse().unwrap();
    for locale in [Locale::En, Locale::Fr] {
        let length = |characters: usize, widest: &str| {
            let (course, grade) = (widest.repeat(characters), widest.repeat(20));
            let texts = registrar_templates::badge_texts(locale, &course);
            let credential = Badge {
                addresses: Addresses::under("https://verify.registrar.example"),
                id: &id,
                issuer: "Example Academy",
                holder: &course,
                course: &course,
                grade: Some(&grade),
                description: &texts.description,
                criteria: &texts.criteria,
                language: locale.tag(),
                completed: "2026-03-03",
                issued_at: 1_772_500_000,
                expires: Some("2149-06-06".parse().unwrap()),
                status_index: u32::MAX,
            }
            .credential();
            // Base64url takes four characters for three bytes; the header's part has some 120.
            serde_json::to_vec(&credential).unwrap().len() * 4 / 3 + 120
        };
        let (short, long) = (length(30, "x"), length(200, "💥"));
        assert!(short < 4096, "{locale:?}: {short}");
        assert!((4097..10_000).contains(&long), "{locale:?}: {long}");
    }
}

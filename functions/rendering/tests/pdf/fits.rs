//! Long names.

use registrar_rendering::pdf::{CertificatePage, Template, render};

use crate::outside::Pdf;
use crate::page::page;

#[test]
fn long_names_shrink_then_wrap_and_never_leave_the_page() {
    let names = [
        "Maria Magdalena Concepción Fernández de la Vega y Castellanos-Montgomery".to_owned(),
        "Wolfeschlegelsteinhausenbergerdorff".repeat(4),
        "श्रीवास्तव अनुष्का ".repeat(9),
        "محمد عبد الله الأحمد ".repeat(9),
        "கோவிந்தராஜன்".repeat(9),
        "W".repeat(2_000),
        "渡辺さくら高橋健太郎".repeat(20),
        "Zalgo\u{336}\u{336}\u{336}\u{336}\u{336}\u{336}\u{336}\u{336}\u{336} ".repeat(30),
    ];
    for (name, template) in names.iter().zip(Template::ALL.into_iter().cycle()) {
        let mut page = CertificatePage {
            template,
            ..page(name, name)
        };
        (page.issuer, page.completion_date, page.id, page.grade) =
            (name, name, name, Some(name.as_str()));
        let pdf = Pdf::new(&render(&page).expect("renders"));
        // Inside the gradient border: 31 points from every edge.
        for word in pdf.boxes() {
            assert!(word.left >= 31.0 && word.right <= 841.89 - 31.0, "{word:?}");
            assert!(word.top >= 31.0 && word.bottom <= 595.28 - 31.0, "{word:?}");
        }
    }
    let whole = names[0].replace(' ', "");
    let lines = Pdf::new(&render(&page(&names[0], "x")).expect("renders")).lines();
    assert!(
        lines.concat().replace(' ', "").contains(&whole),
        "a long name is wrapped, not cut: {lines:?}"
    );
}

//! From operators and fonts to a file: the writer's document, then what the writer has no door for.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, Stream, StringFormat, dictionary};
use printpdf::{
    Date, DateTime, Mm, Offset, PdfDocument, PdfFontMap, PdfPage, PdfResources, PdfSaveOptions,
    ShadingMap, Time,
};

use super::art::{Gradient, backdrop};
use super::deflate::shrink;
use super::layout::Composed;
use super::metadata::{self, Facts, PRODUCER};
use super::structure::{Content, text_string};
use super::{CertificatePage, RenderError, colour};

/// A moment in UTC, by its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Created {
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
}

impl Created {
    fn date_time(self) -> DateTime {
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = self;
        DateTime::new_in_offset(
            Date {
                year: i32::from(year),
                month,
                day,
            },
            Time {
                hour,
                minute,
                second,
                millisecond: 0,
            },
            Offset {
                hours: 0,
                minutes: 0,
                seconds: 0,
                milliseconds: 0,
            },
        )
    }

    pub(super) fn iso(self) -> String {
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = self;
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// Writes the composed page as a PDF 1.7 file.
pub(super) fn write(
    page: &CertificatePage<'_>,
    composed: Composed,
) -> Result<Vec<u8>, RenderError> {
    let facts = Facts::new(page);
    let Composed {
        mut content,
        glyphs,
    } = composed;
    let mut pdf = PdfDocument::new(&facts.title);
    let info = &mut pdf.metadata.info;
    let created = page.created.date_time();
    (
        info.creation_date,
        info.modification_date,
        info.metadata_date,
    ) = (created, created, created);
    info.subject.clone_from(&facts.course);
    info.author.clone_from(&facts.issuer);
    PRODUCER.clone_into(&mut info.creator);
    PRODUCER.clone_into(&mut info.producer);
    let gradient = page.template.design().gradient.shading();
    pdf.resources = PdfResources {
        fonts: PdfFontMap {
            map: glyphs.fonts()?,
        },
        shadings: ShadingMap {
            map: BTreeMap::from([(Gradient::id(), gradient)]),
        },
        ..PdfResources::default()
    };
    pdf.pages = vec![PdfPage::new(
        Mm(297.0),
        Mm(210.0),
        std::mem::take(&mut content.ops),
    )];

    // `secure` drops operators that the writer does not name; all of ours come from this module tree.
    let options = PdfSaveOptions {
        optimize: true,
        subset_fonts: false,
        secure: false,
        image_optimization: None,
    };
    let mut document = pdf.to_lopdf_document(&options, &mut Vec::new());
    patch(page, &facts, content, &mut document)?;
    for object in document.objects.values_mut() {
        if let Object::Stream(stream) = object {
            shrink(stream);
        }
    }
    let mut bytes = Vec::with_capacity(24 * 1024);
    document.save_modern(&mut bytes)?;
    Ok(bytes)
}

fn patch(
    page: &CertificatePage<'_>,
    facts: &Facts,
    mut content: Content,
    document: &mut Document,
) -> Result<(), RenderError> {
    "1.7".clone_into(&mut document.version);
    // Twice the certificate's id: the same certificate is the same file.
    let id = Object::String(page.id.as_bytes().to_vec(), StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id.clone(), id]);
    if let Ok(info) = document.trailer.get(b"Info").and_then(Object::as_reference) {
        let info = document.get_object_mut(info)?.as_dict_mut()?;
        for key in [
            b"GTS_PDFXVersion".as_slice(),
            b"Identifier",
            b"Keywords",
            b"Trapped",
        ] {
            info.remove(key);
        }
    }

    if let Some(page_id) = document.get_pages().values().next().copied() {
        let root = content.tree(document, page_id);
        let backdrop = document.add_object(backdrop(page.template));
        let figure = Stream::new(Dictionary::new(), std::mem::take(&mut content.figure));
        let figure = document.add_object(figure);
        let leaf = document.get_object_mut(page_id)?.as_dict_mut()?;
        let texts = leaf.get(b"Contents")?.as_reference()?;
        leaf.set(
            "Contents",
            vec![backdrop.into(), texts.into(), figure.into()],
        );
        leaf.set("StructParents", 0);
        leaf.set("Tabs", "S");
        leaf.remove(b"Annots");
        document.catalog_mut()?.set("StructTreeRoot", root);
    }

    let metadata = document.add_object(metadata::stream(page, facts));
    let intent = colour::output_intent(document);
    let catalog: &mut Dictionary = document.catalog_mut()?;
    catalog.set("Metadata", metadata);
    catalog.set("OutputIntents", vec![intent.into()]);
    catalog.set("Lang", text_string(&facts.language));
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    catalog.set(
        "ViewerPreferences",
        dictionary! { "DisplayDocTitle" => true },
    );
    catalog.set("PageLayout", "SinglePage");
    Ok(())
}

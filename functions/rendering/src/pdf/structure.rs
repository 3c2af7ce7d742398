//! Marked content: what is read aloud, in order, and what is only drawn.
//!
//! The page has three content streams, which readers take as one: the design's backdrop (an artifact), the texts, the QR
//! code.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};
use printpdf::{DictItem, Op};

use super::art::Art;
use super::template::Square;

/// What the page says and the structure elements that it belongs to, in reading order.
#[derive(Default)]
pub(super) struct Content {
    /// The texts.
    pub(super) ops: Vec<Op>,
    /// The figure's content stream.
    pub(super) figure: Vec<u8>,
    elements: Vec<Element>,
}

struct Element {
    role: &'static str,
    /// Description and place of a figure.
    figure: Option<(String, [f32; 4])>,
}

impl Content {
    /// Draws something that is read: a heading (`H1`) or a paragraph (`P`).
    pub(super) fn tagged<E>(
        &mut self,
        role: &'static str,
        draw: impl FnOnce(&mut Vec<Op>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mcid = DictItem::Int(self.element(role, None));
        self.ops.push(Op::BeginMarkedContentWithProperties {
            tag: role.to_owned(),
            properties: DictItem::Dict {
                map: BTreeMap::from([("MCID".to_owned(), mcid)]),
            },
        });
        draw(&mut self.ops)?;
        self.ops.push(Op::EndMarkedContent);
        Ok(())
    }

    /// Draws the page's figure, described by `alt`.
    pub(super) fn figure(&mut self, alt: String, place: &Square, draw: impl FnOnce(&mut Art)) {
        let Square { x, y, side } = *place;
        let mcid = self.element("Figure", Some((alt, [x, y, x + side, y + side])));
        let mut art = Art::default();
        art.raw(&format!("/Figure <</MCID {mcid}>> BDC"));
        draw(&mut art);
        art.raw("EMC");
        self.figure = art.into_bytes();
    }

    fn element(&mut self, role: &'static str, figure: Option<(String, [f32; 4])>) -> i64 {
        let mcid = i64::try_from(self.elements.len()).unwrap_or(i64::MAX);
        self.elements.push(Element { role, figure });
        mcid
    }

    /// Writes the structure tree of the one page and returns its root.
    pub(super) fn tree(&self, document: &mut Document, page: ObjectId) -> ObjectId {
        let root = document.new_object_id();
        let body = document.new_object_id();
        let kids: Vec<Object> = self
            .elements
            .iter()
            .zip(0i64..)
            .map(|(element, mcid)| {
                let mut entry = dictionary! {
                    "Type" => "StructElem", "S" => element.role, "P" => body, "Pg" => page, "K" => mcid,
                };
                if let Some((alt, place)) = &element.figure {
                    let place: Vec<Object> = place.iter().map(|edge| (*edge).into()).collect();
                    entry.set("Alt", text_string(alt));
                    entry.set(
                        "A",
                        dictionary! { "O" => "Layout", "Placement" => "Block", "BBox" => place },
                    );
                }
                document.add_object(entry).into()
            })
            .collect();
        document.set_object(
            body,
            dictionary! { "Type" => "StructElem", "S" => "Document", "P" => root, "K" => kids.clone() },
        );
        let parents: Dictionary = dictionary! { "Nums" => vec![0.into(), kids.into()] };
        let parents = document.add_object(parents);
        document.set_object(
            root,
            dictionary! {
                "Type" => "StructTreeRoot", "K" => vec![body.into()], "ParentTree" => parents, "ParentTreeNextKey" => 1,
            },
        );
        root
    }
}

/// UTF-16BE with its mark, the one form of a PDF text string that holds every script.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    [0xFE, 0xFF]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
        .collect()
}

/// A text string: plain where ASCII says it.
pub(super) fn text_string(text: &str) -> Object {
    if text.is_ascii() {
        Object::string_literal(text)
    } else {
        Object::String(utf16(text), lopdf::StringFormat::Hexadecimal)
    }
}

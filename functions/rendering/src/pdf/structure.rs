//! Marked content: what is read aloud, in order, and what is only drawn.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};
use printpdf::{DictItem, Op};

/// The operators of the page and the structure elements that they belong to, in reading order.
#[derive(Default)]
pub(super) struct Content {
    pub(super) ops: Vec<Op>,
    elements: Vec<Element>,
}

struct Element {
    role: &'static str,
    alt: Option<String>,
}

impl Content {
    /// Draws something that is read: a heading (`H1`), a paragraph (`P`), a `Figure` with its description.
    pub(super) fn tagged(
        &mut self,
        role: &'static str,
        alt: Option<String>,
        draw: impl FnOnce(&mut Vec<Op>),
    ) {
        let mcid = i64::try_from(self.elements.len()).unwrap_or(i64::MAX);
        let map = BTreeMap::from([("MCID".to_owned(), DictItem::Int(mcid))]);
        self.elements.push(Element { role, alt });
        self.ops.push(Op::BeginMarkedContentWithProperties {
            tag: role.to_owned(),
            properties: DictItem::Dict { map },
        });
        draw(&mut self.ops);
        self.ops.push(Op::EndMarkedContent);
    }

    /// Draws decoration, which is skipped when the page is read aloud.
    pub(super) fn artifact(&mut self, draw: impl FnOnce(&mut Vec<Op>)) {
        self.ops.push(Op::BeginMarkedContent {
            tag: "Artifact".to_owned(),
        });
        draw(&mut self.ops);
        self.ops.push(Op::EndMarkedContent);
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
                if let Some(alt) = &element.alt {
                    entry.set("Alt", text_string(alt));
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

pub(super) fn text_string(text: &str) -> Object {
    Object::String(utf16(text), lopdf::StringFormat::Hexadecimal)
}

//! The MD5 sums that SDKs verify: of a body, and of message attributes in SQS's own encoding.
//!
//! Attributes, sorted by name, each: `length u32 · name · length u32 · data type · 1 (text) or 2 (binary) · length u32 · value`.

use data_encoding::HEXLOWER;
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A message attribute as the JSON protocol writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attribute {
    /// `String`, `Number` or `Binary`, with an optional `.label`.
    pub data_type: String,
    /// Text of `String` and `Number`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub string_value: Option<String>,
    /// Base64 of `Binary`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub binary_value: Option<String>,
}

/// Message attributes by name.
pub type Attributes = BTreeMap<String, Attribute>;

/// Lower-case hexadecimal MD5 of a body.
pub(crate) fn of_body(body: &str) -> String {
    HEXLOWER.encode(&Md5::digest(body.as_bytes()))
}

/// Lower-case hexadecimal MD5 of attributes; `None` when there are none.
pub(crate) fn of_attributes(attributes: &Attributes) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut encoded = Vec::new();
    for (name, attribute) in attributes {
        push(&mut encoded, name.as_bytes());
        push(&mut encoded, attribute.data_type.as_bytes());
        if let Some(text) = &attribute.string_value {
            encoded.push(1);
            push(&mut encoded, text.as_bytes());
        } else {
            encoded.push(2);
            let binary = attribute.binary_value.as_deref().unwrap_or_default();
            push(
                &mut encoded,
                &data_encoding::BASE64
                    .decode(binary.as_bytes())
                    .unwrap_or_default(),
            );
        }
    }
    Some(HEXLOWER.encode(&Md5::digest(&encoded)))
}

fn push(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_the_sum_of_the_documentation() {
        assert_eq!(
            of_body("This is a test message"),
            "fafb00f5732ab283681e124bf8747ed1"
        );
    }

    #[test]
    fn a_number_attribute_has_the_sum_that_sdks_compute() {
        let attribute = Attribute {
            data_type: "Number".into(),
            string_value: Some("1493147359900".into()),
            binary_value: None,
        };
        let attributes = Attributes::from([("timestamp".to_owned(), attribute)]);
        assert_eq!(
            of_attributes(&attributes).unwrap(),
            "235c5c510d26fb653d073faed50ae77c"
        );
    }

    #[test]
    fn no_attributes_have_no_sum() {
        assert_eq!(of_attributes(&Attributes::new()), None);
    }
}

//! The document's facts in the form that archives and catalogues read: XMP, with the two standards that the file follows.

use lopdf::{Stream, dictionary};

use super::CertificatePage;
use super::clean::clean;
use registrar_templates::isolated;

pub(super) const PRODUCER: &str = "Registrar";

/// Facts that the document information and the XMP both state, equally, as ISO 19005 asks.
pub(super) struct Facts {
    pub(super) title: String,
    pub(super) issuer: String,
    pub(super) course: String,
    pub(super) language: String,
}

impl Facts {
    pub(super) fn new(page: &CertificatePage<'_>) -> Self {
        Self {
            title: format!(
                "{} – {}",
                clean(page.labels.title),
                isolated(&clean(page.holder))
            ),
            issuer: clean(page.issuer),
            course: clean(page.course),
            language: clean(page.language),
        }
    }
}

/// Names of PDF/UA's own property, which ISO 19005 does not know and wants described.
const SCHEMA_OF_UA: &str = "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\
    <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>\
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType=\"Resource\">\
    <pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
    <pdfaProperty:category>internal</pdfaProperty:category>\
    <pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>\
    </rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>";

const NAMESPACES: &str = "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
    xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" \
    xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\" \
    xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" \
    xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" \
    xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\"";

/// The metadata stream, readable without decompression.
pub(super) fn stream(page: &CertificatePage<'_>, facts: &Facts) -> Stream {
    let date = page.created.iso();
    let (title, author, course) = (
        escaped(&facts.title),
        escaped(&facts.issuer),
        escaped(&facts.course),
    );
    let (id, language) = (escaped(&clean(page.id)), escaped(&facts.language));
    let packet = format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" {NAMESPACES}>\
         <pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>\
         <dc:format>application/pdf</dc:format><dc:identifier>{id}</dc:identifier>\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\
         <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>\
         <dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">{course}</rdf:li></rdf:Alt></dc:description>\
         <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>\
         <xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>\
         <xmp:MetadataDate>{date}</xmp:MetadataDate><xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>\
         <pdf:Producer>{PRODUCER}</pdf:Producer>{SCHEMA_OF_UA}\
         </rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>"
    );
    let dictionary = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    Stream::new(dictionary, packet.into_bytes()).with_compression(false)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

//! Streams made smaller, with one compressor that is used again: a new one costs more than what most streams of a page need.

use std::cell::RefCell;

use flate2::{Compress, Compression, FlushCompress, Status};
use lopdf::{Object, Stream};

thread_local! {
    static COMPRESSOR: RefCell<Compress> = RefCell::new(Compress::new(Compression::default(), true));
}

/// Compresses what is not compressed yet and gets smaller by it.
pub(super) fn shrink(stream: &mut Stream) {
    if stream.dict.has(b"Filter") || !stream.allows_compression {
        return;
    }
    let mut smaller = Vec::with_capacity(stream.content.len());
    let done = COMPRESSOR.with_borrow_mut(|compressor| {
        compressor.reset();
        compressor.compress_vec(&stream.content, &mut smaller, FlushCompress::Finish)
    });
    if matches!(done, Ok(Status::StreamEnd)) {
        stream
            .dict
            .set("Filter", Object::Name(b"FlateDecode".to_vec()));
        stream.set_content(smaller);
    }
}

#[cfg(test)]
mod tests {
    use super::shrink;
    use lopdf::{Dictionary, Stream};

    #[test]
    fn a_stream_is_the_same_after_it_and_one_that_would_grow_stays() {
        for text in [b"0 0 1 1 re f ".repeat(200), b"abcdefgh".to_vec()] {
            let mut stream = Stream::new(Dictionary::new(), text.clone());
            shrink(&mut stream);
            assert!(stream.content.len() <= text.len());
            assert_eq!(stream.get_plain_content().expect("readable"), text);
        }
    }
}

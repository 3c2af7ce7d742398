//! Files in S3.

use crate::StoreError;
use aws_sdk_s3::{
    Client,
    error::ProvideErrorMetadata,
    presigning::PresigningConfig,
    primitives::ByteStream,
    types::{Delete, MetadataDirective, ObjectIdentifier},
};
use bytes::Bytes;
use jiff::Timestamp;
use std::time::Duration;

/// A bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    client: Client,
    name: String,
}

/// How a file is served.
#[derive(Clone, Copy, Debug)]
pub struct Served<'a> {
    /// `Content-Disposition`.
    pub disposition: &'a str,
    /// `Content-Type`; the object's own if absent.
    pub content_type: Option<&'a str>,
}

/// A request that whoever has it may send, as long as it is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRequest {
    /// The method.
    pub method: &'static str,
    /// The address.
    pub url: String,
    /// Headers that must be sent as they are: they are signed.
    pub headers: Vec<(String, String)>,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// An object of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its key.
    pub key: String,
    /// When it was written, to the second.
    pub modified: Timestamp,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objects {
    /// In the order of their keys.
    pub objects: Vec<Object>,
    /// Whether there are more behind them.
    pub more: bool,
}

/// The beginning of an object.
#[derive(Clone, Debug)]
pub struct Head {
    /// The whole object's size in bytes.
    pub size: u64,
    /// Its `ETag`.
    pub etag: String,
    /// Its first bytes.
    pub bytes: Bytes,
}

impl Bucket {
    /// The bucket `name`.
    pub fn new(aws: &crate::aws::Aws, name: &str) -> Self {
        Self {
            client: aws.s3(),
            name: name.to_owned(),
        }
    }

    /// Stores a file; the same key again writes it over.
    pub async fn put(&self, key: &str, content_type: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.client
            .put_object()
            .bucket(&self.name)
            .key(key)
            .content_type(content_type)
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(|e| StoreError::of("S3", &e))?;
        Ok(())
    }

    /// A `PUT` by which whoever has it can store one file of exactly this type and size under `key` for `seconds` from
    /// `now`. Both are signed: S3 refuses a request that says otherwise, and HTTP one that sends more than it says.
    pub async fn upload(
        &self,
        key: &str,
        content_type: &str,
        size: u64,
        now: Timestamp,
        seconds: u64,
    ) -> Result<SignedRequest, StoreError> {
        let size = i64::try_from(size).map_err(|_| unbuildable("a size beyond S3's"))?;
        let request = self
            .client
            .put_object()
            .bucket(&self.name)
            .key(key)
            .content_type(content_type)
            .content_length(size)
            .presigned(config(now, seconds)?)
            .await
            .map_err(|e| StoreError::of("S3", &e))?;
        let headers = request
            .headers()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Ok(SignedRequest {
            method: "PUT",
            url: request.uri().to_owned(),
            headers,
            expires_at: now + Duration::from_secs(seconds),
        })
    }

    /// An object's size, `ETag` and first `most` bytes; `None` when there is no such object.
    pub async fn head(&self, key: &str, most: usize) -> Result<Option<Head>, StoreError> {
        let answer = self
            .client
            .get_object()
            .bucket(&self.name)
            .key(key)
            .range(format!("bytes=0-{}", most.saturating_sub(1)))
            .send()
            .await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                let refusal = error.as_service_error();
                if self.misses(key, refusal).await? {
                    return Ok(None);
                }
                // An object without bytes has no range.
                if refusal.and_then(ProvideErrorMetadata::code) == Some("InvalidRange") {
                    return Ok(Some(Head {
                        size: 0,
                        etag: String::new(),
                        bytes: Bytes::new(),
                    }));
                }
                return Err(StoreError::of("S3", &error));
            }
        };
        // "bytes 0-65535/1048576": what follows the slash is the whole.
        let whole = answer
            .content_range()
            .and_then(|range| range.rsplit_once('/'))
            .and_then(|(_, whole)| whole.parse().ok());
        let size = whole.or_else(|| u64::try_from(answer.content_length()?).ok());
        let (Some(size), Some(etag)) = (size, answer.e_tag().map(ToOwned::to_owned)) else {
            return Err(StoreError::Corrupt(
                "S3 gave an object without size or ETag".to_owned(),
            ));
        };
        let bytes = answer
            .body
            .collect()
            .await
            .map_err(|e| StoreError::Unavailable {
                service: "S3",
                cause: e.to_string(),
            })?;
        Ok(Some(Head {
            size,
            etag,
            bytes: bytes.into_bytes(),
        }))
    }

    /// At most `most` bytes of an object from byte `from` on; `None` when there is no such object, no bytes when it ends
    /// before.
    pub async fn part(&self, key: &str, from: u64, most: u64) -> Result<Option<Bytes>, StoreError> {
        let asked = self.client.get_object().bucket(&self.name).key(key);
        let last = from + most.saturating_sub(1);
        let answer = match asked.range(format!("bytes={from}-{last}")).send().await {
            Ok(answer) => answer,
            Err(error) => {
                let refusal = error.as_service_error();
                if self.misses(key, refusal).await? {
                    return Ok(None);
                }
                if refusal.and_then(ProvideErrorMetadata::code) == Some("InvalidRange") {
                    return Ok(Some(Bytes::new()));
                }
                return Err(StoreError::of("S3", &error));
            }
        };
        let read = answer.body.collect().await;
        let read = read.map_err(|e| StoreError::Unavailable {
            service: "S3",
            cause: e.to_string(),
        })?;
        Ok(Some(read.into_bytes()))
    }

    /// Copies an object within the bucket, if it still has `etag`, and gives the copy its type.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the object is another one by now, or is gone.
    pub async fn copy(
        &self,
        from: &str,
        to: &str,
        etag: &str,
        content_type: &str,
    ) -> Result<(), StoreError> {
        let copied = self
            .client
            .copy_object()
            .bucket(&self.name)
            .key(to)
            .copy_source(format!("{}/{}", self.name, encoded(from)))
            .copy_source_if_match(etag)
            .metadata_directive(MetadataDirective::Replace)
            .content_type(content_type)
            .send()
            .await;
        let Err(error) = copied else { return Ok(()) };
        let changed = error
            .as_service_error()
            .and_then(ProvideErrorMetadata::code)
            == Some("PreconditionFailed");
        if changed || self.misses(from, error.as_service_error()).await? {
            return Err(StoreError::Conflict);
        }
        Err(StoreError::of("S3", &error))
    }

    /// Whether a refusal says that there is no such object. S3 says so only to whom may list the whole bucket, and "denied"
    /// to others; who may list the key's prefix is told by a list of that key.
    async fn misses<E: ProvideErrorMetadata>(
        &self,
        key: &str,
        refusal: Option<&E>,
    ) -> Result<bool, StoreError> {
        match refusal.and_then(ProvideErrorMetadata::code) {
            Some("NoSuchKey") => return Ok(true),
            Some("AccessDenied") => {}
            _ => return Ok(false),
        }
        let listed = self.client.list_objects_v2().bucket(&self.name);
        // The key itself comes before all that begin with it.
        let listed = listed.prefix(key).max_keys(1).send().await;
        let listed = listed.map_err(|e| StoreError::of("S3", &e))?;
        let found = listed.contents().first().and_then(|object| object.key());
        Ok(found != Some(key))
    }

    /// At most a thousand objects whose keys start with `prefix`, in the order of their keys, behind the key `after`.
    pub async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Objects, StoreError> {
        let answer = self
            .client
            .list_objects_v2()
            .bucket(&self.name)
            .prefix(prefix)
            .set_start_after(after.map(ToOwned::to_owned))
            .send()
            .await
            .map_err(|e| StoreError::of("S3", &e))?;
        let more = answer.is_truncated().unwrap_or(false);
        let object = |found: aws_sdk_s3::types::Object| {
            let second = found.last_modified()?.secs();
            Some(Object {
                modified: Timestamp::from_second(second).ok()?,
                key: found.key?,
            })
        };
        let found = answer.contents.unwrap_or_default();
        Ok(Objects {
            objects: found.into_iter().filter_map(object).collect(),
            more,
        })
    }

    /// Deletes an object, if it is there.
    pub async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.client
            .delete_object()
            .bucket(&self.name)
            .key(key)
            .send()
            .await
            .map_err(|e| StoreError::of("S3", &e))?;
        Ok(())
    }

    /// Deletes objects, at most a thousand, if they are there.
    pub async fn delete_all(&self, keys: &[&str]) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        let object = |key: &&str| {
            let named = ObjectIdentifier::builder().key(*key).build();
            named.expect("the key is set")
        };
        let objects = keys.iter().map(object).collect();
        let delete = Delete::builder().set_objects(Some(objects)).quiet(true);
        let delete = delete.build().expect("the objects are set");
        let answer = self
            .client
            .delete_objects()
            .bucket(&self.name)
            .delete(delete)
            .send()
            .await
            .map_err(|e| StoreError::of("S3", &e))?;
        match answer.errors().first() {
            Some(error) => Err(StoreError::Unavailable {
                service: "S3",
                cause: error.code().unwrap_or("unknown").to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// An address from which whoever has it can download the file for `seconds` (at most 7 days) from `now`.
    pub async fn download(
        &self,
        key: &str,
        served: Served<'_>,
        now: Timestamp,
        seconds: u64,
    ) -> Result<SignedRequest, StoreError> {
        let request = self
            .client
            .get_object()
            .bucket(&self.name)
            .key(key)
            .response_content_disposition(served.disposition)
            .set_response_content_type(served.content_type.map(ToOwned::to_owned))
            .presigned(config(now, seconds)?)
            .await
            .map_err(|e| StoreError::of("S3", &e))?;
        Ok(SignedRequest {
            method: "GET",
            url: request.uri().to_owned(),
            headers: Vec::new(),
            expires_at: now + Duration::from_secs(seconds),
        })
    }

    /// As [`Self::download`], under `file_name` (ASCII) and to be stored.
    pub async fn download_url(
        &self,
        key: &str,
        file_name: &str,
        now: Timestamp,
        seconds: u64,
    ) -> Result<String, StoreError> {
        let disposition = format!("attachment; filename=\"{file_name}\"");
        let served = Served {
            disposition: &disposition,
            content_type: None,
        };
        Ok(self.download(key, served, now, seconds).await?.url)
    }
}

/// A key as the header `x-amz-copy-source` takes it: percent-encoded, but for the slashes.
fn encoded(key: &str) -> String {
    let mut encoded = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
        }
    }
    encoded
}

fn config(now: Timestamp, seconds: u64) -> Result<PresigningConfig, StoreError> {
    PresigningConfig::builder()
        .start_time(now.into())
        .expires_in(Duration::from_secs(seconds))
        .build()
        .map_err(|e| unbuildable(e.to_string()))
}

fn unbuildable(cause: impl Into<String>) -> StoreError {
    StoreError::Unavailable {
        service: "S3",
        cause: cause.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_any_script_fits_a_header() {
        assert_eq!(encoded("a/b-c_d.png"), "a/b-c_d.png");
        assert_eq!(encoded("a b+é%"), "a%20b%2B%C3%A9%25");
    }
}

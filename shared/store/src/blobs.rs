//! Files in S3.

use crate::StoreError;
use aws_sdk_s3::{Client, presigning::PresigningConfig, primitives::ByteStream};
use bytes::Bytes;
use jiff::Timestamp;
use std::time::Duration;

/// A bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    client: Client,
    name: String,
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

    /// An address from which whoever has it can download the file for `seconds` (at most 7 days) from `now`, under
    /// `file_name`.
    pub async fn download_url(
        &self,
        key: &str,
        file_name: &str,
        now: Timestamp,
        seconds: u64,
    ) -> Result<String, StoreError> {
        let config = PresigningConfig::builder()
            .start_time(now.into())
            .expires_in(Duration::from_secs(seconds))
            .build()
            .map_err(|e| StoreError::Unavailable {
                service: "S3",
                cause: e.to_string(),
            })?;
        let request = self
            .client
            .get_object()
            .bucket(&self.name)
            .key(key)
            .response_content_disposition(format!("attachment; filename=\"{file_name}\""))
            .presigned(config)
            .await
            .map_err(|e| StoreError::of("S3", &e))?;
        Ok(request.uri().to_owned())
    }
}

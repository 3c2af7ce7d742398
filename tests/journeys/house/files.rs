//! The buckets of a deployment: by their own client, and as the folders behind them.

use super::House;
use registrar_store::{aws::Aws, blobs::Bucket};
use std::path::{Path, PathBuf};

impl House {
    /// The name of the bucket whose name has `part` in it.
    pub(crate) fn bucket_name(&self, part: &str) -> String {
        let mut names = self.platform.bucket_names();
        let name = names.find(|name| name.to_lowercase().contains(part));
        name.expect("a bucket of the template").to_owned()
    }

    /// The folder that holds a folder for each bucket.
    pub(crate) fn s3_folder(&self) -> PathBuf {
        self.data.path().join("s3")
    }

    /// A bucket by its own client, with the functions' credentials.
    pub(crate) fn bucket(&self, part: &str) -> Bucket {
        let secrets = self.platform.secrets();
        let lookup = |name: &str| {
            let value = match name {
                "AWS_REGION" => "us-east-1",
                "AWS_ACCESS_KEY_ID" => &secrets.aws_access_key_id,
                "AWS_SECRET_ACCESS_KEY" => &secrets.aws_secret_access_key,
                "AWS_ENDPOINT_URL_S3" => self.platform.s3_url(),
                _ => return None,
            };
            Some(value.to_owned())
        };
        let aws = Aws::from_settings(&lookup).expect("all settings are given");
        Bucket::new(&aws, &self.bucket_name(part))
    }

    /// The keys of all files in a bucket.
    pub(crate) fn keys(&self, part: &str) -> Vec<String> {
        let root = self.s3_folder().join(self.bucket_name(part));
        let mut found = Vec::new();
        below(&root, &root, &mut found);
        found
    }
}

fn below(root: &Path, folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            below(root, &path, found);
        } else {
            let key = path.strip_prefix(root).expect("below the root");
            found.push(key.to_string_lossy().into_owned());
        }
    }
}

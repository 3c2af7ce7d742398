//! What a request asks for, as policies see it.

use crate::template::{ACCOUNT, Deployment, parameter_arn};
use http::request::Parts;
use http::{HeaderMap, Method, Uri};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::fmt;

const LEADING_KEYS: &str = "dynamodb:LeadingKeys";

/// The services that ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    DynamoDb,
    Kms,
    S3,
    Sqs,
    Ssm,
}

/// One action on one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) action: String,
    /// Its ARN.
    pub(crate) resource: String,
    /// What conditions compare, by key.
    pub(crate) context: Vec<(String, Vec<String>)>,
}

impl Asked {
    /// Listing a bucket as a whole.
    pub(crate) fn of_a_list(bucket: &str) -> Self {
        plain("s3:ListBucket".to_owned(), format!("arn:aws:s3:::{bucket}"))
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.action, self.resource)?;
        for (key, values) in &self.context {
            write!(f, ", {key} = {}", values.join(" "))?;
        }
        Ok(())
    }
}

/// What must be known of the deployment to read requests.
#[derive(Debug)]
pub(super) struct Layout {
    region: String,
    /// Partition keys: of a table under `<table>`, of an index under `<table>/<index>`.
    partitions: BTreeMap<String, String>,
    /// Aliases of KMS keys, by id.
    aliases: BTreeMap<String, Vec<String>>,
}

impl Layout {
    pub(super) fn of(deployment: &Deployment, region: &str) -> Self {
        let mut partitions = BTreeMap::new();
        for table in &deployment.tables {
            partitions.insert(table.name.clone(), partition(&table.create));
            for index in list(&table.create["GlobalSecondaryIndexes"]) {
                let name = index["IndexName"].as_str().unwrap_or_default();
                partitions.insert(format!("{}/{name}", table.name), partition(index));
            }
        }
        Self {
            region: region.to_owned(),
            partitions,
            aliases: deployment.aliases.clone(),
        }
    }

    /// A request of one of the JSON protocols.
    pub(super) fn of_json(&self, service: Service, headers: &HeaderMap, body: &[u8]) -> Vec<Asked> {
        let target = headers.get("x-amz-target");
        let target = target.and_then(|value| value.to_str().ok()?.rsplit_once('.'));
        let action = target.map_or("", |(_, action)| action);
        // What cannot be read is refused by the service.
        let body: Json = serde_json::from_slice(body).unwrap_or_default();
        match service {
            Service::DynamoDb => self.of_dynamodb(action, &body),
            Service::Kms => vec![self.of_kms(action, &body)],
            Service::Sqs => vec![self.of_sqs(action, &body)],
            Service::Ssm => {
                let names = list(&body["Names"]).iter().filter_map(Json::as_str);
                let one = |name| plain(format!("ssm:{action}"), parameter_arn(&self.region, name));
                names.map(one).collect()
            }
            Service::S3 => Vec::new(),
        }
    }

    fn of_dynamodb(&self, action: &str, body: &Json) -> Vec<Asked> {
        let batch = |write: bool| {
            let tables = body["RequestItems"].as_object();
            let asked = tables.into_iter().flatten().map(|(table, requests)| {
                let keys = if write {
                    let each = list(requests).iter().filter_map(|r| r.as_object());
                    each.flat_map(Map::values).collect()
                } else {
                    let keys = list(&requests["Keys"]).iter();
                    keys.collect::<Vec<_>>()
                };
                self.items(action, table, &keys)
            });
            asked.collect()
        };
        match action {
            "BatchGetItem" => batch(false),
            "BatchWriteItem" => batch(true),
            "TransactWriteItems" | "TransactGetItems" => {
                let items = list(&body["TransactItems"]).iter();
                let each = items.filter_map(Json::as_object).flatten();
                each.map(|(kind, item)| {
                    let action = match kind.as_str() {
                        "ConditionCheck" => "ConditionCheckItem".to_owned(),
                        kind => format!("{kind}Item"),
                    };
                    let table = item["TableName"].as_str().unwrap_or_default();
                    self.items(&action, table, &[item])
                })
                .collect()
            }
            "Query" => vec![self.query(body)],
            _ => {
                let table = body["TableName"].as_str().unwrap_or_default();
                vec![self.items(action, table, &[body])]
            }
        }
    }

    /// An action on items: each is a request with `Key` or `Item`, or the key itself.
    fn items(&self, action: &str, table: &str, items: &[&Json]) -> Asked {
        let partition = self.partitions.get(table).map_or("", String::as_str);
        let leading = items.iter().filter_map(|item| {
            let key = item.get("Key").or(item.get("Item")).unwrap_or(item);
            key[partition]["S"].as_str().map(ToOwned::to_owned)
        });
        self.reading(action, table, None, leading.collect())
    }

    fn query(&self, body: &Json) -> Asked {
        let table = body["TableName"].as_str().unwrap_or_default();
        let index = body["IndexName"].as_str();
        let place = index.map_or_else(|| table.to_owned(), |index| format!("{table}/{index}"));
        let partition = self.partitions.get(&place).map_or("", String::as_str);
        let condition = body["KeyConditionExpression"].as_str().unwrap_or_default();
        let leading = condition.split(" AND ").find_map(|term| {
            let (name, value) = term.split_once('=')?;
            let (name, value) = (name.trim(), value.trim());
            let name = body["ExpressionAttributeNames"][name]
                .as_str()
                .unwrap_or(name);
            let value = body["ExpressionAttributeValues"][value]["S"].as_str()?;
            (name == partition).then(|| value.to_owned())
        });
        self.reading("Query", table, index, leading.into_iter().collect())
    }

    fn reading(&self, action: &str, table: &str, index: Option<&str>, keys: Vec<String>) -> Asked {
        let mut resource = format!("arn:aws:dynamodb:{}:{ACCOUNT}:table/{table}", self.region);
        if let Some(index) = index {
            resource = format!("{resource}/index/{index}");
        }
        let mut asked = plain(format!("dynamodb:{action}"), resource);
        if !keys.is_empty() {
            asked.context.push((LEADING_KEYS.to_owned(), keys));
        }
        asked
    }

    fn of_kms(&self, action: &str, body: &Json) -> Asked {
        // A ciphertext begins with the id of its key, see `kms::actions`.
        let sealed = body["CiphertextBlob"].as_str().unwrap_or_default();
        let sealed = data_encoding::BASE64.decode(sealed.as_bytes());
        let sealed = sealed
            .ok()
            .and_then(|b| String::from_utf8(b.get(..36)?.to_vec()).ok());
        let named = body["KeyId"].as_str().map(ToOwned::to_owned).or(sealed);
        let named = named.unwrap_or_default();
        let id = named
            .rsplit_once(":key/")
            .map_or(named.as_str(), |(_, id)| id);
        let arn = format!("arn:aws:kms:{}:{ACCOUNT}:key/{id}", self.region);
        let mut asked = plain(format!("kms:{action}"), arn);
        for (key, value) in body["EncryptionContext"].as_object().into_iter().flatten() {
            let value = value.as_str().unwrap_or_default().to_owned();
            let key = format!("kms:EncryptionContext:{key}");
            asked.context.push((key, vec![value]));
        }
        if let Some(aliases) = self.aliases.get(id) {
            let aliases = ("kms:ResourceAliases".to_owned(), aliases.clone());
            asked.context.push(aliases);
        }
        asked
    }

    fn of_sqs(&self, action: &str, body: &Json) -> Asked {
        // A batch is authorized as its one action.
        let action = action.strip_suffix("Batch").unwrap_or(action);
        let url = body["QueueUrl"].as_str().unwrap_or_default();
        let queue = url.rsplit('/').next().unwrap_or_default();
        let arn = format!("arn:aws:sqs:{}:{ACCOUNT}:{queue}", self.region);
        plain(format!("sqs:{action}"), arn)
    }

    /// A request to S3, path style; the body is looked at only where it lists what to delete.
    #[expect(
        clippy::unused_self,
        reason = "like the others, which know the deployment"
    )]
    pub(super) fn of_s3(&self, parts: &Parts, body: &[u8]) -> Vec<Asked> {
        let path = percent_decode_str(parts.uri.path()).decode_utf8_lossy();
        let path = path.trim_start_matches('/');
        let object = |action: &str, path: &str| {
            plain(format!("s3:{action}"), format!("arn:aws:s3:::{path}"))
        };
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        if key.is_empty() {
            if query(&parts.uri, "delete").is_some() {
                let text = String::from_utf8_lossy(body);
                let keys = text
                    .split("<Key>")
                    .skip(1)
                    .filter_map(|rest| rest.split_once("</Key>"));
                let one =
                    |(key, _)| object("DeleteObject", &format!("{bucket}/{}", unescaped(key)));
                return keys.map(one).collect();
            }
            let action = if parts.method == Method::GET || parts.method == Method::HEAD {
                "ListBucket"
            } else {
                "BucketItself"
            };
            let mut asked = object(action, bucket);
            if let Some(prefix) = query(&parts.uri, "prefix") {
                asked.context.push(("s3:prefix".to_owned(), vec![prefix]));
            }
            return vec![asked];
        }
        match parts.method {
            Method::GET | Method::HEAD => vec![object("GetObject", path)],
            Method::DELETE => vec![object("DeleteObject", path)],
            _ => {
                let mut asked = vec![object("PutObject", path)];
                let source = parts.headers.get("x-amz-copy-source");
                if let Some(source) = source.and_then(|value| value.to_str().ok()) {
                    let source = percent_decode_str(source).decode_utf8_lossy();
                    asked.push(object("GetObject", source.trim_start_matches('/')));
                }
                asked
            }
        }
    }
}

fn plain(action: String, resource: String) -> Asked {
    Asked {
        action,
        resource,
        context: Vec::new(),
    }
}

fn partition(of: &Json) -> String {
    let keys = list(&of["KeySchema"]).iter();
    let mut hash = keys.filter(|key| key["KeyType"] == "HASH");
    let name = hash.next().and_then(|key| key["AttributeName"].as_str());
    name.unwrap_or_default().to_owned()
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn unescaped(text: &str) -> String {
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    let mut text = text.to_owned();
    for (entity, character) in entities {
        text = text.replace(entity, character);
    }
    text
}

/// A parameter of an address; empty where it stands without a value.
pub(super) fn query(uri: &Uri, wanted: &str) -> Option<String> {
    uri.query()?.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = value.replace('+', " ");
        (name == wanted).then(|| percent_decode_str(&value).decode_utf8_lossy().into_owned())
    })
}

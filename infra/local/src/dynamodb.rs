//! `DynamoDB` over `SQLite`: the tables of the template, their streams and their expiry.

use crate::error::{Error, Result};
use crate::template::Table;
use dynoxide::Database;
use dynoxide::actions::create_table::CreateTableRequest;
use dynoxide::actions::describe_table::DescribeTableRequest;
use dynoxide::actions::get_records::GetRecordsRequest;
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use dynoxide::actions::update_time_to_live::UpdateTimeToLiveRequest;
use rusqlite::{Connection, params};
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The database behind the `DynamoDB` address.
#[derive(Clone)]
pub(crate) struct Tables {
    database: Database,
    file: PathBuf,
}

impl std::fmt::Debug for Tables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tables")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

fn failed(problem: impl std::fmt::Display) -> Error {
    Error::store("dynamodb", problem)
}

fn request<T: DeserializeOwned>(body: Json) -> Result<T> {
    serde_json::from_value(body).map_err(failed)
}

impl Tables {
    /// Opens the file, makes the tables that are missing and compares the others with the template.
    pub(crate) fn open(file: &Path, tables: &[Table]) -> Result<Arc<Self>> {
        let path = file
            .to_str()
            .ok_or_else(|| failed("the data folder's name is not UTF-8"))?;
        let database = Database::new(path).map_err(failed)?;
        for table in tables {
            let described = database.describe_table(request::<DescribeTableRequest>(
                json!({"TableName": table.name}),
            )?);
            match described {
                Ok(existing) => {
                    let existing = serde_json::to_value(&existing).map_err(failed)?;
                    compare(&table.name, &table.create, &existing["Table"])?;
                }
                Err(_) => {
                    database
                        .create_table(request::<CreateTableRequest>(table.create.clone())?)
                        .map_err(failed)?;
                }
            }
            if let Some(attribute) = &table.ttl_attribute {
                let specification = json!({"AttributeName": attribute, "Enabled": true});
                let body =
                    json!({"TableName": table.name, "TimeToLiveSpecification": specification});
                database
                    .update_time_to_live(request::<UpdateTimeToLiveRequest>(body)?)
                    .map_err(failed)?;
            }
        }
        index_records(file).map_err(failed)?;
        Ok(Arc::new(Self {
            database,
            file: file.to_owned(),
        }))
    }

    pub(crate) fn database(&self) -> Database {
        self.database.clone()
    }

    #[cfg(test)]
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Deletes what has expired; returns how many items.
    pub(crate) async fn sweep(&self) -> Result<usize> {
        let database = self.database.clone();
        let swept = tokio::task::spawn_blocking(move || database.sweep_ttl().map_err(failed)).await;
        swept.map_err(failed)?
    }

    /// Stream records after a sequence number (from the beginning without one), oldest first, as JSON.
    pub(crate) async fn records(
        &self,
        table: &str,
        after: Option<String>,
        limit: usize,
    ) -> Result<Vec<Json>, String> {
        let database = self.database.clone();
        let (arn, shard) = (
            dynoxide::streams::stream_arn(table, "local"),
            dynoxide::streams::shard_id(table),
        );
        let read = move || -> Result<Vec<Json>, String> {
            let kind = if after.is_some() {
                "AFTER_SEQUENCE_NUMBER"
            } else {
                "TRIM_HORIZON"
            };
            let iterator = database
                .get_shard_iterator(GetShardIteratorRequest {
                    stream_arn: arn,
                    shard_id: shard,
                    shard_iterator_type: kind.into(),
                    sequence_number: after,
                })
                .map_err(|e| e.to_string())?
                .shard_iterator
                .ok_or("no iterator")?;
            let records = database
                .get_records(GetRecordsRequest {
                    shard_iterator: iterator,
                    limit: Some(limit),
                })
                .map_err(|e| e.to_string())?
                .records;
            records
                .iter()
                .map(|record| serde_json::to_value(record).map_err(|e| e.to_string()))
                .collect()
        };
        tokio::task::spawn_blocking(read)
            .await
            .map_err(|e| e.to_string())?
    }

    /// Forgets records up to a sequence number, as AWS does after a day. The newest record stays, so that numbers go on
    /// rising.
    pub(crate) async fn trim(&self, table: &str, up_to: &str) -> Result<(), String> {
        // The public form is 21 digits, the stored one without the leading 1 and its zeros.
        let Some(stored) = up_to.get(1..).and_then(|digits| digits.parse::<i64>().ok()) else {
            return Ok(());
        };
        let (file, table) = (self.file.clone(), table.to_owned());
        let delete = move || -> rusqlite::Result<()> {
            let connection = Connection::open(&file)?;
            connection.execute(
                "DELETE FROM _stream_records WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) <= ?2
                 AND id < (SELECT MAX(id) FROM _stream_records WHERE table_name = ?1)",
                params![table, stored],
            )?;
            Ok(())
        };
        tokio::task::spawn_blocking(delete)
            .await
            .map_err(|e| e.to_string())?
            .map_err(|e| e.to_string())
    }
}

/// The database asks for the newest record of a table at every write, and for the next ones at every read, by an
/// expression that it has no index for: without one, each write takes as long as there are records not read yet.
fn index_records(file: &Path) -> rusqlite::Result<()> {
    Connection::open(file)?.execute_batch(
        "CREATE INDEX IF NOT EXISTS stream_records_by_number
         ON _stream_records (table_name, CAST(sequence_number AS INTEGER))",
    )
}

/// A table whose keys or indexes are not those of the template cannot be worked with.
fn compare(name: &str, wanted: &Json, existing: &Json) -> Result<()> {
    let indexes = |table: &Json| -> Vec<(String, String)> {
        let list = table["GlobalSecondaryIndexes"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let mut out: Vec<_> = list
            .iter()
            .map(|i| (i["IndexName"].to_string(), i["KeySchema"].to_string()))
            .collect();
        out.sort();
        out
    };
    if wanted["KeySchema"] == existing["KeySchema"] && indexes(wanted) == indexes(existing) {
        return Ok(());
    }
    Err(failed(format!(
        "the table {name} in the data folder has other keys or indexes than the template; move the folder away to begin anew"
    )))
}

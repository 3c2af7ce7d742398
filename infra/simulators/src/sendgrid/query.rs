//! The query language of the Email Activity Feed API, as far as its documents show it by example.
//!
//! `condition (AND condition)*`, each optionally in parentheses: `name="value"`, `name!="value"`, `name LIKE "begin%"` and `unique_args['name']="value"`;
//! single quotes around a value do as well. Names: `msg_id`, `from_email`, `to_email`, `subject`, `status`.

/// A query as an SQL condition over the journal, with the values bound to its question marks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) values: Vec<String>,
}

/// Reads a query; the error is the vendor's kind of message.
pub(super) fn parse(query: &str) -> Result<Condition, String> {
    let mut reader = Reader { rest: query.trim() };
    let mut parts = Vec::new();
    let mut values = Vec::new();
    loop {
        parts.push(reader.condition(&mut values)?);
        if reader.rest.is_empty() {
            return Ok(Condition {
                sql: parts.join(" AND "),
                values,
            });
        }
        if !reader.word("AND") {
            return Err(reader.unexpected());
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn unexpected(&self) -> String {
        format!(
            "invalid query: unexpected input near '{}'",
            self.rest.chars().take(20).collect::<String>()
        )
    }

    fn eat(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let begins = self
            .rest
            .get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word));
        if begins {
            self.rest = self.rest.get(word.len()..).unwrap_or_default().trim_start();
        }
        begins
    }

    fn quoted(&mut self) -> Result<&'a str, String> {
        let quote = self
            .rest
            .chars()
            .next()
            .filter(|first| ['"', '\''].contains(first))
            .ok_or_else(|| self.unexpected())?;
        let inner = self.rest.get(1..).unwrap_or_default();
        let (value, rest) = inner.split_once(quote).ok_or_else(|| self.unexpected())?;
        self.rest = rest.trim_start();
        Ok(value)
    }

    fn condition(&mut self, values: &mut Vec<String>) -> Result<String, String> {
        let parenthesised = self.eat("(");
        let length = self
            .rest
            .find(|letter: char| !letter.is_ascii_lowercase() && letter != '_')
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(length);
        self.rest = rest.trim_start();
        let sql = if name == "unique_args" {
            self.unique_argument(values)?
        } else {
            self.field(name, values)?
        };
        if parenthesised && !self.eat(")") {
            return Err(self.unexpected());
        }
        Ok(sql)
    }

    fn unique_argument(&mut self, values: &mut Vec<String>) -> Result<String, String> {
        if !self.eat("[") {
            return Err(self.unexpected());
        }
        values.push(self.quoted()?.to_owned());
        if !self.eat("]") {
            return Err(self.unexpected());
        }
        let negated = self.eat("!=");
        if !negated && !self.eat("=") {
            return Err(self.unexpected());
        }
        values.push(self.quoted()?.to_owned());
        let not = if negated { "NOT " } else { "" };
        Ok(format!(
            "{not}EXISTS (SELECT 1 FROM arguments WHERE arguments.seq = journal.seq AND name = ? AND value = ?)"
        ))
    }

    fn field(&mut self, name: &str, values: &mut Vec<String>) -> Result<String, String> {
        let column = match name {
            "msg_id" => "json_extract(details, '$.msg_id')",
            "from_email" => "json_extract(details, '$.from.email')",
            "to_email" => "recipient",
            "subject" => "json_extract(details, '$.subject')",
            "status" => "'delivered'",
            "" => return Err(self.unexpected()),
            unknown => return Err(format!("invalid query: unknown field '{unknown}'")),
        };
        let operator = if self.eat("!=") {
            "<>"
        } else if self.eat("=") {
            "="
        } else if self.word("LIKE") {
            "LIKE"
        } else {
            return Err(self.unexpected());
        };
        values.push(self.quoted()?.to_owned());
        Ok(format!("{column} {operator} ?"))
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_unique_argument_is_looked_up_by_name_and_value() {
        for query in [
            r#"unique_args['effect_key']="ticket/1""#,
            r#"(unique_args['effect_key'] = "ticket/1")"#,
        ] {
            let condition = parse(query).unwrap();
            assert_eq!(condition.values, ["effect_key", "ticket/1"]);
            assert!(condition.sql.starts_with("EXISTS"), "{}", condition.sql);
        }
    }

    #[test]
    fn conditions_are_joined_by_and() {
        let condition =
            parse(r#"to_email="a@b.example" AND (status="delivered") AND msg_id LIKE 'x%'"#)
                .unwrap();
        assert_eq!(condition.values, ["a@b.example", "delivered", "x%"]);
    }

    #[test]
    fn a_query_that_is_none_is_refused_and_never_panics() {
        for query in [
            "",
            "=",
            "subject",
            "subject=",
            "subject=\"a",
            "colour=\"red\"",
            "unique_args['a]=\"b\"",
            "subject=\"a\" OR status=\"b\"",
            "é",
            "(subject=\"a\"",
            "status=\"a\" ANé",
        ] {
            assert!(parse(query).is_err(), "{query}");
        }
    }
}

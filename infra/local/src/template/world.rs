//! What a template is evaluated against: the addresses of this machine, parameters and secrets.

use std::collections::BTreeMap;

/// The account that everything belongs to.
pub const ACCOUNT: &str = "000000000000";
/// The id of the HTTP API.
pub const API_ID: &str = "local";

/// The ARN of a parameter.
pub fn parameter_arn(region: &str, name: &str) -> String {
    format!(
        "arn:aws:ssm:{region}:{ACCOUNT}:parameter/{}",
        name.trim_start_matches('/')
    )
}

/// Addresses and values that stand for the account, the region and what was typed at deployment.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// `AWS::Region`.
    pub region: String,
    /// `AWS::StackName`, the beginning of every generated name.
    pub stack: String,
    /// Address of the gateway, without a trailing slash; it stands in for `https://<id>.execute-api.<region>.amazonaws.com`.
    pub api_url: String,
    /// Address of the queues, without a trailing slash.
    pub sqs_url: String,
    /// Parameters given; the others take their defaults.
    pub parameters: BTreeMap<String, String>,
    /// What dynamic references resolve to.
    pub secrets: Secrets,
}

/// Local values of `{{resolve:secretsmanager:…}}` and `{{resolve:ssm…:…}}`.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    /// By secret name (or parameter path), then by JSON key; a secret without keys is kept under the empty key.
    pub named: BTreeMap<String, BTreeMap<String, String>>,
    /// Keys of any secret that `named` does not list.
    pub any: BTreeMap<String, String>,
}

impl Secrets {
    /// The value of a parameter: the one given for its name, else the secret that its name ends with.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let last = name.rsplit('/').next().unwrap_or(name);
        self.named
            .get(name)
            .map_or_else(|| self.any.get(last), |keys| keys.get(""))
            .map(String::as_str)
    }

    /// The value, or `None` when nothing local stands for it.
    pub fn resolve(&self, name: &str, key: &str) -> Option<&str> {
        self.named
            .get(name)
            .unwrap_or(&self.any)
            .get(key)
            .map(String::as_str)
    }
}

/// Replaces every dynamic reference in `text`; the error names the reference that nothing stands for.
pub(super) fn resolve_references(text: &str, secrets: &Secrets) -> Result<String, String> {
    const OPEN: &str = "{{resolve:";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(OPEN) {
        out.push_str(&rest[..start]);
        let after = &rest[start + OPEN.len()..];
        let end = after
            .find("}}")
            .ok_or_else(|| format!("`{rest}` is not closed with }}}}"))?;
        let reference = &after[..end];
        let value = resolve_one(reference, secrets)
            .ok_or_else(|| format!("nothing local stands for {{{{resolve:{reference}}}}}"))?;
        out.push_str(value);
        rest = &after[end + 2..];
    }
    out.push_str(rest);
    Ok(out)
}

fn resolve_one<'a>(reference: &str, secrets: &'a Secrets) -> Option<&'a str> {
    let (service, rest) = reference.split_once(':')?;
    match service {
        "secretsmanager" => {
            // name or ARN, then `SecretString[:key[:stage[:version]]]`; an ARN has colons of its own.
            let (name, key) = match rest.split_once(":SecretString") {
                Some((name, tail)) => (
                    name,
                    tail.trim_start_matches(':').split(':').next().unwrap_or(""),
                ),
                None => (rest, ""),
            };
            let name = name.split_once(":secret:").map_or(name, |(_, short)| short);
            secrets.resolve(name, key)
        }
        "ssm" | "ssm-secure" => secrets.parameter(rest.split(':').next().unwrap_or(rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Secrets {
        Secrets {
            named: BTreeMap::from([(
                "app/keys".into(),
                BTreeMap::from([("seed".into(), "abc".into())]),
            )]),
            any: BTreeMap::from([("token".into(), "t".into())]),
        }
    }

    #[test]
    fn references_are_replaced_inside_longer_texts() {
        let text = "x {{resolve:secretsmanager:app/keys:SecretString:seed}} y {{resolve:ssm:/registrar/token}}";
        assert_eq!(resolve_references(text, &secrets()).unwrap(), "x abc y t");
    }

    #[test]
    fn an_arn_names_the_same_secret() {
        let text = "{{resolve:secretsmanager:arn:aws:secretsmanager:r:1:secret:app/keys:SecretString:seed::}}";
        assert_eq!(resolve_references(text, &secrets()).unwrap(), "abc");
    }

    #[test]
    fn an_unknown_reference_is_named() {
        let error = resolve_references(
            "{{resolve:secretsmanager:other:SecretString:k}}",
            &secrets(),
        )
        .unwrap_err();
        assert!(error.contains("other:SecretString:k"), "{error}");
    }
}

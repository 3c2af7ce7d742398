//! `Resources`: first the names of all of them, so that they can refer to each other, then what each one is.

use super::evaluate::{Evaluator, Named};
use super::model::{
    Bucket, CorsRule, Deployment, Function, HttpCors, Queue, Redrive, Retry, Table,
};
use super::properties::Properties;
use super::world::{ACCOUNT, API_ID};
use super::{events, ignored, join, kms, policies};
use crate::error::{Error, Result};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::time::Duration;

pub(super) fn read(
    evaluator: &mut Evaluator<'_>,
    section: &Json,
    globals: &Json,
) -> Result<Deployment> {
    let section = section
        .as_object()
        .ok_or_else(|| Error::template("Resources", "a map is needed"))?;
    for key in globals.as_object().map(Map::keys).into_iter().flatten() {
        if key != "Function" && key != "HttpApi" {
            return Err(Error::template(
                join("Globals", key),
                "this is not understood",
            ));
        }
    }
    let mut present = Vec::new();
    for (id, resource) in section {
        let path = join("Resources", id);
        if let Some(condition) = resource.get("Condition").and_then(Json::as_str)
            && !evaluator.named_condition(condition, &path)?
        {
            continue;
        }
        let known = ["Type", "Condition", "Properties"];
        for key in resource.as_object().map(Map::keys).into_iter().flatten() {
            if !known.contains(&key.as_str()) && !ignored::RESOURCE_KEYS.contains(&key.as_str()) {
                return Err(Error::template(join(&path, key), "this is not understood"));
            }
        }
        let named = name(evaluator, id, resource, &path)?;
        evaluator.resources.insert(id.clone(), named);
        present.push((id, resource, path));
    }
    let mut deployment = Deployment::default();
    let mut roles = BTreeMap::new();
    for (id, resource, path) in present {
        if kind(resource) == "AWS::IAM::Role" {
            let path = format!("{path}.Properties");
            let body = resource.get("Properties");
            let properties = Properties::new(evaluator, body, path, &policies::IGNORED)?;
            roles.insert(role_arn(evaluator, id), policies::statements(properties)?);
        }
        add(
            &mut deployment,
            evaluator,
            id,
            resource,
            globals,
            &format!("{path}.Properties"),
        )?;
    }
    for function in deployment.functions.values_mut() {
        function.allowed = function
            .role
            .as_ref()
            .and_then(|arn| roles.get(arn).cloned());
    }
    Ok(deployment)
}

fn role_arn(evaluator: &Evaluator<'_>, id: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{}-{id}", evaluator.world.stack)
}

fn kind(resource: &Json) -> &str {
    resource
        .get("Type")
        .and_then(Json::as_str)
        .unwrap_or_default()
}

/// Physical name and attributes of a resource; a name given in the template may use parameters only.
fn name(evaluator: &Evaluator<'_>, id: &str, resource: &Json, path: &str) -> Result<Named> {
    let given = |property: &str| -> Result<Option<String>> {
        let value = resource.get("Properties").and_then(|p| p.get(property));
        value
            .map(|v| evaluator.text(v, &format!("{path}.Properties.{property}")))
            .transpose()
    };
    let region = &evaluator.world.region;
    let generated = || format!("{}-{id}", evaluator.world.stack);
    let attributes = |pairs: &[(&str, String)]| {
        Some(
            pairs
                .iter()
                .map(|(key, value)| ((*key).to_owned(), value.clone()))
                .collect::<BTreeMap<_, _>>(),
        )
    };
    Ok(match kind(resource) {
        "AWS::Serverless::Function" => {
            let name = given("FunctionName")?.unwrap_or_else(generated);
            let arn = format!("arn:aws:lambda:{region}:{ACCOUNT}:function:{name}");
            Named {
                reference: name,
                attributes: attributes(&[("Arn", arn)]),
            }
        }
        "AWS::Serverless::HttpApi" => {
            let endpoint = evaluator.world.api_url.clone();
            Named {
                reference: API_ID.into(),
                attributes: attributes(&[("ApiEndpoint", endpoint)]),
            }
        }
        "AWS::DynamoDB::Table" => {
            let name = given("TableName")?.unwrap_or_else(generated);
            let arn = format!("arn:aws:dynamodb:{region}:{ACCOUNT}:table/{name}");
            let stream = format!("{arn}/stream/local");
            Named {
                reference: name,
                attributes: attributes(&[("Arn", arn), ("StreamArn", stream)]),
            }
        }
        "AWS::SQS::Queue" => {
            let name = given("QueueName")?.unwrap_or_else(generated);
            let url = format!("{}/{ACCOUNT}/{name}", evaluator.world.sqs_url);
            let arn = format!("arn:aws:sqs:{region}:{ACCOUNT}:{name}");
            let attributes =
                attributes(&[("Arn", arn), ("QueueName", name), ("QueueUrl", url.clone())]);
            Named {
                reference: url,
                attributes,
            }
        }
        "AWS::S3::Bucket" => {
            let name = given("BucketName")?.unwrap_or_else(|| generated().to_lowercase());
            let domain = format!("{name}.s3.amazonaws.com");
            let attributes = attributes(&[
                ("Arn", format!("arn:aws:s3:::{name}")),
                ("DomainName", domain.clone()),
                ("RegionalDomainName", domain),
            ]);
            Named {
                reference: name,
                attributes,
            }
        }
        "AWS::KMS::Key" => kms::named(region, &evaluator.world.stack, id),
        "AWS::IAM::Role" => Named {
            reference: generated(),
            attributes: attributes(&[("Arn", role_arn(evaluator, id))]),
        },
        "AWS::KMS::Alias" => Named {
            reference: generated(),
            attributes: None,
        },
        other if ignored::TYPES.contains(&other) => Named {
            reference: generated(),
            attributes: None,
        },
        other => {
            return Err(Error::template(
                path,
                format!("a resource of type `{other}` is not understood"),
            ));
        }
    })
}

fn add(
    deployment: &mut Deployment,
    evaluator: &Evaluator<'_>,
    id: &str,
    resource: &Json,
    globals: &Json,
    path: &str,
) -> Result<()> {
    let properties = |ignored: &[&str]| {
        Properties::new(
            evaluator,
            resource.get("Properties"),
            path.to_owned(),
            ignored,
        )
    };
    let physical = evaluator
        .resources
        .get(id)
        .map(|named| named.reference.clone())
        .unwrap_or_default();
    match kind(resource) {
        "AWS::Serverless::Function" => {
            let merged = merge(globals.get("Function"), resource.get("Properties"));
            function(deployment, evaluator, id, physical, &merged, path)
        }
        "AWS::Serverless::HttpApi" => {
            let merged = merge(globals.get("HttpApi"), resource.get("Properties"));
            let mut properties = Properties::new(
                evaluator,
                Some(&merged),
                path.to_owned(),
                &ignored::HTTP_API,
            )?;
            deployment.cors = cors(&mut properties)?;
            properties.done()
        }
        "AWS::DynamoDB::Table" => {
            deployment
                .tables
                .push(table(properties(&ignored::TABLE)?, physical)?);
            Ok(())
        }
        "AWS::SQS::Queue" => {
            deployment.queues.insert(
                id.to_owned(),
                queue(properties(&ignored::QUEUE)?)?.named(evaluator, id),
            );
            Ok(())
        }
        "AWS::KMS::Key" => {
            let region = &evaluator.world.region;
            let key = kms::key(properties(&kms::IGNORED)?, region, &physical)?;
            deployment.kms.insert(id.to_owned(), key);
            Ok(())
        }
        "AWS::KMS::Alias" => {
            let mut properties = properties(&[])?;
            let (alias, key) = (
                properties.required_text("AliasName")?,
                properties.required_text("TargetKeyId")?,
            );
            deployment.aliases.entry(key).or_default().push(alias);
            properties.done()
        }
        "AWS::S3::Bucket" => {
            deployment
                .buckets
                .push(bucket(properties(&ignored::BUCKET)?, physical)?);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// `Globals` below the resource's own properties: maps are merged, everything else replaced.
fn merge(base: Option<&Json>, own: Option<&Json>) -> Json {
    match (base, own) {
        (Some(Json::Object(base)), Some(Json::Object(own)))
            if !is_intrinsic(base) && !is_intrinsic(own) =>
        {
            let mut out = base.clone();
            for (key, value) in own {
                let merged = merge(base.get(key), Some(value));
                out.insert(key.clone(), merged);
            }
            Json::Object(out)
        }
        (base, own) => own
            .or(base)
            .cloned()
            .unwrap_or_else(|| Json::Object(Map::new())),
    }
}

fn is_intrinsic(object: &Map<String, Json>) -> bool {
    object.len() == 1
        && object
            .keys()
            .all(|key| key == "Ref" || key.starts_with("Fn::"))
}

fn function(
    deployment: &mut Deployment,
    evaluator: &Evaluator<'_>,
    id: &str,
    name: String,
    body: &Json,
    path: &str,
) -> Result<()> {
    // Events are read with their own lists of what is ignored.
    let mut body = body.clone();
    let own_events = body.as_object_mut().and_then(|body| body.remove("Events"));
    let mut properties =
        Properties::new(evaluator, Some(&body), path.to_owned(), &ignored::FUNCTION)?;
    properties.take("FunctionName")?;
    let code = properties.required_text("CodeUri")?;
    let binary = code
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned();
    let runtime = properties.required_text("Runtime")?;
    if !runtime.starts_with("provided.") {
        return Err(Error::template(
            properties.path("Runtime"),
            format!("`{runtime}` cannot be run here"),
        ));
    }
    properties.take("Handler")?;
    let mut environment = BTreeMap::new();
    if let Some(mut variables) = properties.below("Environment", &[])? {
        let path = variables.path("Variables");
        let values = variables.take("Variables")?.unwrap_or_default();
        for (key, value) in values.as_object().into_iter().flatten() {
            let text = super::text_of(value);
            let text =
                text.ok_or_else(|| Error::template(join(&path, key), "a variable is a text"))?;
            environment.insert(key.clone(), text);
        }
        variables.done()?;
    }
    let mut asynchronous = Retry::default();
    if let Some(mut config) =
        properties.below("EventInvokeConfig", &["MaximumEventAgeInSeconds"])?
    {
        asynchronous.attempts = events::attempts(&mut config)?;
        asynchronous.failure_queue = events::failure_queue(&mut config)?;
        config.done()?;
    }
    let function = Function {
        logical_id: id.to_owned(),
        name,
        binary,
        timeout: properties
            .seconds("Timeout")?
            .unwrap_or(Duration::from_secs(3)),
        memory_mb: properties.number("MemorySize")?.unwrap_or(128),
        environment,
        concurrency: properties.number("ReservedConcurrentExecutions")?,
        asynchronous,
        role: properties.text("Role")?,
        allowed: None,
    };
    properties.done()?;
    deployment.functions.insert(id.to_owned(), function);
    for (event, body) in own_events
        .as_ref()
        .and_then(Json::as_object)
        .into_iter()
        .flatten()
    {
        events::read(
            deployment,
            evaluator,
            id,
            event,
            body,
            format!("{path}.Events.{event}"),
        )?;
    }
    Ok(())
}

fn cors(properties: &mut Properties<'_>) -> Result<Option<HttpCors>> {
    let Some(mut cors) = properties.below("CorsConfiguration", &[])? else {
        return Ok(None);
    };
    let read = HttpCors {
        origins: cors.texts("AllowOrigins")?,
        methods: cors.texts("AllowMethods")?,
        headers: cors
            .texts("AllowHeaders")?
            .iter()
            .map(|h| h.to_lowercase())
            .collect(),
        exposed: cors.texts("ExposeHeaders")?,
        max_age: cors.number("MaxAge")?,
        credentials: cors.flag("AllowCredentials")?.unwrap_or(false),
    };
    cors.done()?;
    Ok(Some(read))
}

fn table(mut properties: Properties<'_>, name: String) -> Result<Table> {
    let mut create = Map::from_iter([("TableName".to_owned(), Json::String(name.clone()))]);
    properties.take("TableName")?;
    for key in [
        "AttributeDefinitions",
        "KeySchema",
        "BillingMode",
        "ProvisionedThroughput",
        "GlobalSecondaryIndexes",
        "LocalSecondaryIndexes",
        "TableClass",
    ] {
        create.extend(properties.take(key)?.map(|value| (key.to_owned(), value)));
    }
    if let Some(Json::Object(mut stream)) = properties.take("StreamSpecification")? {
        stream.insert("StreamEnabled".into(), Json::Bool(true));
        create.insert("StreamSpecification".into(), Json::Object(stream));
    }
    let mut ttl_attribute = None;
    if let Some(mut ttl) = properties.below("TimeToLiveSpecification", &[])? {
        let attribute = ttl.text("AttributeName")?;
        ttl_attribute = if ttl.flag("Enabled")?.unwrap_or(false) {
            attribute
        } else {
            None
        };
        ttl.done()?;
    }
    properties.done()?;
    Ok(Table {
        name,
        create: Json::Object(create),
        ttl_attribute,
    })
}

fn queue(mut properties: Properties<'_>) -> Result<Queue> {
    if properties.flag("FifoQueue")?.unwrap_or(false) {
        return Err(Error::template(
            properties.path("FifoQueue"),
            "FIFO queues do not exist here",
        ));
    }
    properties.take("QueueName")?;
    let mut redrive = None;
    if let Some(mut policy) = properties.below("RedrivePolicy", &[])? {
        let arn = policy.required_text("deadLetterTargetArn")?;
        let max_receives = policy.number("maxReceiveCount")?;
        redrive = Some(Redrive {
            queue: arn.rsplit(':').next().unwrap_or_default().to_owned(),
            max_receives: max_receives
                .ok_or_else(|| Error::template(policy.path("maxReceiveCount"), "missing"))?,
        });
        policy.done()?;
    }
    let queue = Queue {
        name: String::new(),
        visibility: properties
            .seconds("VisibilityTimeout")?
            .unwrap_or(Duration::from_secs(30)),
        delay: properties.seconds("DelaySeconds")?.unwrap_or_default(),
        receive_wait: properties
            .seconds("ReceiveMessageWaitTimeSeconds")?
            .unwrap_or_default(),
        retention: properties
            .seconds("MessageRetentionPeriod")?
            .unwrap_or(Duration::from_hours(96)),
        redrive,
    };
    properties.done()?;
    Ok(queue)
}

impl Queue {
    fn named(mut self, evaluator: &Evaluator<'_>, id: &str) -> Self {
        let named = evaluator
            .resources
            .get(id)
            .and_then(|named| named.attributes.as_ref());
        self.name = named
            .and_then(|attributes| attributes.get("QueueName"))
            .cloned()
            .unwrap_or_default();
        self
    }
}

fn bucket(mut properties: Properties<'_>, name: String) -> Result<Bucket> {
    properties.take("BucketName")?;
    let mut rules = Vec::new();
    if let Some(mut cors) = properties.below("CorsConfiguration", &[])? {
        for mut rule in cors.list("CorsRules", &["Id"])? {
            rules.push(CorsRule {
                origins: rule.texts("AllowedOrigins")?,
                methods: rule.texts("AllowedMethods")?,
                headers: rule
                    .texts("AllowedHeaders")?
                    .iter()
                    .map(|h| h.to_lowercase())
                    .collect(),
                exposed: rule.texts("ExposedHeaders")?,
                max_age: rule.number("MaxAge")?,
            });
            rule.done()?;
        }
        cors.done()?;
    }
    properties.done()?;
    Ok(Bucket { name, cors: rules })
}

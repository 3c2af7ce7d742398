//! What the platform is started with.

use crate::template::Secrets;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

/// How to start a platform.
#[derive(Clone, Debug)]
pub struct Options {
    /// The SAM template.
    pub template: PathBuf,
    /// Folder that everything is kept in; made when missing.
    pub data: PathBuf,
    /// Folder of the compiled functions, each named as the last folder of its `CodeUri`.
    pub binaries: PathBuf,
    /// Address to listen on.
    pub host: IpAddr,
    /// Ports; 0 takes any.
    pub ports: Ports,
    /// Parameters of the template that are not to be the local ones of [`crate::Platform`].
    pub parameters: BTreeMap<String, String>,
    /// Parameters of Parameter Store and dynamic references that are not to be those of `secrets.json`.
    pub secrets: Secrets,
    /// `AWS::Region`.
    pub region: String,
    /// `AWS::StackName`.
    pub stack: String,
    /// Whether schedules fire by themselves; tests fire them.
    pub schedules: bool,
}

impl Options {
    /// Options for a template and a data folder, with the functions beside the running executable, any ports and
    /// running schedules.
    pub fn new(template: impl Into<PathBuf>, data: impl Into<PathBuf>) -> Self {
        let here = std::env::current_exe()
            .ok()
            .and_then(|path| path.parent().map(PathBuf::from));
        Self {
            template: template.into(),
            data: data.into(),
            binaries: here.unwrap_or_else(|| PathBuf::from(".")),
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            ports: Ports::default(),
            parameters: BTreeMap::new(),
            secrets: Secrets::default(),
            region: "us-east-1".into(),
            stack: "registrar".into(),
            schedules: true,
        }
    }
}

/// Ports of the services; 0 takes any.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports {
    /// The HTTP API.
    pub api: u16,
    /// The verifier.
    pub verify: u16,
    /// S3.
    pub s3: u16,
    /// The providers' simulators.
    pub simulators: u16,
    /// `DynamoDB`.
    pub dynamodb: u16,
    /// SQS.
    pub sqs: u16,
    /// KMS.
    pub kms: u16,
    /// Parameter Store.
    pub ssm: u16,
}

impl Ports {
    /// The ports that the README names.
    pub const FIXED: Self = Self {
        api: 8787,
        verify: 8788,
        s3: 8789,
        simulators: 8790,
        dynamodb: 8791,
        sqs: 8792,
        kms: 8793,
        ssm: 8794,
    };
}

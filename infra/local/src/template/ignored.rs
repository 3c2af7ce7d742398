//! What only matters on AWS. Each list is closed: a name that is neither used nor listed stops the start.

/// Sections of a template.
pub(super) const SECTIONS: [&str; 11] = [
    "AWSTemplateFormatVersion",
    "Transform",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Globals",
    "Resources",
    "Outputs",
];

/// Resource types without a counterpart here: logs, alarms, names, permissions but those of roles.
pub(super) const TYPES: [&str; 24] = [
    "AWS::ApiGatewayV2::ApiMapping",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::Budgets::Budget",
    "AWS::CertificateManager::Certificate",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::Logs::MetricFilter",
    "AWS::Logs::QueryDefinition",
    "AWS::Logs::ResourcePolicy",
    "AWS::Route53::RecordSet",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::SSM::Parameter",
    "AWS::Scheduler::ScheduleGroup",
    "AWS::SecretsManager::Secret",
    "AWS::XRay::Group",
];

/// Keys of a resource beside `Type`, `Condition` and `Properties`.
pub(super) const RESOURCE_KEYS: [&str; 5] = [
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "DependsOn",
    "Metadata",
    "UpdatePolicy",
];

/// Properties of a function, also in `Globals.Function`.
pub(super) const FUNCTION: [&str; 15] = [
    "Architectures",
    "AssumeRolePolicyDocument",
    "AutoPublishAlias",
    "CodeSigningConfigArn",
    "DeploymentPreference",
    "Description",
    "EphemeralStorage",
    "KmsKeyArn",
    "LoggingConfig",
    "PermissionsBoundary",
    "Policies",
    "PropagateTags",
    "RuntimeManagementConfig",
    "Tags",
    "Tracing",
];

/// Properties of the HTTP API: throttling, logs, names.
pub(super) const HTTP_API: [&str; 11] = [
    "AccessLogSettings",
    "DefaultRouteSettings",
    "Description",
    "DisableExecuteApiEndpoint",
    "Domain",
    "FailOnWarnings",
    "Name",
    "PropagateTags",
    "RouteSettings",
    "StageName",
    "Tags",
];

/// Properties of an `HttpApi` event.
pub(super) const HTTP_EVENT: [&str; 4] = [
    "ApiId",
    "RouteSettings",
    "TimeoutInMillis",
    "PayloadFormatVersion",
];

/// Properties of an `SQS` event.
pub(super) const QUEUE_EVENT: [&str; 3] = ["Enabled", "MetricsConfig", "KmsKeyArn"];

/// Properties of a `DynamoDB` event. One shard is read in order, whatever the factor.
pub(super) const STREAM_EVENT: [&str; 5] = [
    "Enabled",
    "MetricsConfig",
    "KmsKeyArn",
    "ParallelizationFactor",
    "StartingPosition",
];

/// Properties of `Schedule` and `ScheduleV2` events.
pub(super) const SCHEDULE_EVENT: [&str; 9] = [
    "Name",
    "Description",
    "FlexibleTimeWindow",
    "GroupName",
    "KmsKeyArn",
    "OmitName",
    "PermissionsBoundary",
    "RoleArn",
    "StartDate",
];

/// Properties of a table: protection, backups, cost.
pub(super) const TABLE: [&str; 9] = [
    "ContributorInsightsSpecification",
    "DeletionProtectionEnabled",
    "KinesisStreamSpecification",
    "OnDemandThroughput",
    "PointInTimeRecoverySpecification",
    "ResourcePolicy",
    "SSESpecification",
    "Tags",
    "WarmThroughput",
];

/// Properties of a queue: encryption and permissions.
pub(super) const QUEUE: [&str; 6] = [
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "RedriveAllowPolicy",
    "SqsManagedSseEnabled",
    "Tags",
];

/// Properties of a bucket: encryption, ownership, life cycle.
pub(super) const BUCKET: [&str; 8] = [
    "BucketEncryption",
    "LifecycleConfiguration",
    "LoggingConfiguration",
    "ObjectLockEnabled",
    "OwnershipControls",
    "PublicAccessBlockConfiguration",
    "Tags",
    "VersioningConfiguration",
];

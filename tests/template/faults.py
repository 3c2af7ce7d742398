"""Seeded faults: a template with any of them must be refused, or the check is worth nothing."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    name: str
    seed: Callable[[dict], None]
    # Who must refuse it: "sam" (expansion), "lint" (the linter on the expanded template), "policies"
    # (the scanner of infrastructure on the same) or "rules" (the house's own).
    by: str


def _at(*path):
    """The container at a path below Resources, to change in place."""

    def find(template: dict):
        node = template["Resources"]
        for key in path:
            node = node[key]
        return node

    return find


def _set(path: tuple, key, value) -> Callable[[dict], None]:
    return lambda template: _at(*path)(template).__setitem__(key, value)


def _drop(path: tuple, key) -> Callable[[dict], None]:
    return lambda template: _at(*path)(template).pop(key)


def _statement_of(template: dict, role: str, sid: str) -> dict:
    statements = _at(role, "Properties", "Policies", 0, "PolicyDocument", "Statement")(template)
    return next(s for s in statements if s["Sid"] == sid)


def _statement(role: str, sid: str, key: str, value) -> Callable[[dict], None]:
    return lambda template: _statement_of(template, role, sid).__setitem__(key, value)


def _grant(role: str, actions: list[str], partitions: list[str]) -> Callable[[dict], None]:
    """One more statement about the table."""
    condition = {"Null": {"dynamodb:LeadingKeys": "false"}, "ForAllValues:StringLike": {"dynamodb:LeadingKeys": partitions}}
    statement = {"Sid": "More", "Effect": "Allow", "Action": actions, "Resource": {"Fn::GetAtt": ["Table", "Arn"]}, "Condition": condition}
    return lambda template: _at(role, "Properties", "Policies", 0, "PolicyDocument", "Statement")(template).append(statement)


_RELAY = ("RelayFunction", "Properties", "Events", "Outbox", "Properties")
_DELIVERIES = ("DeliveriesFunction", "Properties")

FAULTS = [
    Fault(
        "an event without a type that SAM knows",
        _set(("TicketsFunction", "Properties", "Events", "Tickets"), "Type", "Http"),
        "sam",
    ),
    Fault(
        "a schedule without its expression",
        _drop(("SchedulesFunction", "Properties", "Events", "SweepOutbox", "Properties"), "ScheduleExpression"),
        "sam",
    ),
    Fault("a password's hash where it is not needed", _grant("TicketsRole", ["dynamodb:GetItem"], ["PASSWORD#*"]), "rules"),
    Fault(
        "a reference to a resource that is not there",
        _set((*_DELIVERIES, "Environment", "Variables"), "EMAIL_FROM", {"Ref": "EmailForm"}),
        "lint",
    ),
    Fault(
        "an attribute that a queue does not have",
        _set(
            ("DeliveriesQueue", "Properties", "RedrivePolicy"),
            "deadLetterTargetArn",
            {"Fn::GetAtt": ["DeliveriesDeadLetterQueue", "Url"]},
        ),
        "lint",
    ),
    Fault(
        "a runtime that does not exist",
        lambda t: t["Globals"]["Function"].__setitem__("Runtime", "provided.al2024"),
        "lint",
    ),
    Fault("a longer time-out than there is", _set(("RenderingFunction", "Properties"), "Timeout", 1800), "lint"),
    Fault(
        "a key attribute that is not defined",
        _set(("Table", "Properties", "KeySchema", 1), "AttributeName", "SORT"),
        "lint",
    ),
    Fault("a misspelt property", _set(("Table", "Properties"), "TimeToLive", {"AttributeName": "expires_at"}), "lint"),
    Fault("a retention that log groups refuse", _set(("RelayLogs", "Properties"), "RetentionInDays", 31), "lint"),
    Fault("a batch larger than the service takes", _set((*_RELAY,), "BatchSize", 20000), "lint"),
    Fault(
        "a condition that is not defined",
        _set((*_DELIVERIES, "Environment", "Variables"), "SENDGRID_BASE_URL", {"Fn::If": ["MailIsLive", "a", "b"]}),
        "lint",
    ),
    Fault(
        "a queue that shows messages too early",
        _set(("RenderingQueue", "Properties"), "VisibilityTimeout", 120),
        "rules",
    ),
    Fault("a queue without a dead-letter queue", _drop(("EdgeSyncQueue", "Properties"), "RedrivePolicy"), "rules"),
    Fault(
        "a redrive before the worker's last try",
        _set(("DeliveriesQueue", "Properties", "RedrivePolicy"), "maxReceiveCount", 5),
        "rules",
    ),
    Fault("a stream without its filter", _drop(_RELAY, "FilterCriteria"), "rules"),
    Fault(
        "a worker without partial batch answers",
        _drop((*_DELIVERIES, "Events", "Messages", "Properties"), "FunctionResponseTypes"),
        "rules",
    ),
    Fault(
        "a setting that is missing", _drop((*_DELIVERIES, "Environment", "Variables"), "EMAIL_SETTLE_SECONDS"), "rules"
    ),
    Fault(
        "a secret in clear",
        _set(("IdentityFunction", "Properties", "Environment", "Variables"), "TOKEN_SIGNING_KEY", "c2VjcmV0"),
        "rules",
    ),
    Fault(
        "a secret that deployment puts into the environment",
        _set(
            ("IdentityFunction", "Properties", "Environment", "Variables"),
            "TOKEN_SIGNING_KEY_PARAMETER",
            {"Fn::Sub": "{{resolve:secretsmanager:registrar/settings:SecretString:token_signing_key}}"},
        ),
        "rules",
    ),
    Fault(
        "a role that reads the secrets of another function",
        lambda t: _statement_of(t, "WebhooksRole", "OwnSecrets")["Resource"].append(
            {"Fn::Sub": "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${SecretsPath}/token_signing_key"}
        ),
        "rules",
    ),
    Fault("a function without its own role", _drop(("TicketsFunction", "Properties"), "Role"), "rules"),
    Fault("every action on the table", _statement("RelayRole", "Sent", "Action", ["dynamodb:*"]), "rules"),
    Fault("the table without its partitions named", _statement("TicketsRole", "Items", "Condition", {}), "rules"),
    Fault(
        "a bucket that can be made public",
        _set(("CertificatesBucket", "Properties", "PublicAccessBlockConfiguration"), "BlockPublicPolicy", False),
        "rules",
    ),
    Fault("a bucket that answers without TLS", lambda t: t["Resources"].pop("AttachmentsBucketPolicy"), "rules"),
    Fault(
        "a certificates bucket that takes any file",
        lambda t: t["Resources"]["CertificatesBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"].pop(1),
        "rules",
    ),
    Fault(
        "uploads that are kept for ever",
        _set(("AttachmentsBucket", "Properties", "LifecycleConfiguration"), "Rules", []),
        "rules",
    ),
    Fault(
        "a role that reaches every file of a bucket",
        _statement("TicketsRole", "Files", "Resource", {"Fn::Sub": "${AttachmentsBucket.Arn}/*"}),
        "rules",
    ),
    Fault(
        "a table that is reached without a partition",
        _statement("RelayRole", "Sent", "Condition", {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["OUTBOX#*"]}}),
        "rules",
    ),
    Fault(
        "a role that lists a whole bucket",
        _statement("TicketWorkRole", "WhichFiles", "Condition", {}),
        "rules",
    ),
    Fault(
        "a worker that could undo a revocation",
        _grant("RenderingRole", ["dynamodb:PutItem", "dynamodb:DeleteItem"], ["STATUSLIST#*"]),
        "rules",
    ),
    Fault(
        "a role that could take revocations back",
        _grant("CertificatesRole", ["dynamodb:DeleteItem"], ["STATUSLIST#*"]),
        "rules",
    ),
    Fault(
        "a role that reaches every counter",
        _grant("TicketsRole", ["dynamodb:UpdateItem"], ["COUNTER#*"]),
        "rules",
    ),
    Fault(
        "a worker that calls its provider without limit",
        _drop(_DELIVERIES, "ReservedConcurrentExecutions"),
        "rules",
    ),
    Fault("a bucket that nobody can tell the readers of", _drop(("ImportsBucket", "Properties"), "LoggingConfiguration"), "rules"),
    Fault("a bucket without earlier versions", _drop(("AttachmentsBucket", "Properties"), "VersioningConfiguration"), "rules"),
    Fault("a table that can be deleted", _drop(("Table", "Properties"), "DeletionProtectionEnabled"), "rules"),
    Fault("a table that goes with the stack", _drop(("Table",), "DeletionPolicy"), "rules"),
    Fault(
        "a prefix that answers only itself", _drop(("TicketsFunction", "Properties", "Events"), "TicketsBelow"), "rules"
    ),
    Fault(
        "a bucket whose objects are for everybody",
        _set(("CertificatesBucket", "Properties"), "AccessControl", "PublicRead"),
        "policies",
    ),
    Fault("a dead-letter queue that nobody watches", lambda t: t["Resources"].pop("RelayDeadLetterAlarm"), "rules"),
]

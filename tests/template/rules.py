"""The house's own rules for the template: what AWS accepts and this product does not."""

import json
import re
from collections.abc import Iterator

import template as sam

FUNCTION = "AWS::Serverless::Function"
QUEUE = "AWS::SQS::Queue"

PREFIXES = {
    "Identity": ["/auth", "/.well-known", "/health", "/api/admin/accounts"],
    "Tickets": ["/tickets", "/api/admin/support", "/api/support"],
    "Certificates": ["/api/admin/certificates", "/api/certificates", "/status-lists", "/certificate-keys", "/badges", "/.well-known/openbadges"],
    "Hooks": ["/api/admin/webhooks"],
    "Notifications": ["/api/notifications", "/api/admin/notifications"],
    "Webhooks": ["/webhooks"],
}
WORKERS = ["Deliveries", "Conversations", "Rendering", "Bulk", "EdgeSync", "HookDeliveries", "Triage", "TicketWork"]
CALLS_PROVIDERS = ["Deliveries", "Conversations", "EdgeSync", "HookDeliveries", "Triage"]
TASKS = {"sweep_outbox": "1 minute", "redrive_parked": "1 hour", "refresh_status_lists": "2 minutes", "reconcile_edge": "cron(30 2 * * ? *)", "settle_uncertain": "1 minute", "sla": "1 minute", "sweep_files": "1 day", "send_due_webhooks": "1 minute"}
WRITES = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}
# Partitions that say what is valid, who people are and what is sent, and who alone may write them.
WRITERS = {
    "CERTIFICATEFACT": {"Certificates", "Bulk"},
    "STATUSLIST": {"Certificates"},
    "SUSPENSIONS": {"Certificates"},
    "CERTIFICATE": {"Certificates", "Bulk", "Rendering"},
    "WEBHOOKS": {"Hooks", "HookDeliveries"},
    "SETTING": {"Tickets"},
    "LEDGER": {"Deliveries", "Conversations"},  # the second what the provider tells later
    "ACCOUNT": {"Identity"},
    "EMAIL": {"Identity"},
    "PHONE": {"Identity"},
    "ACCOUNTHISTORY": {"Identity"},
    "INVITATION": {"Identity"},
}
# Partitions that nobody else even reads.
READERS = {"PASSWORD": {"Identity"}, "INVITATION": {"Identity", "Deliveries"}, "ACCOUNTHISTORY": {"Identity"}}
SMALLEST_VISIBILITY = 6  # time-outs of the function, as AWS asks for queues that feed functions

_QUEUES = {"DELIVERIES_QUEUE_URL", "RENDERING_QUEUE_URL", "BULK_QUEUE_URL", "EDGE_SYNC_QUEUE_URL", "HOOK_DELIVERIES_QUEUE_URL", "TRIAGE_QUEUE_URL", "TICKET_WORK_QUEUE_URL"}
_TOKENS = {"AUTH_ISSUER", "AUTH_AUDIENCE", "AUTH_JWKS", "ROLE_CACHE_SECONDS"}
_MAKE = {"MAKE_TICKET_WEBHOOK_URL", "MAKE_BOOKING_WEBHOOK_URL"}
_TRIES = {"DELIVERY_MAX_ATTEMPTS", "DELIVERY_BACKOFF_SECONDS"}
SETTINGS = {
    "Globals": {"TABLE_NAME", "PROFILE", "PROFILE_FILE", "APP_BASE_URL", "ALLOWED_ORIGINS", "VERIFY_BASE_URL", "INDEX_SHARDS", "RUST_LOG", "SECRETS_REVISION"},
    "Identity": _TOKENS | {"TOKEN_SIGNING_KEY_PARAMETER", "INVITATION_SECRET_PARAMETER", "BOOTSTRAP_SECRET_PARAMETER"},
    "Tickets": _TOKENS | {"CHANNEL_SECRET_PARAMETER", "ATTACHMENTS_BUCKET", "WHATSAPP_VIA"},
    "Certificates": _TOKENS | {"CERTIFICATE_KEYS_PARAMETER", "CERTIFICATES_BUCKET", "IMPORTS_BUCKET", "DOWNLOAD_LINK_SECRET_PARAMETER", "ORGANIZATION_NAME"},
    "Relay": _QUEUES,
    "Deliveries": _TRIES | {
        "DELIVERIES_QUEUE_URL", "DELIVERIES_DEAD_LETTER_QUEUE_URL", "DOWNLOAD_LINK_SECRET_PARAMETER", "INVITATION_SECRET_PARAMETER", "ORGANIZATION_NAME",
        "DELIVERY_LEASE_SECONDS", "PROVIDER_TIMEOUT_MS",
        "EMAIL_PROVIDER", "SENDGRID_BASE_URL", "SENDGRID_API_KEY_PARAMETER", "EMAIL_FROM", "EMAIL_REPLY_TO", "EMAIL_LOGO_URL",
        "PORTAL_BASE_URL", "EMAIL_SETTLE_SECONDS",
        "WHATSAPP_PROVIDER", "AISENSY_BASE_URL", "AISENSY_API_KEY_PARAMETER", "WHATSAPP_VIA", "WHATSAPP_PHONE_NUMBER_ID",
        "WHATSAPP_CLOUD_BASE_URL", "WHATSAPP_ACCESS_TOKEN_PARAMETER",
    },
    "Webhooks": {
        "CONVERSATIONS_QUEUE_URL", "WHATSAPP_PHONE_NUMBER_ID", "WHATSAPP_APP_SECRET_PARAMETER", "WHATSAPP_VERIFY_TOKEN_PARAMETER",
    },
    "Conversations": _TRIES | {
        "CONVERSATIONS_QUEUE_URL", "CONVERSATIONS_DEAD_LETTER_QUEUE_URL", "ATTACHMENTS_BUCKET", "WHATSAPP_PROVIDER",
        "WHATSAPP_PHONE_NUMBER_ID", "WHATSAPP_CLOUD_BASE_URL", "WHATSAPP_ACCESS_TOKEN_PARAMETER", "PROVIDER_TIMEOUT_MS",
    },
    "Rendering": _TRIES | {
        "CERTIFICATE_KEYS_PARAMETER", "RENDERING_QUEUE_URL", "RENDERING_DEAD_LETTER_QUEUE_URL", "CERTIFICATES_BUCKET", "ORGANIZATION_NAME",
    },
    "Bulk": _TRIES | {"BULK_QUEUE_URL", "BULK_DEAD_LETTER_QUEUE_URL", "CERTIFICATE_KEYS_PARAMETER", "IMPORTS_BUCKET"},
    "EdgeSync": _TRIES | {
        "EDGE_SYNC_QUEUE_URL", "EDGE_SYNC_DEAD_LETTER_QUEUE_URL", "CERTIFICATE_KEYS_PARAMETER", "EDGE_PROVIDER", "ORGANIZATION_NAME",
        "PROVIDER_TIMEOUT_MS",
        "CLOUDFLARE_BASE_URL", "CLOUDFLARE_API_TOKEN_PARAMETER", "CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_KV_NAMESPACE_ID",
    },
    "Notifications": _TOKENS,
    "Hooks": _TOKENS | _MAKE | {"WEBHOOK_LOOPBACK"},
    "HookDeliveries": _TRIES | _MAKE | {
        "HOOK_DELIVERIES_QUEUE_URL", "HOOK_DELIVERIES_DEAD_LETTER_QUEUE_URL", "WEBHOOK_LOOPBACK", "WEBHOOK_TIMEOUT_MS",
        "DELIVERY_LEASE_SECONDS",
    },
    "TicketWork": _TRIES | {"TICKET_WORK_QUEUE_URL", "TICKET_WORK_DEAD_LETTER_QUEUE_URL", "ATTACHMENTS_BUCKET"},
    "Triage": _TRIES | {
        "TRIAGE_QUEUE_URL", "TRIAGE_DEAD_LETTER_QUEUE_URL", "TRIAGE_BY", "AI_PROVIDER", "ANTHROPIC_BASE_URL",
        "ANTHROPIC_API_KEY_PARAMETER", "ANTHROPIC_MODEL", "PROVIDER_TIMEOUT_MS",
    },
    "Schedules": _QUEUES,
}
SECRET = re.compile(r"(_KEY|_KEYS|_SECRET|_TOKEN|_PASSWORD)$")
_PARAMETER = "_PARAMETER"


def check(source: dict) -> Iterator[str]:
    """Every breach of a rule in the template as written, in words."""
    rules = (functions, routes, stream, queues, schedules, secrets, privileges, revocations, keys, buckets, table, alarms)
    for rule in rules:
        yield from rule(source)


def _name(logical_id: str) -> str:
    return logical_id.removesuffix("Function")


def _environment(properties: dict) -> dict:
    return properties.get("Environment", {}).get("Variables", {})


def _events(properties: dict, kind: str) -> list[dict]:
    return [event.get("Properties", {}) for event in properties.get("Events", {}).values() if event["Type"] == kind]


def functions(source: dict) -> Iterator[str]:
    shared = source["Globals"]["Function"]
    found = {_name(i): p for i, p in sam.of_type(source, FUNCTION).items()}
    if set(_environment(shared)) != SETTINGS["Globals"]:
        yield f"settings of all functions differ: {sorted(set(_environment(shared)) ^ SETTINGS['Globals'])}"
    if (shared["Runtime"], shared["Architectures"], shared["Handler"]) != ("provided.al2023", ["arm64"], "bootstrap"):
        yield "functions are arm64 bootstraps on provided.al2023"
    for name in sorted(set(found) ^ (set(SETTINGS) - {"Globals"})):
        yield f"function {name} is not one of the house's functions, or is missing"
    for name, properties in found.items():
        package = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()
        if properties["CodeUri"] != f"../target/lambda/registrar-{package}/":
            yield f"{name}: CodeUri is not the package's own folder"
        if name in SETTINGS and set(_environment(properties)) != SETTINGS[name]:
            yield f"{name}: settings differ: {sorted(set(_environment(properties)) ^ SETTINGS[name])}"
        logs = source["Resources"].get(f"{name}Logs", {})
        if properties.get("LoggingConfig", {}).get("LogGroup") != {"Ref": f"{name}Logs"}:
            yield f"{name}: does not log to a log group of its own"
        if "RetentionInDays" not in logs.get("Properties", {}):
            yield f"{name}: its log is kept for ever"
        if name in CALLS_PROVIDERS:
            yield from _concurrency(name, properties)


def _concurrency(name: str, properties: dict) -> Iterator[str]:
    """A worker that calls a provider runs as often at once as it reads its queue, and has that set aside."""
    most = [e.get("ScalingConfig", {}).get("MaximumConcurrency") for e in _events(properties, "SQS")]
    if properties.get("ReservedConcurrentExecutions") != {"Fn::If": ["ReservesConcurrency", most[0], {"Ref": "AWS::NoValue"}]}:
        yield f"{name}: calls its provider as often at once as the account allows, or is kept from it by others"


def routes(source: dict) -> Iterator[str]:
    for name, prefixes in PREFIXES.items():
        events = _events(source["Resources"].get(f"{name}Function", {}).get("Properties", {}), "HttpApi")
        found = sorted((e.get("Method", "$default"), e.get("Path", "$default")) for e in events)
        wanted = [("ANY", path) for prefix in prefixes for path in (prefix, prefix + "/{proxy+}")]
        if name == "Identity":
            wanted.append(("$default", "$default"))
        if found != sorted(wanted):
            yield f"{name}: routes are not exactly its prefixes and what is below them"


def stream(source: dict) -> Iterator[str]:
    events = _events(source["Resources"]["RelayFunction"]["Properties"], "DynamoDB")
    if len(events) != 1:
        yield "Relay: reads the stream once"
    for event in events:
        patterns = [json.loads(f["Pattern"]) for f in event.get("FilterCriteria", {}).get("Filters", [])]
        outbox = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"PK": {"S": [{"prefix": "OUTBOX#"}]}}}}
        if patterns != [outbox]:
            yield "Relay: would be woken by more than inserted outbox items, its own deletes among them"
        if event.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield "Relay: one bad record would repeat its whole batch"
        if not event.get("BisectBatchOnFunctionError") or "OnFailure" not in event.get("DestinationConfig", {}):
            yield "Relay: one bad record would block its shard or vanish"


def queues(source: dict) -> Iterator[str]:
    found = sam.of_type(source, QUEUE)
    tries = source["Parameters"]["DeliveryMaxAttempts"]["MaxValue"]
    shared = source["Globals"]["Function"]["Timeout"]
    for name, properties in found.items():
        if properties.get("SqsManagedSseEnabled") is not True:
            yield f"{name}: not encrypted"
        redrive = properties.get("RedrivePolicy")
        if name.endswith("DeadLetterQueue"):
            continue
        if redrive is None:
            yield f"{name}: has no dead-letter queue"
        elif redrive["maxReceiveCount"] <= tries:
            yield f"{name}: messages would be moved away before the worker has tried {tries} times"
    # The only queues with personal data: what phones said.
    for name, days in (("ConversationsQueue", 4), ("ConversationsDeadLetterQueue", 14)):
        if found[name].get("MessageRetentionPeriod") != days * 86400:
            yield f"{name}: keeps what people said for other than {days} days"
    readers = [
        role
        for role, properties in sam.of_type(source, "AWS::IAM::Role").items()
        for statement in (s for p in properties["Policies"] for s in p["PolicyDocument"]["Statement"])
        if "sqs:ReceiveMessage" in statement["Action"] and "ConversationsDeadLetterQueue" in json.dumps(statement["Resource"])
    ]
    if readers:
        yield f"ConversationsDeadLetterQueue: {readers} may read what people said"
    for worker in WORKERS:
        properties = source["Resources"][f"{worker}Function"]["Properties"]
        events = _events(properties, "SQS")
        if [e.get("FunctionResponseTypes") for e in events] != [["ReportBatchItemFailures"]]:
            yield f"{worker}: one failed message would repeat its whole batch"
        timeout = properties.get("Timeout", shared)
        if found[f"{worker}Queue"]["VisibilityTimeout"] < SMALLEST_VISIBILITY * timeout:
            yield f"{worker}Queue: messages show again while they are worked on"


def schedules(source: dict) -> Iterator[str]:
    events = _events(source["Resources"]["SchedulesFunction"]["Properties"], "ScheduleV2")
    found = {json.loads(e["Input"])["task"]: e["ScheduleExpression"] for e in events}
    if found != {task: every if "(" in every else f"rate({every})" for task, every in TASKS.items()}:
        yield "Schedules: tasks or their times differ"


def secrets(source: dict) -> Iterator[str]:
    """Environments name secrets and hold none; a role reads those that its function's environment names, and no others."""
    for logical_id, properties in sam.of_type(source, FUNCTION).items():
        name, wanted = _name(logical_id), set()
        for setting, value in _environment(properties).items():
            if SECRET.search(setting) or "{{resolve:" in json.dumps(value):
                yield f"{name}: {setting} stands in the environment, which others than the function can read"
            if setting.endswith(_PARAMETER):
                key = setting.removesuffix(_PARAMETER).lower()
                wanted.add(key)
                if value != {"Fn::Sub": f"${{SecretsPath}}/{key}"}:
                    yield f"{name}: {setting} is not the parameter of its name"
        arn = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${SecretsPath}/"
        allowed = set()
        for role, statement in _statements(source):
            if role != f"{name}Role" or not any(a.startswith(("ssm:", "secretsmanager:")) for a in statement["Action"]):
                continue
            if statement["Action"] != ["ssm:GetParameters"]:
                yield f"{role}/{statement['Sid']}: does more with secrets than read its own"
            allowed |= {resource.get("Fn::Sub", "").removeprefix(arn) for resource in statement["Resource"]}
        if allowed != wanted:
            yield f"{name}: reads other secrets than its environment names: {sorted(allowed ^ wanted)}"


def privileges(source: dict) -> Iterator[str]:
    for logical_id, properties in sam.of_type(source, FUNCTION).items():
        if properties.get("Role") != {"Fn::GetAtt": [f"{_name(logical_id)}Role", "Arn"]}:
            yield f"{_name(logical_id)}: without a role of its own it gets the wide one that SAM makes"
    for role, properties in sam.of_type(source, "AWS::IAM::Role").items():
        if properties.get("ManagedPolicyArns"):
            yield f"{role}: managed policies are wider than a function needs"
        for policy in properties["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield from _statement(role, statement)


def _statement(role: str, statement: dict) -> Iterator[str]:
    where = f"{role}/{statement.get('Sid')}"
    if any("*" in action for action in statement["Action"]):
        yield f"{where}: actions are named one by one"
    if "dynamodb:Scan" in statement["Action"]:
        yield f"{where}: nobody scans the table"
    resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
    if "*" in resources:
        yield f"{where}: resources are named one by one"
    items = {"Fn::GetAtt": ["Table", "Arn"]}
    lists = [{"Fn::Sub": f"${{Table.Arn}}/index/GSI{n}"} for n in range(1, 7)]
    if any(resource == items or "/index/" in json.dumps(resource) for resource in resources):
        if any(resource not in (items, *lists) for resource in resources):
            yield f"{where}: indexes are named one by one"
        condition = statement.get("Condition", {})
        keys = condition.get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", [])
        if not keys or any(not re.fullmatch(r"[A-Z]+(#\*|#[A-Za-z]+(#?\*)?)?", key) for key in keys):
            yield f"{where}: the table is reached without naming the partitions"
        # A condition for all values holds where there are none.
        if condition.get("Null") != {"dynamodb:LeadingKeys": "false"}:
            yield f"{where}: what names no partition is let through"
    for operator, tests in statement.get("Condition", {}).items():
        for key in tests if operator.startswith("ForAllValues:") else ():
            if statement["Condition"].get("Null", {}).get(key) != "false":
                yield f"{where}: {operator} holds where there is no {key}"
    if "s3:ListBucket" in statement["Action"]:
        prefix = statement.get("Condition", {}).get("StringLike", {}).get("s3:prefix", "*")
        if not re.fullmatch(r"[a-z-]+/([a-z-]+/)?\*", prefix) or statement["Action"] != ["s3:ListBucket"]:
            yield f"{where}: lists a bucket as a whole"


def revocations(source: dict) -> Iterator[str]:
    """Who issues and revokes writes what says so, and nobody else; what is revoked stays so; counters are named."""
    for role, statement in _statements(source):
        partitions = {key.removesuffix("#*") for key in _partitions(statement)}
        writes = set(statement["Action"]) & WRITES
        for partition, writers in WRITERS.items():
            if partition in partitions and writes and role.removesuffix("Role") not in writers:
                yield f"{role}/{statement['Sid']}: writes {partition}"
        if "STATUSLIST" in partitions and "dynamodb:DeleteItem" in writes:
            yield f"{role}/{statement['Sid']}: takes revocations back"
        if "COUNTER" in partitions:
            yield f"{role}/{statement['Sid']}: reaches the counters of others"
        for partition, readers in READERS.items():
            if partition in partitions and role.removesuffix("Role") not in readers:
                yield f"{role}/{statement['Sid']}: reaches {partition}"


def _statements(source: dict) -> Iterator[tuple[str, dict]]:
    for role, properties in sam.of_type(source, "AWS::IAM::Role").items():
        for policy in properties["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield role, statement


def _partitions(statement: dict) -> list[str]:
    return statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", [])


def keys(source: dict) -> Iterator[str]:
    for name in sam.of_type(source, "AWS::KMS::Key"):
        if source["Resources"][name].get("DeletionPolicy") != "Retain":
            yield f"{name}: would go with the stack, and what it sealed or signed with it"
    for role, properties in sam.of_type(source, "AWS::IAM::Role").items():
        for statement in (s for p in properties["Policies"] for s in p["PolicyDocument"]["Statement"]):
            actions = {a for a in statement["Action"] if a.startswith("kms:")}
            if "kms:Sign" in actions and role != "RenderingRole":
                yield f"{role}/{statement.get('Sid')}: signs badges"
            if actions and "Condition" not in statement:
                yield f"{role}/{statement.get('Sid')}: uses keys for anything"


def buckets(source: dict) -> Iterator[str]:
    tls_only = {
        properties["Bucket"]["Ref"]
        for properties in sam.of_type(source, "AWS::S3::BucketPolicy").values()
        if any(
            s["Effect"] == "Deny" and s.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
            for s in properties["PolicyDocument"]["Statement"]
        )
    }
    for name, properties in sam.of_type(source, "AWS::S3::Bucket").items():
        block = properties.get("PublicAccessBlockConfiguration", {})
        wanted = {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"}
        if {key for key, value in block.items() if value is True} != wanted:
            yield f"{name}: could be made public"
        if "BucketEncryption" not in properties:
            yield f"{name}: not encrypted"
        if name not in tls_only:
            yield f"{name}: answers without TLS"
        if source["Resources"][name].get("DeletionPolicy") != "Retain":
            yield f"{name}: would go with the stack"
        if name != "AccessLogsBucket" and properties.get("LoggingConfiguration", {}).get("DestinationBucketName") != {"Ref": "AccessLogsBucket"}:
            yield f"{name}: nobody could tell who read it"
        if properties.get("VersioningConfiguration") == {"Status": "Enabled"}:
            kept = [r["NoncurrentVersionExpiration"]["NoncurrentDays"] for r in properties["LifecycleConfiguration"]["Rules"] if "NoncurrentVersionExpiration" in r]
            if kept != [7]:
                yield f"{name}: keeps what was deleted for other than a week"
        elif name == "AttachmentsBucket":
            yield f"{name}: what is deleted or written over is lost at once"
        if name == "CertificatesBucket" and "VersioningConfiguration" in properties:
            yield f"{name}: keeps what was withdrawn"
    yield from _certificates_bucket(source)
    yield from _attachments_bucket(source)
    yield from _imports_bucket(source)


def _certificates_bucket(source: dict) -> Iterator[str]:
    policy = source["Resources"]["CertificatesBucketPolicy"]["Properties"]["PolicyDocument"]
    documents = [{"Fn::Sub": f"${{CertificatesBucket.Arn}}/certificates/*.{kind}"} for kind in ("pdf", "png", "svg")]
    if not any(
        (s["Effect"], s["Principal"], s["Action"], s.get("NotResource")) == ("Deny", "*", "s3:PutObject", documents)
        for s in policy["Statement"]
    ):
        yield "CertificatesBucket: takes other files than certificates and badges"


def _attachments_bucket(source: dict) -> Iterator[str]:
    lifecycle = source["Resources"]["AttachmentsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    # Where uploads go: registrar_domain::attachment::INCOMING.
    incoming = [r for r in lifecycle if r.get("Prefix") == "ticket-attachments/incoming/" and r["Status"] == "Enabled"]
    if [rule.get("ExpirationInDays") for rule in incoming] != [1]:
        yield "AttachmentsBucket: keeps uploads that nobody completed"
    if any("ExpirationInDays" in rule and rule not in incoming for rule in lifecycle):
        yield "AttachmentsBucket: deletes files that messages have"
    for role, properties in sam.of_type(source, "AWS::IAM::Role").items():
        for statement in (s for p in properties["Policies"] for s in p["PolicyDocument"]["Statement"]):
            objects = [a for a in statement["Action"] if a.startswith("s3:") and a != "s3:ListBucket"]
            if objects and not re.search(r"Bucket\.Arn\}/[a-z-]+/", json.dumps(statement["Resource"])):
                yield f"{role}/{statement.get('Sid')}: files are reached without naming their prefix"


def _imports_bucket(source: dict) -> Iterator[str]:
    lifecycle = source["Resources"]["ImportsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    # Where uploads go, and where files are kept: registrar_domain::bulk.
    kept = {rule["Prefix"]: rule["ExpirationInDays"] for rule in lifecycle if "Prefix" in rule and rule["Status"] == "Enabled"}
    if kept != {"imports/incoming/": 1, "imports/certificates/": 30}:
        yield "ImportsBucket: keeps people's addresses for longer than its workers need them"


def table(source: dict) -> Iterator[str]:
    properties = source["Resources"]["Table"]["Properties"]
    if source["Resources"]["Table"].get("DeletionPolicy") != "Retain":
        yield "Table: would go with the stack"
    wanted = {
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
        "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "SSESpecification": {"SSEEnabled": True},
        "DeletionProtectionEnabled": True,
    }
    for key, value in wanted.items():
        if properties.get(key) != value:
            yield f"Table: {key} is not {value}"


def alarms(source: dict) -> Iterator[str]:
    watched = json.dumps(sam.of_type(source, "AWS::CloudWatch::Alarm"))
    for queue in sam.of_type(source, QUEUE):
        if queue.endswith("DeadLetterQueue") and json.dumps({"Fn::GetAtt": [queue, "QueueName"]}) not in watched:
            yield f"{queue}: nobody hears of what lands there"
    for function in sam.of_type(source, FUNCTION):
        if watched.count(json.dumps({"Name": "FunctionName", "Value": {"Ref": function}})) < 2:
            yield f"{function}: nobody hears of its errors or throttles"

#!/usr/bin/env bash
# cfn-lint 1.58.0 and aws-sam-translator 1.115.0 (PyPI).
#
# A SAM template with four faults: a timeout of 3000 seconds, a batch of 20000, ReportBatchItemFailure without its s, and a
# rate of "5 minute". cfn-lint takes SAM templates, so one would expect it to name them. It answers that all is well. Of the
# same template expanded by SAM's own translator it names all four, and the queue whose visibility is shorter than the timeout.
# It does look at the template as written: a MemorySize of 64 it names there.
#
# Seen:
#   as written: nothing
#   as written, with MemorySize 64: E3034
#   expanded: E3027 E3030 E3034 E3505 E3717
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/pip install --quiet --disable-pip-version-check cfn-lint==1.58.0 aws-sam-translator==1.115.0
cat >template.yaml <<'YAML'
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      InlineCode: "def handler(event, context): pass"
      Timeout: 3000
      Events:
        Jobs:
          Type: SQS
          Properties:
            Queue: !GetAtt Queue.Arn
            BatchSize: 20000
            FunctionResponseTypes: [ReportBatchItemFailure]
        Tick:
          Type: Schedule
          Properties: {Schedule: rate(5 minute)}
  Queue:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: 30}
YAML
sed 's/^      Timeout: 3000$/&\n      MemorySize: 64/' template.yaml >small.yaml
AWS_DEFAULT_REGION=us-east-1 v/bin/python - 2>python.log <<'PYTHON'
import json
from pathlib import Path

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoPolicies:
    def load(self):
        return {}


expanded = transform(yaml_parse(Path("template.yaml").read_text()), {}, NoPolicies())
Path("expanded.json").write_text(json.dumps(expanded, indent=1))
PYTHON
named() {
  local rules
  rules="$({ v/bin/cfn-lint --format parseable "$1" || true; } | grep -o ':[EW][0-9]\{4\}:' | tr -d : | sort -u | xargs)"
  echo "${rules:-nothing}"
}
{
  echo "as written: $(named template.yaml)"
  echo "as written, with MemorySize 64: $(named small.yaml)"
  echo "expanded: $(named expanded.json)"
} >seen
diff - seen <<'SEEN'
as written: nothing
as written, with MemorySize 64: E3034
expanded: E3027 E3030 E3034 E3505 E3717
SEEN
echo "as stated"

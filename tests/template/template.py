"""Reads the SAM template and expands it as AWS does at deployment.

The linter no longer expands SAM by itself, and most of what it can find is only there in the expanded form.
"""

from copy import deepcopy
from pathlib import Path

from boto3.session import Session
from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

ROOT = Path(__file__).resolve().parents[2]
PATH = ROOT / "infra" / "template.yaml"
REGION = "eu-central-1"

# Where `sam deploy` would have put the code; the translator takes no local folder.
UPLOADED = "s3://uploaded/function.zip"


def read() -> dict:
    """The template as written, short intrinsic functions in their long form."""
    return yaml_parse(PATH.read_text(encoding="utf-8"))


def expand(source: dict) -> dict:
    """What CloudFormation gets to see; raises InvalidDocumentException when SAM refuses the template."""
    template = deepcopy(source)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = UPLOADED
    # No managed policies: the template names none, and asking for them needs an account.
    translator = Translator({}, Parser(), boto_session=Session(region_name=REGION))
    try:
        return translator.translate(template, {})
    finally:
        translator.metrics.publish()  # to nobody; it complains when this is not done


def of_type(template: dict, kind: str) -> dict:
    """Properties by logical id of the resources of one type."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }

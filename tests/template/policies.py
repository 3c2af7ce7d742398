"""What checkov, a scanner of infrastructure, has against the expanded template beyond what accepted.yaml gives a reason for.

It has a folder of its own beside the other tools, because it asks for one version of boto3 and they for another. It asks
nobody: its checks come with it, and it is told not to look for newer ones or for a newer self.
"""

import json
import os
import subprocess
import sys
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path

import template as sam
import yaml

PROGRAM = Path(sys.prefix) / "checkov" / "bin" / "checkov"
ACCEPTED = Path(__file__).with_name("accepted.yaml")
OFFLINE = {"CKV_SKIP_PACKAGE_UPDATE_CHECK": "true", "BC_SKIP_MAPPING": "TRUE"}


def findings(source: dict) -> list[tuple[str, str, str]]:
    """Each failed check: its id, what it asks for, and the logical id of what fails it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.json"
        file.write_text(json.dumps(sam.expand(source)), encoding="utf-8")
        command = [
            PROGRAM, "--file", file, "--framework", "cloudformation", "--skip-download", "--quiet", "--compact", "--output", "json",
        ]
        done = subprocess.run(command, env=os.environ | OFFLINE, capture_output=True, text=True, timeout=120, check=False)
    # It ends with 1 where it found something; without a report it found nothing because it did not look.
    try:
        report = json.loads(done.stdout)
    except ValueError:
        raise RuntimeError(f"checkov ended with {done.returncode}: {done.stdout}{done.stderr}") from None
    if report["summary"]["parsing_errors"] or not report["summary"]["passed"]:
        raise RuntimeError(f"checkov could not read the template: {report['summary']}")
    failed = report["results"]["failed_checks"]
    return [(f["check_id"], f["check_name"], f["resource"].rsplit(".", 1)[-1]) for f in failed]


def check(source: dict) -> list[str]:
    """Findings without a reason, and reasons without a finding."""
    accepted = yaml.safe_load(ACCEPTED.read_text(encoding="utf-8"))
    patterns = [(entry["check"], pattern) for entry in accepted for pattern in entry["resources"] if entry["reason"]]
    used, problems = set(), []
    for found, what, resource in findings(source):
        fits = [(known, pattern) for known, pattern in patterns if known == found and fnmatchcase(resource, pattern)]
        used.update(fits)
        if not fits:
            problems.append(f"{resource}: {what} ({found})")
    return problems + [f"accepted.yaml: nothing fails {known} as {pattern}" for known, pattern in patterns if (known, pattern) not in used]

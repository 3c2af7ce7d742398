"""Checks infra/template.yaml without an account and without the network.

1. The house's own rules (rules.py) on the template as written.
2. Every setting that ARCHITECTURE.md names is in the template, and no other.
3. Every partition that a policy names is one of the store's.
4. Expansion by the translator that AWS runs, then cfn-lint on the expanded template.
5. checkov on the expanded template, but for what accepted.yaml gives a reason for.
6. `sam validate --lint`.
7. Every seeded fault (faults.py) is refused by the one that has to refuse it.

Usage: python tests/template/check.py
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from pathlib import Path

os.environ["SAM_CLI_TELEMETRY"] = "0"

import policies
import rules
import template as sam
from cfnlint.api import ManualArgs, lint
from faults import FAULTS, Fault
from samtranslator.model.exceptions import InvalidDocumentException


def lint_expanded(source: dict) -> list[str]:
    """What cfn-lint says about the expanded template."""
    expanded = json.dumps(sam.expand(source))
    return [f"{m.rule.id} {m.message}" for m in lint(expanded, config=ManualArgs(regions=[sam.REGION]))]


def documented_settings(source: dict) -> list[str]:
    """Where the settings table of ARCHITECTURE.md and the template's environments differ."""
    document = (sam.ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = document.split("\n## Settings", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    documented = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    functions = sam.of_type(source, rules.FUNCTION).values()
    environments = [source["Globals"]["Function"], *functions]
    present = {name for f in environments for name in f.get("Environment", {}).get("Variables", {})}
    # Environments name the parameters of secrets.
    present = {name.removesuffix("_PARAMETER") for name in present}
    # One row stands for the dead-letter queues of all workers.
    present = {re.sub(r"^[A-Z_]+(_DEAD_LETTER_QUEUE_URL)$", r"DELIVERIES\1", name) for name in present}
    return [f"{name}: in ARCHITECTURE.md or the template, not in both" for name in sorted(documented ^ present)]


def known_partitions(source: dict) -> list[str]:
    """Partitions that a policy names and the store has none of."""
    folder = sam.ROOT / "shared/store/src"
    keys = "".join(file.read_text(encoding="utf-8") for file in (folder / "keys.rs", *folder.glob("keys/*.rs")))
    policies = json.dumps(sam.of_type(source, "AWS::IAM::Role"))
    named = set(re.findall(r'"([A-Z]+)(?:#[A-Za-z#*]+)?"', "".join(re.findall(r'LeadingKeys": (\[.*?\])', policies))))
    return [
        f"{name}: the store has no such keys" for name in sorted(named) if not re.search(rf"[`\"]{name}[#`\"]", keys)
    ]


def sam_validate() -> list[str]:
    """What `sam validate --lint` says; it looks the credentials up, so it gets some that mean nothing."""
    environment = os.environ | {
        "AWS_DEFAULT_REGION": sam.REGION,
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    command = [Path(sys.executable).with_name("sam"), "validate", "--lint", "--template", sam.PATH]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return [] if done.returncode == 0 else [done.stdout + done.stderr]


def refusals(template: dict, by: str) -> list[str]:
    """What the named one has against the template."""
    try:
        match by:
            case "rules":
                return list(rules.check(template))
            case "lint":
                return lint_expanded(template)
            case "policies":
                return policies.check(template)
            case "sam":
                sam.expand(template)
                return []
    except InvalidDocumentException as refusal:
        return [str(refusal)] if by == "sam" else []
    raise ValueError(f"nobody is called {by}")


def fault_is_refused(source: dict, fault: Fault) -> list[str]:
    template = deepcopy(source)
    fault.seed(template)
    return [] if refusals(template, fault.by) else [f"{fault.by} did not refuse it"]


def checks() -> list[tuple[str, Callable[[], list[str]]]]:
    """Every check by its name."""
    source = sam.read()
    return [
        ("the house's own rules hold", lambda: list(rules.check(source))),
        ("settings are those of ARCHITECTURE.md", lambda: documented_settings(source)),
        ("policies name partitions that the store has", lambda: known_partitions(source)),
        ("the expanded template lints clean", lambda: lint_expanded(source)),
        ("the expanded template passes checkov", lambda: policies.check(source)),
        ("sam validate --lint accepts it", sam_validate),
        *((f"refused: {fault.name}", lambda fault=fault: fault_is_refused(source, fault)) for fault in FAULTS),
    ]


def found_by(number: int) -> list[str]:
    """What the check of this number finds."""
    return checks()[number][1]()


def main() -> int:
    names = [name for name, _ in checks()]
    failed = 0
    # A linter keeps one processor busy, so that each of the others gets a check of its own.
    with ProcessPoolExecutor() as processes:
        for name, found in zip(names, processes.map(found_by, range(len(names))), strict=True):
            failed += bool(found)
            print(f"{'FAIL' if found else 'ok  '} {name}", *found, sep="\n       ", flush=True)
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""What SAM makes of a template, in CloudFormation's own words, as JSON. Runs in .venv-scan, without AWS.

`python transformed.py TEMPLATE OUTPUT`
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

IMAGE = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/sentiment@sha256:{'0' * 64}"


class NoPolicies:
    """AWS's managed policies by name. The template names none."""

    def load(self) -> dict[str, str]:
        return {}


def main(template: Path, output: Path) -> None:
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    read: dict[str, Any] = yaml_parse(template.read_text())
    for resource in read["Resources"].values():  # as `sam deploy` does
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["ImageUri"] = IMAGE
        if resource["Type"] == "AWS::Serverless::StateMachine":
            resource["Properties"]["DefinitionUri"] = "s3://sentiment/definition"
    output.write_text(json.dumps(transform(read, {}, NoPolicies()), indent=1))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

"""What must hold between the template, the image and the code."""

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from predict.settings import Settings

ROOT = Path(__file__).parents[1]


class Cloudformation(yaml.SafeLoader):
    """Reads !Ref and its like as {"Ref": ...}."""


def _tagged(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    assert isinstance(node, yaml.ScalarNode)
    return {tag: loader.construct_scalar(node)}


Cloudformation.add_multi_constructor("!", _tagged)
TEMPLATE = yaml.load((ROOT / "template.yaml").read_text(), Cloudformation)
FUNCTIONS = {
    name: resource
    for name, resource in TEMPLATE["Resources"].items()
    if resource["Type"] == "AWS::Serverless::Function"
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_runs_a_handler_of_the_same_image(name: str) -> None:
    properties = FUNCTIONS[name]["Properties"]
    assert properties["PackageType"] == "Image"
    [command] = properties["ImageConfig"]["Command"]
    module, _, function = command.rpartition(".")
    assert callable(getattr(importlib.import_module(module), function))
    image = {"Dockerfile": "Dockerfile", "DockerContext": ".", "DockerTag": "latest"}
    assert FUNCTIONS[name]["Metadata"] == image


def test_every_variable_is_a_setting() -> None:
    variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    assert {name.lower() for name in variables} <= set(Settings._fields)
    assert TEMPLATE["Parameters"]["Model"]["Default"] == Settings().model


def test_a_function_ends_before_api_gateway_gives_up() -> None:
    assert TEMPLATE["Globals"]["Function"]["Timeout"] < 29


def test_the_api_is_closed_by_default_and_throttled() -> None:
    auth = TEMPLATE["Resources"]["Api"]["Properties"]["Auth"]
    assert auth["ApiKeyRequired"] is True
    assert auth["UsagePlan"].keys() >= {"CreateUsagePlan", "Throttle", "Quota"}
    for function in FUNCTIONS.values():
        for source in function["Properties"].get("Events", {}).values():
            assert source["Properties"]["RestApiId"] == {"Ref": "Api"}

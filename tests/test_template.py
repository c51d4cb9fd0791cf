"""What must hold between the template, the image and the code, of every resource that there is or will be."""

import importlib
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from model import Classifier
from model.artifact import HISTOGRAMS
from predict import drift, notifications, objects, queue, settings, streams, warm
from predict.bulk.order import MAX_BATCH, Order
from predict.events import items
from predict.settings import Settings
from predict.telemetry import emf
from predict.telemetry.line import Line
from tests.aws.clock import endless

ROOT = Path(__file__).parents[1]
DAY = 86_400  # seconds


class Cloudformation(yaml.SafeLoader):
    """Reads !Ref and its like as {"Ref": ...}."""


def _tagged(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.SequenceNode):
        return {tag: loader.construct_sequence(node, deep=True)}
    if isinstance(node, yaml.MappingNode):
        return {tag: loader.construct_mapping(node, deep=True)}
    assert isinstance(node, yaml.ScalarNode)
    return {tag: loader.construct_scalar(node)}


Cloudformation.add_multi_constructor("!", _tagged)
TEMPLATE = yaml.load((ROOT / "template.yaml").read_text(), Cloudformation)
RESOURCES = TEMPLATE["Resources"]


def properties(type: str) -> dict[str, Any]:
    """Those of each resource of a type, by the resource's name."""
    return {name: found["Properties"] for name, found in RESOURCES.items() if found["Type"] == type}


def named(reference: dict[str, str]) -> str:
    """The resource in {"Ref": "Queue"}, {"GetAtt": "Queue.Arn"} or {"Sub": "${Bucket.Arn}/*"}."""
    [target] = reference.values()
    return re.split(r"\W", target.rpartition("${")[2])[0]


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def anywhere(key: str, node: Any = RESOURCES) -> Iterator[Any]:
    """Each value of `key`, however deep."""
    for name, child in node.items() if isinstance(node, dict) else enumerate(node):
        if name == key:
            yield child
        if isinstance(child, dict | list):
            yield from anywhere(key, child)


ABSENT = {"Ref": "AWS::NoValue"}
FUNCTIONS = properties("AWS::Serverless::Function")
WORKERS = [name for name in FUNCTIONS if name != "CheckFunction"]
# Their traffic moves from version to version. A job stays in its version, and a schedule is no traffic.
DOORS = [name for name in WORKERS if name not in ("BulkFunction", "DriftFunction")]
ROUTES = RESOURCES["Api"]["Properties"]["DefinitionBody"]
MAPPINGS = properties("AWS::Lambda::EventSourceMapping")
QUEUES = properties("AWS::SQS::Queue")
BUCKETS = properties("AWS::S3::Bucket")
QUEUE_POLICIES = properties("AWS::SQS::QueuePolicy")
FEEDS = {name: named(mapping["EventSourceArn"]) for name, mapping in MAPPINGS.items()}
POLLED = {named(mapping["FunctionName"]) for mapping in MAPPINGS.values()}
FAILURES = QUEUES.keys() - FEEDS.values()


def events(function: str) -> list[dict[str, Any]]:
    return list(FUNCTIONS[function].get("Events", {}).values())


def reserved(function: str) -> int:
    condition, count, otherwise = FUNCTIONS[function]["ReservedConcurrentExecutions"]["If"]
    assert (condition, otherwise) == ("Reserves", {"Ref": "AWS::NoValue"})
    return int(count)


def chosen(node: Any, **parameters: Any) -> Any:
    """What a deployment with these parameters, and defaults for the others, makes of a part."""
    defaults = {name: parameter["Default"] for name, parameter in TEMPLATE["Parameters"].items()}
    return _choose(node, defaults | parameters)


def _choose(node: Any, values: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [found for item in node if (found := _choose(item, values)) != ABSENT]
    match node:
        case {"If": [condition, so, otherwise]}:
            return _choose(so if _holds(condition, values) else otherwise, values)
        case {"Ref": name} if name in values:
            return values[name]
        case {"Join": [separator, items]}:
            return separator.join(_choose(items, values))
        case dict():
            kept = {name: _choose(item, values) for name, item in node.items()}
            return {name: item for name, item in kept.items() if item != ABSENT}
    return node


def _holds(condition: Any, values: dict[str, Any]) -> bool:
    match condition:
        case str() | {"Condition": _}:
            name = condition if isinstance(condition, str) else condition["Condition"]
            return _holds(TEMPLATE["Conditions"][name], values)
        case {"Equals": [left, right]}:
            return str(_choose(left, values)) == str(_choose(right, values))
        case {"Not": [negated]}:
            return not _holds(negated, values)
        case {"And": conditions}:
            return all(_holds(each, values) for each in conditions)
    raise ValueError(condition)


def made(name: str, **parameters: Any) -> bool:
    """Whether such a deployment has the resource."""
    condition = RESOURCES[name].get("Condition")
    return condition is None or chosen({"If": [condition, True, False]}, **parameters)


def role(function: str) -> dict[str, Any]:
    found: dict[str, Any] = RESOURCES[named(FUNCTIONS[function]["Role"])]["Properties"]
    return found


def granted(function: str) -> Iterator[tuple[str, str]]:
    """Each action that the function's own role allows, and on what, as the template writes it."""
    own = FUNCTIONS[function]["Role"]["GetAtt"].removesuffix(".Arn")
    apart = [found for found in properties("AWS::IAM::Policy").values() if {"Ref": own} in found["Roles"]]
    for policy in [*role(function).get("Policies", []), *apart]:
        for statement in policy["PolicyDocument"]["Statement"]:
            allowed = statement["If"][1] if "If" in statement else statement
            assert allowed["Effect"] == "Allow"
            if allowed["Action"] == "logs:GetQueryResults":  # it knows no resources
                continue
            for resource in many(allowed["Resource"]):
                assert isinstance(resource, dict), f"{function}: {resource} is no resource of this stack"
                yield from ((action, next(iter(resource.values()))) for action in many(allowed["Action"]))


def senders(policy: dict[str, Any]) -> dict[str, set[str]]:
    """Which resources of this stack may send to the policy's queue, by their service."""
    return {
        statement["Principal"]["Service"]: {
            named(source) for source in many(statement["Condition"]["ArnEquals"]["aws:SourceArn"])
        }
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    }


# Functions


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_runs_a_handler_of_the_same_image(name: str) -> None:
    assert FUNCTIONS[name]["PackageType"] == "Image"
    [command] = FUNCTIONS[name]["ImageConfig"]["Command"]
    module, _, function = command.rpartition(".")
    assert callable(getattr(importlib.import_module(module), function))
    image: dict[str, Any] = {"Dockerfile": "Dockerfile", "DockerContext": ".", "DockerTag": "latest"}
    if name == "BulkFunction":  # has two libraries more
        image |= {"DockerTag": "bulk", "DockerBuildArgs": {"LIBRARIES": "bulk"}}
    assert RESOURCES[name]["Metadata"] == image


def test_the_engine_gets_the_locks_of_both_images() -> None:
    sent = (ROOT / ".dockerignore").read_text().splitlines()
    [default] = re.findall(r"^ARG LIBRARIES=(\w+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for lock in (default, *(found["LIBRARIES"] for found in anywhere("DockerBuildArgs"))):
        assert (ROOT / "requirements" / f"{lock}.txt").is_file()
        assert f"!requirements/{lock}.txt" in sent


def variables(*functions: str) -> dict[str, Any]:
    sections = [TEMPLATE["Globals"]["Function"], *(FUNCTIONS[name] for name in functions)]
    return {
        k: v for section in sections for k, v in section.get("Environment", {}).get("Variables", {}).items()
    }


def test_every_variable_is_a_setting_or_what_the_check_of_a_new_version_reads() -> None:
    assert variables(*WORKERS).keys() <= {field.upper() for field in Settings._fields}
    source = (ROOT / "functions" / "rollout" / "hook.py").read_text()
    own = FUNCTIONS["CheckFunction"]["Environment"]["Variables"]
    assert [name for name in own if f'os.environ["{name}"]' not in source] == []


# The template sets the first ones itself. The others are of a server that listens.
NO_PARAMETERS = {"results_url", "input_url", "buckets", "object_function", "metrics_namespace"} | {
    "port",
    "aip_http_port",
    "aip_health_route",
    "aip_predict_route",
    "max_connections",
    "read_seconds",
}


@pytest.mark.parametrize("field", [field for field in Settings._fields if field not in NO_PARAMETERS])
def test_a_setting_can_be_chosen_at_deployment_and_has_the_default_of_the_code(field: str) -> None:
    parameter = field.title().replace("_", "")
    assert variables(*DOORS)[field.upper()] == {"Ref": parameter}
    default = TEMPLATE["Parameters"][parameter]["Default"]
    environ = {field.upper(): str(default)} if default != "" else {}
    assert settings.read(environ) == Settings()


def test_the_check_of_a_new_version_reads_the_settings_of_its_doors() -> None:
    assert set(variables("DirectFunction")) <= set(variables("CheckFunction"))


def test_each_function_has_a_memory_a_time_and_a_concurrency_of_its_own() -> None:
    for function in FUNCTIONS.values():
        assert function.keys() >= {"MemorySize", "Timeout", "ReservedConcurrentExecutions"}
    total = sum(map(reserved, FUNCTIONS))
    assert f"{total} in all" in TEMPLATE["Parameters"]["ReserveConcurrency"]["Description"]


def test_every_parameter_has_a_default_and_is_used() -> None:
    used = {name for key in ("Ref", "Sub") for name in map(str, anywhere(key, TEMPLATE))}
    for name, parameter in TEMPLATE["Parameters"].items():
        assert "Default" in parameter
        assert name in used, name
    assert {*TEMPLATE["Conditions"]} == {*conditions(TEMPLATE)}


def conditions(node: Any) -> Iterator[str]:
    """The names of the conditions that something depends on."""
    yield from (found for found in anywhere("Condition", node) if isinstance(found, str))  # IAM's are objects
    yield from (found[0] for found in anywhere("If", node))


def test_no_merge_key_hides_the_template_from_a_scanner() -> None:
    assert "<<" not in (ROOT / "template.yaml").read_text()


# The API


def test_a_function_ends_before_api_gateway_gives_up() -> None:
    assert FUNCTIONS["HttpFunction"]["Timeout"] < 29


def test_every_route_reaches_the_http_function_as_it_is_live() -> None:
    for integration in anywhere("x-amazon-apigateway-integration", ROUTES):
        assert integration["type"] == "aws_proxy"
        assert integration["uri"]["Sub"].endswith("/functions/${HttpFunction.Arn}:live/invocations")
    assert RESOURCES["ApiPermission"]["Properties"]["FunctionName"] == {"Ref": "HttpFunction.Alias"}


def keys(**parameters: Any) -> dict[str, list[str]]:
    """What each route asks for."""
    body = chosen(ROUTES, **parameters)
    found = {}
    for path, methods in body["paths"].items():
        for method, operation in methods.items():
            asked = [name for scheme in operation["security"] for name in scheme]
            assert set(asked) <= body["securityDefinitions"].keys()
            found[f"{method.removeprefix('x-amazon-apigateway-')} {path}"] = asked
    return found


@pytest.mark.parametrize("auth", ["key", "iam", "jwt"])
def test_the_api_is_closed_but_for_the_page_preflights_and_health_if_that_is_chosen(auth: str) -> None:
    asked = {
        "get /": [],  # a browser sends no key with an address
        "any-method /": [auth],
        "get /health": [],
        "options /{proxy+}": [],  # a browser sends no key with a preflight
        "any-method /{proxy+}": [auth],
    }
    assert keys(Auth=auth) == asked
    assert keys(Auth=auth, OpenHealth="no") == {**asked, "get /health": [auth]}


def test_the_api_asks_for_keys_by_default_which_a_plan_throttles() -> None:
    assert TEMPLATE["Parameters"]["Auth"]["Default"] == "key"
    plan = chosen(RESOURCES["ApiUsagePlan"]["Properties"])
    assert plan["Throttle"] == {"RateLimit": 50, "BurstLimit": 100}
    assert plan["Quota"] == {"Limit": 1_000_000, "Period": "MONTH"}
    assert plan["ApiStages"] == [{"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "Api.Stage"}}]
    for name in ("ApiKey", "ApiUsagePlan", "ApiUsagePlanKey"):
        assert (made(name), made(name, Auth="iam"), made(name, Auth="jwt")) == (True, False, False)


def test_tokens_are_those_of_the_user_pool_which_must_be_named() -> None:
    pool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbC"
    scheme = chosen(ROUTES, Auth="jwt", UserPool=pool)["securityDefinitions"]["jwt"]
    assert scheme["x-amazon-apigateway-authorizer"] == {"type": "cognito_user_pools", "providerARNs": [pool]}
    assert "jwt" not in chosen(ROUTES)["securityDefinitions"]
    [rule] = TEMPLATE["Rules"]["Tokens"]["Assertions"]
    assert rule["Assert"] == {"Not": [{"Equals": [{"Ref": "UserPool"}, ""]}]}


def test_what_is_open_is_throttled_below_the_rest() -> None:
    every, *open_to_all = RESOURCES["Api"]["Properties"]["MethodSettings"]
    assert every["ThrottlingBurstLimit"] <= reserved("HttpFunction")
    assert [(found["HttpMethod"], found["ResourcePath"]) for found in open_to_all] == [
        ("GET", "/"),
        ("GET", "/health"),
    ]
    for found in open_to_all:
        assert found["ThrottlingRateLimit"] < every["ThrottlingRateLimit"]


def test_errors_of_the_gateway_name_the_origin_whose_pages_may_read_them() -> None:
    assert "x-amazon-apigateway-gateway-responses" not in chosen(ROUTES)
    found = chosen(ROUTES, AllowedOrigins="https://app.example,https://b.example")
    answers = found["x-amazon-apigateway-gateway-responses"]
    assert answers.keys() == {"DEFAULT_4XX", "DEFAULT_5XX"}
    for answer in answers.values():
        text, names = answer["responseParameters"]["gatewayresponse.header.Access-Control-Allow-Origin"][
            "Sub"
        ]
        assert text == "'${First}'"
        assert names == {"First": {"Select": [0, {"Split": [",", "https://app.example,https://b.example"]}]}}


def test_access_logs_are_json_without_bodies_query_strings_and_keys() -> None:
    setting = RESOURCES["Api"]["Properties"]["AccessLogSetting"]
    assert setting["DestinationArn"] == {"GetAtt": "AccessLogs.Arn"}
    logged = json.loads(setting["Format"])
    allowed = {
        "requestTime",
        "requestId",
        "xrayTraceId",
        "httpMethod",
        "path",
        "status",
        "error.responseType",
    }
    allowed |= {"responseLength", "responseLatency", "integrationLatency"}
    allowed |= {"identity.sourceIp", "identity.apiKeyId", "identity.caller"}
    assert {value.removeprefix("$context.") for value in logged.values()} == allowed


def test_no_client_may_speak_a_tls_older_than_1_2() -> None:
    assert RESOURCES["Api"]["Properties"]["SecurityPolicy"].startswith("SecurityPolicy_TLS13_1_2_")
    assert RESOURCES["ApiDomain"]["Properties"]["SecurityPolicy"] == "TLS_1_2"


@pytest.mark.parametrize(
    ("names", "parameters"),
    [
        (["ApiDomain", "ApiDomainPath"], {"Domain": "mood.example.com"}),
        (["ApiWebAcl"], {"WebAcl": "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/w/1"}),
        (["HttpUrl"], {"FunctionUrl": "yes"}),
        (["Key"], {"OwnKey": "yes"}),
        (["BulkStateMachine", "BulkStateMachineRole", "BulkStateMachinePolicy"], {"StateMachine": "yes"}),
        (["Budget"], {"MonthlyBudget": 50}),
        (["AlarmSubscription"], {"AlarmEmail": "a@example.com"}),
    ],
)
def test_what_a_deployment_asks_for_is_there_and_not_by_default(
    names: list[str], parameters: dict[str, Any]
) -> None:
    for name in names:
        assert (made(name), made(name, **parameters)) == (False, True)


def test_a_function_url_takes_signatures_alone() -> None:
    assert RESOURCES["HttpUrl"]["Properties"]["AuthType"] == "AWS_IAM"


def test_a_path_of_the_domain_is_the_base_path_of_the_code() -> None:
    assert RESOURCES["ApiDomainPath"]["Properties"]["BasePath"] == {"Ref": "BasePath"}
    assert variables("HttpFunction")["BASE_PATH"] == {"Ref": "BasePath"}
    assert settings.read({"BASE_PATH": "mood"}).base_path == "/mood"


def test_in_a_vpc_a_function_is_in_the_subnets_that_are_named() -> None:
    config = TEMPLATE["Globals"]["Function"]["VpcConfig"]
    assert chosen(config) == ABSENT
    found = chosen(config, Subnets=["subnet-1", "subnet-2"], SecurityGroups=["sg-1"])
    assert found == {"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}


def test_with_a_key_of_its_own_all_that_rests_is_under_it() -> None:
    key = ({"Ref": "Key"}, {"GetAtt": "Key.Arn"})
    for found in QUEUES.values():
        assert chosen(found, OwnKey="yes")["KmsMasterKeyId"] in key
        assert "SqsManagedSseEnabled" not in chosen(found, OwnKey="yes")
    for topic in properties("AWS::SNS::Topic").values():
        assert chosen(topic, OwnKey="yes")["KmsMasterKeyId"] in key
    for group in properties("AWS::Logs::LogGroup").values():
        assert chosen(group, OwnKey="yes")["KmsKeyId"] in key
    for bucket in BUCKETS.values():
        [rule] = chosen(bucket, OwnKey="yes")["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] in key
    assert chosen(TEMPLATE["Globals"]["Function"]["KmsKeyArn"], OwnKey="yes") in key


# Versions


def test_callers_and_sources_reach_the_version_that_is_live() -> None:
    assert TEMPLATE["Globals"]["Function"]["AutoPublishAlias"] == "live"
    for name in WORKERS:
        assert "AutoPublishAlias" not in RESOURCES[name].get("IgnoreGlobals", [])
        assert FUNCTIONS[name]["AutoPublishAliasAllProperties"] is True  # else some changes publish nothing
    for mapping in MAPPINGS.values():
        assert mapping["FunctionName"] == {"Ref": f"{named(mapping['FunctionName'])}.Alias"}


def test_alarms_and_the_check_move_traffic_back() -> None:
    preference = TEMPLATE["Globals"]["Function"]["DeploymentPreference"]
    assert preference["Hooks"] == {"PreTraffic": {"Ref": "CheckFunction"}}
    for name in FUNCTIONS.keys() - DOORS:  # the check cannot check itself
        assert "DeploymentPreference" in RESOURCES[name]["IgnoreGlobals"]
    assert [name for name in DOORS if "IgnoreGlobals" in RESOURCES[name]] == []
    assert reserved("CheckFunction") == len(DOORS)
    for alarm in preference["Alarms"]:
        assert RESOURCES[named(alarm)]["Type"] == "AWS::CloudWatch::Alarm"
    assert TEMPLATE["Parameters"]["Rollout"]["Default"] == "Canary10Percent5Minutes"


def test_the_check_tries_the_new_version_of_each_door_and_codedeploy_may_invoke_it() -> None:
    check = FUNCTIONS["CheckFunction"]
    assert check["FunctionName"]["Sub"].startswith("CodeDeployHook_")  # CodeDeploy's role allows this name
    text, versions = check["Environment"]["Variables"]["VERSIONS"]["Sub"]
    assert sorted(found["Ref"] for found in versions.values()) == sorted(f"{name}.Version" for name in DOORS)
    for part in text.split(","):
        door, _, name = part.partition("=")
        [command] = FUNCTIONS[named(versions[name.strip("${}")])]["ImageConfig"]["Command"]
        assert command == f"predict.{door}.handler"
    allowed = {
        named({"Sub": resource}) for action, resource in granted("CheckFunction") if "lambda:" in action
    }
    assert allowed == set(DOORS)


def test_a_snapshot_and_provisioned_concurrency_do_not_go_together() -> None:
    assert TEMPLATE["Parameters"]["SnapStart"]["Default"] == "None"
    [rule] = TEMPLATE["Rules"]["Snapshots"]["Assertions"]
    assert rule["Assert"] == {"Equals": [{"Ref": "ProvisionedConcurrency"}, 0]}
    config = FUNCTIONS["HttpFunction"]["ProvisionedConcurrencyConfig"]
    assert chosen(config) == ABSENT
    assert chosen(config, ProvisionedConcurrency=2) == {"ProvisionedConcurrentExecutions": 2}


# Roles


def test_a_role_has_only_policies_that_are_written_here() -> None:
    for function in FUNCTIONS:
        assert role(function)["ManagedPolicyArns"] == [{"Ref": "EveryFunctionPolicy"}]
        assert "Policies" not in FUNCTIONS[function]


def test_no_two_functions_share_a_role() -> None:
    roles = [named(function["Role"]) for function in FUNCTIONS.values()]
    assert len(set(roles)) == len(roles)


def test_what_every_function_may_do_names_its_resource_where_aws_has_one() -> None:
    statements = RESOURCES["EveryFunctionPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    by_default = [
        (statement["Action"], statement["Resource"])
        for statement in chosen(statements)
        if statement != ABSENT
    ]
    assert by_default == [
        (["logs:CreateLogStream", "logs:PutLogEvents"], {"GetAtt": "Logs.Arn"}),
        (["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
    ]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_policy_has_a_wildcard_but_for_objects_versions_and_deployments(name: str) -> None:
    for action, resource in granted(name):
        assert "*" not in action
        objects_or_versions = r"\$\{\w+Bucket\.Arn}/(\w+/)?\*|\$\{\w+Function\.Arn}:\*"
        tail = rf"{objects_or_versions}|.*:\$\{{ServerlessDeploymentApplication}}/\*"
        assert "*" not in resource or re.fullmatch(tail, resource)


def test_only_the_object_function_may_read_the_input_and_nobody_may_write_it() -> None:
    touching = {
        (name, action)
        for name in FUNCTIONS
        for action, resource in granted(name)
        if "InputBucket" in resource
    }
    reading = ("s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket")
    listing = {("BulkFunction", "s3:ListBucket")}
    assert touching == {("ObjectFunction", action) for action in reading} | listing


def test_a_function_may_write_results_if_it_knows_where_and_only_the_object_function_may_read_them() -> None:
    for name, function in FUNCTIONS.items():
        knows = "RESULTS_URL" in function.get("Environment", {}).get("Variables", {})
        actions = {action for action, resource in granted(name) if "ResultsBucket" in resource}
        if name == "ObjectFunction":
            assert actions == {"s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListBucket"}
        else:
            assert actions == ({"s3:PutObject"} if knows else set())


def test_a_function_may_receive_from_its_own_source_and_from_no_other() -> None:
    for name in FUNCTIONS:
        verbs = r"sqs:(Receive|Delete|GetQueue)|(kinesis|dynamodb):(Get|Describe|List)"
        sources = {resource for action, resource in granted(name) if re.match(verbs, action)}
        fed = [mapping for mapping in MAPPINGS.values() if named(mapping["FunctionName"]) == name]
        assert sources == {source for mapping in fed for source in mapping["EventSourceArn"].values()}


# Sources


def test_every_source_that_is_polled_takes_back_single_records() -> None:
    for mapping in MAPPINGS.values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        # Lambda refuses a larger batch without a window
        assert mapping["BatchSize"] <= 10 or mapping["MaximumBatchingWindowInSeconds"] >= 1


@pytest.mark.parametrize("name", [name for name in MAPPINGS if FEEDS[name] in QUEUES])
def test_a_queue_waits_for_its_function_and_then_gives_up(name: str) -> None:
    mapping, queue, function = MAPPINGS[name], QUEUES[FEEDS[name]], named(MAPPINGS[name]["FunctionName"])
    window = mapping.get("MaximumBatchingWindowInSeconds", 0)
    assert queue["VisibilityTimeout"] >= 6 * FUNCTIONS[function]["Timeout"] + window
    assert queue["RedrivePolicy"]["maxReceiveCount"] >= 5
    assert named(queue["RedrivePolicy"]["deadLetterTargetArn"]) == f"Failed{FEEDS[name]}"
    # what is throttled counts as received
    assert 2 <= mapping["ScalingConfig"]["MaximumConcurrency"] <= reserved(function)


def test_each_object_has_the_whole_time_of_its_function() -> None:
    assert MAPPINGS["ObjectSource"]["BatchSize"] == 1


@pytest.mark.parametrize("name", [name for name in MAPPINGS if FEEDS[name] not in QUEUES])
def test_a_stream_is_only_read_if_there_is_one_and_gives_up_a_bad_record(name: str) -> None:
    mapping = MAPPINGS[name]
    assert RESOURCES[name]["Condition"] == f"Has{FEEDS[name]}"
    assert 0 < mapping["MaximumRetryAttempts"] <= 100  # -1 is for ever
    assert 0 < mapping["MaximumRecordAgeInSeconds"] < DAY  # how long a stream keeps its records
    assert mapping["BisectBatchOnFunctionError"] is True
    destination = mapping["DestinationConfig"]["OnFailure"]["Destination"]
    assert named(destination) in FAILURES
    assert ("sqs:SendMessage", destination["GetAtt"]) in granted(named(mapping["FunctionName"]))


@pytest.mark.parametrize(
    "name",
    [name for name in FUNCTIONS if name not in POLLED and name != "HttpFunction"],
)
def test_what_may_be_invoked_asynchronously_gives_up_and_says_so(name: str) -> None:
    config = FUNCTIONS[name]["EventInvokeConfig"]
    assert 0 <= config["MaximumRetryAttempts"] <= 2
    assert 60 <= config["MaximumEventAgeInSeconds"] <= DAY / 4
    assert config["DestinationConfig"]["OnFailure"]["Type"] == "SQS"
    assert named(config["DestinationConfig"]["OnFailure"]["Destination"]) in FAILURES


def test_what_eventbridge_or_sns_cannot_deliver_goes_to_a_queue_that_lets_them() -> None:
    senders_by_queue = {
        named(queue): senders(policy) for policy in QUEUE_POLICIES.values() for queue in policy["Queues"]
    }
    rules = [
        (name, target) for name, rule in properties("AWS::Events::Rule").items() for target in rule["Targets"]
    ]
    for name, function in FUNCTIONS.items():
        for event, source in function.get("Events", {}).items():
            if source["Type"] in ("EventBridgeRule", "Schedule"):
                rules.append((f"{name}{event}", source["Properties"]))  # as SAM names it
            elif source["Type"] == "SNS":
                queue = named(source["Properties"]["RedrivePolicy"]["deadLetterTargetArn"])
                assert named(source["Properties"]["Topic"]) in senders_by_queue[queue]["sns.amazonaws.com"]
    for name, rule in rules:
        queue = named(rule["DeadLetterConfig"]["Arn"])
        assert queue in FAILURES
        assert name in senders_by_queue[queue]["events.amazonaws.com"]
        assert 0 < rule["RetryPolicy"]["MaximumRetryAttempts"] <= 185
        assert 60 <= rule["RetryPolicy"]["MaximumEventAgeInSeconds"] <= DAY


def test_an_object_in_the_input_bucket_and_no_other_reaches_the_queue_of_objects() -> None:
    rule = RESOURCES["InputRule"]["Properties"]
    assert rule["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [{"Ref": "InputBucket"}]}},
    }
    assert [named(target["Arn"]) for target in rule["Targets"]] == ["InputQueue"]
    assert senders(QUEUE_POLICIES["InputQueuePolicy"]) == {"events.amazonaws.com": {"InputRule"}}
    assert FEEDS["ObjectSource"] == "InputQueue"


# Queues


def test_every_queue_is_worked_off_or_takes_what_failed() -> None:
    redriven = [*anywhere("deadLetterTargetArn"), *(found["Arn"] for found in anywhere("DeadLetterConfig"))]
    destinations = [*redriven, *(found["Destination"] for found in anywhere("OnFailure"))]
    assert set(map(named, destinations)) == FAILURES


def test_every_queue_is_encrypted() -> None:
    assert [name for name, queue in QUEUES.items() if not chosen(queue)["SqsManagedSseEnabled"]] == []


@pytest.mark.parametrize("name", sorted(FAILURES))
def test_what_failed_is_kept_for_as_long_as_can_be_and_rings_a_bell(name: str) -> None:
    assert chosen(QUEUES[name]) == {"SqsManagedSseEnabled": True, "MessageRetentionPeriod": 14 * DAY}
    dimension = {"Name": "QueueName", "Value": {"GetAtt": f"{name}.QueueName"}}
    alarms = properties("AWS::CloudWatch::Alarm").values()
    [alarm] = [found for found in alarms if found.get("Dimensions") == [dimension]]
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"], alarm["Threshold"]) == (
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        "Maximum",
        0,
    )
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    assert RESOURCES[name]["DeletionPolicy"] == RESOURCES[name]["UpdateReplacePolicy"] == "Retain"


def test_every_alarm_tells_the_topic_which_is_the_stacks_own_by_default() -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:ours"
    for alarm in properties("AWS::CloudWatch::Alarm").values():
        assert chosen(alarm["AlarmActions"]) == [{"Ref": "Alarms"}]
        assert chosen(alarm["AlarmActions"], AlarmTopic=topic) == [topic]
        assert alarm["TreatMissingData"] == "notBreaching"
    assert (made("Alarms"), made("Alarms", AlarmTopic=topic)) == (True, False)


def test_what_a_failing_store_leaves_of_a_batch_rings_a_bell_at_every_door_of_batches() -> None:
    metrics = RESOURCES["UnwrittenAlarm"]["Properties"]["Metrics"]
    found = [metric["MetricStat"]["Metric"] for metric in metrics if "MetricStat" in metric]
    assert [metric["MetricName"] for metric in found] == ["Unwritten"] * 3
    doors = [dimension["Value"] for metric in found for dimension in metric["Dimensions"]]
    assert sorted(doors) == ["notifications", "queue", "streams"]


def test_two_stacks_of_one_account_do_not_see_each_others_metrics() -> None:
    ours = {"Sub": "Sentiment/${AWS::StackName}"}
    assert TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]["METRICS_NAMESPACE"] == ours
    alarms = properties("AWS::CloudWatch::Alarm").values()
    namespaces = list(anywhere("Namespace", dict(enumerate(alarms))))
    assert {"AWS/ApiGateway", "AWS/Lambda", "AWS/SQS"} == {name for name in namespaces if name != ours}


def test_an_error_of_each_function_rings_one_bell_and_of_no_other_stack() -> None:
    errors = [metric[3] for metric in alarmed() if metric[:3] == ["AWS/Lambda", "Errors", "FunctionName"]]
    assert sorted(map(named, errors)) == sorted(FUNCTIONS)


def test_no_job_and_no_drift_moves_traffic_back() -> None:
    metrics = RESOURCES["FailingFunctionAlarm"]["Properties"]["Metrics"]
    found = [metric["MetricStat"]["Metric"] for metric in metrics if "MetricStat" in metric]
    functions = {named(metric["Dimensions"][0]["Value"]) for metric in found}
    assert functions == {*DOORS, "CheckFunction"}


def test_drift_is_asked_for_by_a_schedule_that_is_no_warm_up_and_rings_a_bell_at_its_threshold() -> None:
    [event] = events("DriftFunction")
    assert event["Type"] == "Schedule"
    assert not warm.is_warm_up(json.loads(event["Properties"]["Input"]))
    assert ("logs:StartQuery", "Logs.Arn") in granted("DriftFunction")
    alarm = RESOURCES["DriftAlarm"]["Properties"]
    assert (alarm["MetricName"], alarm["Threshold"]) == ("Drift", drift.THRESHOLD)
    assert alarm["Dimensions"] == [{"Name": "Door", "Value": "drift"}]
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"


def test_every_queue_topic_and_bucket_refuses_what_is_not_encrypted_on_its_way() -> None:
    policies = {
        "Queues": QUEUE_POLICIES,
        "Topics": properties("AWS::SNS::TopicPolicy"),
        "Bucket": properties("AWS::S3::BucketPolicy"),
    }
    refusing = [
        named(resource)
        for key, found in policies.items()
        for policy in found.values()
        for statement in policy["PolicyDocument"]["Statement"]
        if (statement["Effect"], statement["Principal"]) == ("Deny", "*")
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for resource in many(policy[key])
    ]
    assert sorted(refusing) == sorted(
        [*QUEUES, *properties("AWS::SNS::Topic"), *BUCKETS]
    )  # once: one policy each


# Bulk jobs


def test_a_job_may_invoke_the_objects_door_as_it_is_live_and_itself() -> None:
    door = variables("BulkFunction")["OBJECT_FUNCTION"]
    assert door == {"Ref": "ObjectFunction.Alias"}
    invoked = {resource for action, resource in granted("BulkFunction") if action == "lambda:InvokeFunction"}
    assert invoked == {door["Ref"], "BulkFunction.Arn", "${BulkFunction.Arn}:*"}
    substitutions = RESOURCES["BulkStateMachine"]["Properties"]["DefinitionSubstitutions"]
    assert substitutions["ObjectFunction"] == door


def test_a_job_invokes_the_objects_door_no_more_often_than_the_door_is_reserved() -> None:
    assert Order("inbox").concurrency <= reserved("ObjectFunction")


def test_a_job_goes_on_in_the_version_that_it_began_in() -> None:
    function = FUNCTIONS["BulkFunction"]
    assert function["DurableConfig"]["ExecutionTimeout"] <= 366 * DAY
    assert TEMPLATE["Outputs"]["BulkFunction"]["Value"] == {"Ref": "BulkFunction.Alias"}


def test_a_job_that_fails_or_takes_too_long_rings_a_bell() -> None:
    metrics = RESOURCES["BulkAlarm"]["Properties"]["Metrics"]
    names = {metric["MetricStat"]["Metric"]["MetricName"] for metric in metrics if "MetricStat" in metric}
    assert names == {"Errors", "DurableExecutionFailed", "DurableExecutionTimedOut"}


def test_the_state_machine_sends_what_the_objects_door_answers_without_raising() -> None:
    machine = json.loads((ROOT / RESOURCES["BulkStateMachine"]["Properties"]["DefinitionUri"]).read_text())
    batcher = machine["States"]["Objects"]["ItemBatcher"]
    assert batcher == {"MaxItemsPerBatch": MAX_BATCH, "BatchInput": items.ANSWERED}
    named_in_it = set(re.findall(r"\$\{(\w+)}", json.dumps(machine)))
    assert named_in_it == RESOURCES["BulkStateMachine"]["Properties"]["DefinitionSubstitutions"].keys()


# Buckets


@pytest.mark.parametrize("name", BUCKETS)
def test_every_bucket_is_encrypted_private_tidied_and_outlives_the_stack(name: str) -> None:
    bucket = BUCKETS[name]
    [encryption] = chosen(bucket)["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] in ("AES256", "aws:kms")
    blocked = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    assert bucket["PublicAccessBlockConfiguration"] == dict.fromkeys(blocked, True)
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    assert rule["Status"] == "Enabled"
    assert rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] >= 1
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] >= 1
    assert (RESOURCES[name]["DeletionPolicy"], RESOURCES[name]["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_results_lie_apart_from_the_input_and_notify_nobody() -> None:
    variables = [function.get("Environment", {}).get("Variables", {}) for function in FUNCTIONS.values()]
    results = {found["RESULTS_URL"]["Sub"] for found in variables if "RESULTS_URL" in found}
    inputs = {found["INPUT_URL"]["Sub"] for found in variables if "INPUT_URL" in found}
    assert (results, inputs) == ({"s3://${ResultsBucket}"}, {"s3://${InputBucket}"})
    notified = {name: bucket.get("NotificationConfiguration") for name, bucket in BUCKETS.items()}
    assert notified == {
        "InputBucket": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
        "ResultsBucket": None,
    }


# What is watched

DASHBOARD = json.loads(RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Sub"])
OURS = "Sentiment/${AWS::StackName}"
OF_AWS = {  # by namespace, as AWS's guides list them
    "AWS/ApiGateway": {"Count", "4XXError", "5XXError", "Latency", "IntegrationLatency"},
    "AWS/Lambda": {"Invocations", "Errors", "Throttles", "Duration", "IteratorAge", "ConcurrentExecutions"}
    | {"DurableExecutionFailed", "DurableExecutionTimedOut"},
    "AWS/SQS": {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"},
}


def shown() -> Iterator[list[str]]:
    """Each metric of the dashboard: namespace, name, dimensions. "." and "..." repeat what is above."""
    for widget in DASHBOARD["widgets"]:
        above: list[str] = []
        for metric in widget["properties"].get("metrics", []):
            said = [part for part in metric if isinstance(part, str)]
            if not said:
                continue  # an expression
            if said[0] == "...":
                above = [*above[: len(above) - len(said) + 1], *said[1:]]
            else:
                above = [old if part == "." else part for part, old in zip_longest(said, above[: len(said)])]
            yield above


def alarmed() -> Iterator[list[Any]]:
    """Each metric of an alarm, in the same form."""
    for alarm in properties("AWS::CloudWatch::Alarm").values():
        found = [each["MetricStat"]["Metric"] for each in alarm.get("Metrics", []) if "MetricStat" in each]
        for metric in found or [alarm] * ("MetricName" in alarm):
            namespace = metric["Namespace"]
            dimensions = [part for found in metric["Dimensions"] for part in (found["Name"], found["Value"])]
            yield [
                namespace["Sub"] if isinstance(namespace, dict) else namespace,
                metric["MetricName"],
                *dimensions,
            ]


class Context(NamedTuple):
    aws_request_id: str = "8f507cfc-xmpl-4697-b07a-ac58fc914c95"
    get_remaining_time_in_millis: Callable[[], int] = endless


@pytest.fixture
def emitted(
    served: Classifier,
    event: Callable[[str], Any],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[set[tuple[str, str]]]:
    """The doors and names of the metrics that doors write in a function of such a stack."""
    monkeypatch.setenv("RESULTS_URL", "memory:///")
    monkeypatch.setenv("METRICS_NAMESPACE", OURS)
    kept = (warm.load_model, warm.open_tools)
    for function in kept:
        function.cache_clear()
    for door, sample in (
        (queue, "sqs"),
        (streams, "kinesis"),
        (notifications, "sns"),
        (objects, "s3-test-in-sqs"),
    ):
        door.handler(event(sample), Context())
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    directives = [(line["Door"], found) for line in lines for found in line["_aws"]["CloudWatchMetrics"]]
    assert {found["Namespace"] for _, found in directives} == {OURS}
    assert [found for _, found in directives if ["Door"] not in found["Dimensions"]] == []
    yield {(door, metric["Name"]) for door, found in directives for metric in found["Metrics"]} | {
        ("drift", name) for name in drifted(served) if name in emf.METRICS
    }
    for function in kept:
        function.cache_clear()


def drifted(model: Classifier) -> dict[str, float]:
    """What the drift door says of enough tweets."""
    line = Line("queue")
    texts = ["a text"] * drift.WINDOW
    line.tally.add(texts, model.predict(texts))
    return drift.compare(model.manifest[HISTOGRAMS], [line.describe(model, {})])


@pytest.mark.parametrize("metrics", [shown, alarmed])
def test_every_metric_that_is_watched_is_written_by_somebody(
    emitted: set[tuple[str, str]], metrics: Callable[[], Iterator[list[str]]]
) -> None:
    found = list(metrics())
    assert len(found) >= 10
    for namespace, name, *dimensions in found:
        if namespace == OURS:
            assert dimensions[0] == "Door"
            assert (dimensions[1], name) in emitted
        else:
            assert name in OF_AWS[namespace]


def test_the_dashboard_shows_each_function_each_queue_and_what_the_stack_costs() -> None:
    found = list(shown())
    functions = {part.strip("${}") for name in found for part in name if part.endswith("Function}")}
    assert functions == set(WORKERS)
    queues = {part.removesuffix(".QueueName}")[2:] for name in found for part in name if "QueueName}" in part}
    assert queues == set(QUEUES)
    [cost] = [
        widget["properties"] for widget in DASHBOARD["widgets"] if "dollars" in widget["properties"]["title"]
    ]
    prices = json.loads((ROOT / "functions" / "predict" / "cost" / "prices.json").read_text())["prices"]
    [[dollars], *metrics] = cost["metrics"]
    reckon = partial(eval, dollars["expression"], {"SUM": sum})
    nothing = {metric[-1]["id"]: 0 for metric in metrics}
    assert len(nothing) == len(WORKERS) + 1
    for name in nothing.keys() - {"requests"}:
        hour = nothing | {name: 3_600_000}  # milliseconds
        gigabytes = FUNCTIONS[f"{name.title()}Function"]["MemorySize"] / 1024
        price = 3600 * gigabytes * prices["lambda_x86_64_gb_second"]
        assert reckon(hour) == pytest.approx(price)
    million = nothing | {"requests": 1_000_000}
    assert reckon(million) == pytest.approx(prices["api_gateway_million_requests"])


def test_the_dashboard_shows_the_drift_that_the_alarm_is_about() -> None:
    widgets = [widget["properties"] for widget in DASHBOARD["widgets"]]
    [widget] = [found for found in widgets if found["title"].startswith("Drift")]
    alarm = RESOURCES["DriftAlarm"]["Properties"]
    assert [line["value"] for line in widget["annotations"]["horizontal"]] == [alarm["Threshold"]]
    names = {metric[1] for metric in shown() if metric[2:] == ["Door", "drift"]}
    assert names == set(drift.NAMES.values())  # of which the alarm watches the largest


def test_the_runbook_has_a_section_for_each_alarm_with_what_to_look_at_and_what_to_type() -> None:
    page = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    alarms = properties("AWS::CloudWatch::Alarm")
    assert alarms.keys() <= sections.keys()
    for name in alarms:
        assert "**Look**" in sections[name], name
        assert "**Do**" in sections[name], name
        assert "`" in sections[name].partition("**Do**")[2], name


@pytest.mark.parametrize("env", ["dev", "prod"])
def test_a_deployment_chooses_parameters_that_there_are(env: str) -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())[env]
    overrides = dict(
        pair.split("=") for pair in config["deploy"]["parameters"]["parameter_overrides"].split()
    )
    for name, value in overrides.items():
        assert value in TEMPLATE["Parameters"][name]["AllowedValues"]
    assert config["deploy"]["parameters"]["confirm_changeset"] is True


def test_two_environments_are_two_stacks() -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    names = [config[env]["global"]["parameters"]["stack_name"] for env in ("dev", "prod")]
    assert len(set(names)) == 2

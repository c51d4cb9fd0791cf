"""What must hold between the template, the image and the code, of every resource that there is or will be."""

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from predict import settings
from predict.bulk.order import MAX_BATCH, Order
from predict.events import items
from predict.settings import Settings

ROOT = Path(__file__).parents[1]
DAY = 86_400  # seconds


class Cloudformation(yaml.SafeLoader):
    """Reads !Ref and its like as {"Ref": ...}."""


def _tagged(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.SequenceNode):
        return {tag: loader.construct_sequence(node, deep=True)}
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


FUNCTIONS = properties("AWS::Serverless::Function")
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


def granted(function: str) -> Iterator[tuple[str, str]]:
    """Each action that the function's role allows, and on what, as the template writes it."""
    for policy in FUNCTIONS[function].get("Policies", []):
        for statement in policy["Statement"]:
            allowed = statement["If"][1] if "If" in statement else statement
            assert allowed["Effect"] == "Allow"
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
    image = {"Dockerfile": "Dockerfile", "DockerContext": ".", "DockerTag": "latest"}
    if name == "BulkFunction":  # has two libraries more
        image |= {"DockerTag": "bulk", "DockerBuildArgs": {"LIBRARIES": "bulk"}}
    assert RESOURCES[name]["Metadata"] == image


def test_every_variable_is_a_setting() -> None:
    sections = [TEMPLATE["Globals"]["Function"], *FUNCTIONS.values()]
    names = {name for section in sections for name in section.get("Environment", {}).get("Variables", {})}
    assert names <= {field.upper() for field in Settings._fields}


@pytest.mark.parametrize(
    "field",
    [
        "model",
        "text_column",
        "encoding",
        "max_errors",
        "allowed_origins",
        "base_path",
        "trust_pickle",
        "pickle_sha256",
    ],
)
def test_a_setting_can_be_chosen_at_deployment_and_has_the_default_of_the_code(field: str) -> None:
    parameter = field.title().replace("_", "")
    assert {"Ref": parameter} in anywhere(field.upper(), TEMPLATE)
    default = TEMPLATE["Parameters"][parameter]["Default"]
    environ = {field.upper(): str(default)} if default else {}
    assert settings.read(environ) == Settings()


def test_each_function_has_a_memory_a_time_and_a_concurrency_of_its_own() -> None:
    for function in FUNCTIONS.values():
        assert function.keys() >= {"MemorySize", "Timeout", "ReservedConcurrentExecutions"}
    total = sum(map(reserved, FUNCTIONS))
    assert f"{total} in all" in TEMPLATE["Parameters"]["ReserveConcurrency"]["Description"]


def test_a_function_ends_before_api_gateway_gives_up() -> None:
    behind = [name for name in FUNCTIONS if any(event["Type"] == "Api" for event in events(name))]
    assert behind
    assert [name for name in behind if FUNCTIONS[name]["Timeout"] >= 29] == []


def test_the_api_is_closed_by_default_and_throttled() -> None:
    api = RESOURCES["Api"]["Properties"]
    assert api["Auth"]["ApiKeyRequired"] is True
    assert api["Auth"]["UsagePlan"].keys() >= {"CreateUsagePlan", "Throttle", "Quota"}
    assert api["MethodSettings"][0]["ThrottlingBurstLimit"] <= reserved("HttpFunction")
    for event in (event for name in FUNCTIONS for event in events(name) if event["Type"] == "Api"):
        assert event["Properties"]["RestApiId"] == {"Ref": "Api"}


def test_what_needs_no_key_is_the_page_and_what_a_browser_asks_before_a_call() -> None:
    apis = [event["Properties"] for name in FUNCTIONS for event in events(name) if event["Type"] == "Api"]
    open_to_all = [(api["Method"], api["Path"], api["Auth"]) for api in apis if "Auth" in api]
    keyless = {"ApiKeyRequired": False}
    assert sorted(open_to_all) == [("GET", "/", keyless), ("OPTIONS", "/{proxy+}", keyless)]
    every, page = RESOURCES["Api"]["Properties"]["MethodSettings"]
    assert (page["HttpMethod"], page["ResourcePath"]) == ("GET", "/")
    assert page["ThrottlingRateLimit"] < every["ThrottlingRateLimit"]


# Roles


def test_a_role_has_only_policies_that_are_written_here() -> None:
    for function in FUNCTIONS.values():
        assert "Role" not in function
        for policy in function.get("Policies", []):
            assert policy.keys() == {"Version", "Statement"}
    # for these SAM adds a policy of AWS's, which lets the function read every queue or stream
    assert {event["Type"] for name in FUNCTIONS for event in events(name)} <= {
        "Api",
        "EventBridgeRule",
        "SNS",
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_policy_has_a_wildcard_but_for_the_objects_of_a_bucket(name: str) -> None:
    for action, resource in granted(name):
        assert "*" not in action
        assert "*" not in resource or re.fullmatch(r"\$\{\w+Bucket\.Arn}/(\w+/)?\*", resource)


def test_only_the_object_function_may_touch_the_input_and_it_may_only_read() -> None:
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
    [
        name
        for name in FUNCTIONS
        if name not in POLLED and {event["Type"] for event in events(name)} != {"Api"}
    ],
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
            if source["Type"] == "EventBridgeRule":
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
    assert [name for name, queue in QUEUES.items() if not queue["SqsManagedSseEnabled"]] == []


@pytest.mark.parametrize("name", sorted(FAILURES))
def test_what_failed_is_kept_for_as_long_as_can_be_and_rings_a_bell(name: str) -> None:
    assert QUEUES[name] == {"SqsManagedSseEnabled": True, "MessageRetentionPeriod": 14 * DAY}
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
    assert alarm["AlarmActions"]["If"] == ["HasAlarmTopic", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]


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
    assert {"AWS/SQS", "AWS/Lambda"} == {name for name in namespaces if name != ours}


def test_an_error_of_each_function_rings_a_bell_and_of_no_other_stack() -> None:
    metrics = RESOURCES["FailingFunctionAlarm"]["Properties"]["Metrics"]
    found = [metric["MetricStat"]["Metric"] for metric in metrics if "MetricStat" in metric]
    found.append(RESOURCES["BulkAlarm"]["Properties"])
    assert [metric["Dimensions"] for metric in found] == [
        [{"Name": "FunctionName", "Value": {"Ref": name}}] for name in FUNCTIONS
    ]


# Bulk jobs


def test_a_job_may_invoke_the_objects_door_and_itself_and_no_more_often_than_the_door_is_reserved() -> None:
    assert ("lambda:InvokeFunction", "ObjectFunction.Arn") in granted("BulkFunction")
    [statement] = RESOURCES["BulkPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert {named(resource) for resource in statement["Resource"]} == {"BulkFunction"}
    assert Order("inbox").concurrency <= reserved("ObjectFunction")


def test_a_job_goes_on_in_the_version_that_it_began_in() -> None:
    function = FUNCTIONS["BulkFunction"]
    assert function["AutoPublishAlias"] == "live"
    assert function["DurableConfig"]["ExecutionTimeout"] <= 366 * DAY
    assert TEMPLATE["Outputs"]["BulkFunction"]["Value"] == {"Ref": "BulkFunctionAliaslive"}


def test_the_state_machine_sends_what_the_objects_door_answers_without_raising() -> None:
    machine = json.loads((ROOT / RESOURCES["BulkStateMachine"]["Properties"]["DefinitionUri"]).read_text())
    batcher = machine["States"]["Objects"]["ItemBatcher"]
    assert batcher == {"MaxItemsPerBatch": MAX_BATCH, "BatchInput": items.ANSWERED}
    named_in_it = set(re.findall(r"\$\{(\w+)}", json.dumps(machine)))
    assert named_in_it == RESOURCES["BulkStateMachine"]["Properties"]["DefinitionSubstitutions"].keys()


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


# Buckets


@pytest.mark.parametrize("name", BUCKETS)
def test_every_bucket_is_encrypted_private_tidied_and_outlives_the_stack(name: str) -> None:
    bucket = BUCKETS[name]
    [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
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

"""Events that services of AWS send to a function, and that hold no tweet.

The shapes are AWS's, the content is not.
"""

import json
from typing import Any

ACCOUNT = "123456789012"
API = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:abcdef1234/prod"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:sentiment"
UUID = "0d559ee6-5e3e-5782-90da-08839ea0e74f"
EDGE_REQUEST = {"clientIp": "192.0.2.1", "method": "GET", "uri": "/", "querystring": "", "headers": {}}
WEBSOCKET = {
    "apiId": "abcdef1234",
    "connectedAt": 1767355200000,
    "connectionId": "FDmBIeapIAMCIQg=",
    "domainName": "abcdef1234.execute-api.us-east-1.amazonaws.com",
    "extendedRequestId": "FDmBIG3EoAMEqYA=",
    "identity": {"sourceIp": "192.0.2.1"},
    "messageDirection": "IN",
    "requestId": "FDmBIG3EoAMEqYA=",
    "requestTimeEpoch": 1767355200000,
    "stage": "prod",
}
HTTP_CONTEXT = {
    "accountId": ACCOUNT,
    "apiId": "abcdef1234",
    "domainName": "abcdef1234.execute-api.us-east-1.amazonaws.com",
    "http": {"method": "POST", "path": "/predict", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
    "requestId": "id",
    "routeKey": "POST /predict",
    "stage": "$default",
}
CUSTOM_RESOURCE = {
    "RequestType": "Create",
    "ResponseURL": "https://example.com/answer",
    "StackId": f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/sentiment/{UUID}",
    "RequestId": UUID,
    "ResourceType": "Custom::Tweets",
    "LogicalResourceId": "Tweets",
}


def cognito(trigger: str, request: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": "1",
        "triggerSource": trigger,
        "region": "us-east-1",
        "userPoolId": "us-east-1_abc",
        "userName": "someone",
        "callerContext": {"awsSdkVersion": "1", "clientId": "abc"},
        "request": {"userAttributes": {"email": "someone@example.com"}, **request},
        "response": {},
    }


def on_bus(source: str, kind: str, detail: object) -> dict[str, Any]:
    return {
        "version": "0",
        "id": UUID,
        "detail-type": kind,
        "source": source,
        "account": ACCOUNT,
        "time": "2026-01-02T12:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": detail,
    }


def in_sns(subject: str | None, message: object) -> dict[str, Any]:
    topic = f"arn:aws:sns:us-east-1:{ACCOUNT}:notices"
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": f"{topic}:{UUID}",
                "Sns": {
                    "Type": "Notification",
                    "MessageId": UUID,
                    "TopicArn": topic,
                    "Subject": subject,
                    "Message": message if isinstance(message, str) else json.dumps(message),
                    "Timestamp": "2026-01-02T12:00:00.000Z",
                },
            }
        ]
    }


DESTINATION = {
    "version": "1.0",
    "timestamp": "2026-01-02T12:00:00.000Z",
    "requestContext": {
        "requestId": UUID,
        "functionArn": f"{FUNCTION}:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    },
    "requestPayload": {"text": "I love this"},
    "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
    "responsePayload": {"errorMessage": "it failed", "errorType": "RuntimeError"},
}

# All members are strings: the post's {"1": "a tweet"} must not be mistaken for one of them, nor the reverse.
FLAT: dict[str, Any] = {
    "API Gateway without its context": {"httpMethod": "POST", "path": "/predict", "body": '{"text": "a"}'},
    "a request by hand": {"method": "POST", "path": "/", "body": "I love this"},
    "a rotation of Secrets Manager": {"SecretId": "arn", "ClientRequestToken": UUID, "Step": "createSecret"},
    "a step of a rotation": {"SecretId": "tweets", "Step": "createSecret"},
    "an authorizer of API Gateway, TOKEN": {
        "type": "TOKEN",
        "authorizationToken": "allow",
        "methodArn": f"{API}/GET/",
    },
    "a hook of CodeDeploy": {"DeploymentId": "d-ABC123", "LifecycleEventHookExecutionId": "abc"},
    "an error of Step Functions": {"Error": "States.TaskFailed", "Cause": "it failed"},
    "an error of Lambda": {"errorMessage": "it failed", "errorType": "ValueError"},
    "a button of IoT": {"serialNumber": "G030ABC", "clickType": "SINGLE", "batteryVoltage": "2000mV"},
    "a message of IoT": {"message": "Hello from AWS IoT console"},
    "a user of Transfer Family": {
        "username": "a",
        "password": "b",
        "protocol": "SFTP",
        "sourceIp": "192.0.2.1",
    },
    "a custom resource": CUSTOM_RESOURCE,
    "a sample event of the console": {"key1": "value1", "key2": "value2", "key3": "value3"},
    "an action": {"action": "migrate"},
    "an input of Step Functions": {"Comment": "Insert your JSON here"},
    "an input of Scheduler": {"schedule": "rate(5 minutes)", "name": "nightly"},
    "a payload of CodeBuild": {"projectName": "sentiment", "buildStatus": "SUCCEEDED"},
    "a query of Athena": {"QueryExecutionId": UUID, "State": "SUCCEEDED"},
    "an alarm's name": {"AlarmName": "FailedTweetAlarm", "NewStateValue": "ALARM"},
    "a bare event of a bus": {"source": "sentiment.tweets", "detail": "I love this"},
    "a tweet in capitals": {"Text": "I love this"},
    "names that end in digits": {"tweet1": "I love this", "tweet2": "so sad"},
    "an id and a word": {"1": "I love this", "note": "so sad"},
    "nothing but a flag": {"debug": "true"},
}

NESTED: dict[str, Any] = {
    "an authorizer of API Gateway, REQUEST": {
        "type": "REQUEST",
        "methodArn": f"{API}/POST/predict",
        "resource": "/predict",
        "path": "/predict",
        "httpMethod": "POST",
        "headers": {"content-type": "application/json"},
        "queryStringParameters": {},
        "pathParameters": {},
        "stageVariables": {},
        "requestContext": {"path": "/prod/predict", "httpMethod": "POST", "stage": "prod", "requestId": UUID},
    },
    "an authorizer of an HTTP API": {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": f"{API}/POST/predict",
        "identitySource": ["secret"],
        "routeKey": "POST /predict",
        "rawPath": "/predict",
        "rawQueryString": "",
        "headers": {"content-type": "application/json"},
        "requestContext": HTTP_CONTEXT,
    },
    "an authorizer of an HTTP API, format 1.0": {
        "version": "1.0",
        "type": "REQUEST",
        "methodArn": f"{API}/POST/predict",
        "identitySource": "secret",
        "path": "/predict",
        "httpMethod": "POST",
        "headers": {},
        "requestContext": {"httpMethod": "POST", "path": "/predict", "stage": "$default"},
    },
    "an authorizer of a websocket": {
        "type": "REQUEST",
        "methodArn": f"{API}/$connect",
        "headers": {"Upgrade": "websocket"},
        "requestContext": {**WEBSOCKET, "routeKey": "$connect", "eventType": "CONNECT"},
    },
    "a connection of a websocket": {
        "headers": {"Host": "example.com", "Sec-WebSocket-Version": "13"},
        "multiValueHeaders": {"Host": ["example.com"]},
        "requestContext": {**WEBSOCKET, "routeKey": "$connect", "eventType": "CONNECT"},
        "isBase64Encoded": False,
    },
    "a connection of a websocket, with a method": {
        "httpMethod": "GET",
        "path": "/",
        "headers": {},
        "requestContext": {**WEBSOCKET, "routeKey": "$connect", "eventType": "CONNECT"},
    },
    "a message of a websocket": {
        "requestContext": {**WEBSOCKET, "routeKey": "$default", "eventType": "MESSAGE", "messageId": "m"},
        "body": '{"text": "I love this"}',
        "isBase64Encoded": False,
    },
    "the end of a websocket": {
        "headers": {},
        "requestContext": {**WEBSOCKET, "routeKey": "$disconnect", "eventType": "DISCONNECT"},
        "isBase64Encoded": False,
    },
    "a destination's record of a failure": DESTINATION,
    "a destination's record of a success": DESTINATION | {"responsePayload": {"predictions": []}},
    "a destination's record about a queue": {
        "requestContext": {"requestId": UUID, "functionArn": FUNCTION, "condition": "RetryAttemptsExhausted"},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": "2026-01-02T12:00:00.000Z",
        "KinesisBatchInfo": {"shardId": "shardId-000000000000", "batchSize": 1},
    },
    "Lambda@Edge": {
        "Records": [
            {
                "cf": {
                    "config": {"distributionId": "E1", "eventType": "viewer-request"},
                    "request": EDGE_REQUEST,
                }
            }
        ]
    },
    "an answer through CloudFront": {
        "Records": [
            {"cf": {"config": {"eventType": "origin-response"}, "request": EDGE_REQUEST, "response": {}}}
        ]
    },
    "a function of CloudFront": {"version": "1.0", "context": {}, "viewer": {}, "request": EDGE_REQUEST},
    "Cognito before a sign-up": cognito("PreSignUp_SignUp", {"validationData": {}}),
    "Cognito's message": cognito("CustomMessage_SignUp", {"codeParameter": "####"}),
    "Cognito's migration": cognito("UserMigration_Authentication", {"password": "secret"}),
    "Cognito's sync": {
        "version": 2,
        "eventType": "SyncTrigger",
        "region": "us-east-1",
        "datasetName": "tweets",
        "datasetRecords": {"1": {"oldValue": "a", "newValue": "b", "op": "replace"}},
    },
    "CodeCommit": {
        "Records": [
            {
                "eventSource": "aws:codecommit",
                "eventSourceARN": f"arn:aws:codecommit:us-east-1:{ACCOUNT}:tweets",
                "eventName": "TriggerEventTest",
                "codecommit": {"references": [{"commit": "abc", "ref": "refs/heads/main"}]},
                "customData": "this is custom data",
            }
        ]
    },
    "CodePipeline": {
        "CodePipeline.job": {"id": UUID, "accountId": ACCOUNT, "data": {"inputArtifacts": []}},
    },
    "Config": {
        "version": "1.0",
        "invokingEvent": '{"messageType": "ScheduledNotification"}',
        "ruleParameters": "{}",
        "resultToken": "token",
        "eventLeftScope": False,
        "configRuleName": "tweets",
        "accountId": ACCOUNT,
    },
    "CloudFormation": {**CUSTOM_RESOURCE, "ResourceProperties": {"text": "I love this"}},
    "CloudFormation, an update": {
        **CUSTOM_RESOURCE,
        "RequestType": "Update",
        "PhysicalResourceId": "a",
        "ResourceProperties": {"text": "a"},
        "OldResourceProperties": {"text": "b"},
    },
    "a macro of CloudFormation": {"region": "us-east-1", "fragment": {}, "transformId": "a", "params": {}},
    "Connect": {
        "Name": "ContactFlowEvent",
        "Details": {"ContactData": {"Channel": "VOICE", "ContactId": UUID}, "Parameters": {"text": "I love"}},
    },
    "Lex": {
        "messageVersion": "1.0",
        "invocationSource": "DialogCodeHook",
        "userId": "u",
        "currentIntent": {"name": "Order", "slots": {}},
        "inputTranscript": "I love this",
    },
    "Lex, version 2": {
        "messageVersion": "1.0",
        "invocationSource": "FulfillmentCodeHook",
        "inputMode": "Text",
        "inputTranscript": "I love this",
        "sessionState": {"intent": {"name": "Order", "state": "ReadyForFulfillment"}},
        "transcriptions": [{"transcription": "I love this"}],
    },
    "an agent of Bedrock": {
        "messageVersion": "1.0",
        "agent": {"name": "a", "id": "b"},
        "sessionId": "1",
        "inputText": "I love this",
        "actionGroup": "g",
        "function": "f",
        "parameters": [{"name": "text", "type": "string", "value": "I love this"}],
    },
    "Alexa": {
        "version": "1.0",
        "session": {"new": True, "sessionId": "s"},
        "context": {"System": {}},
        "request": {"type": "IntentRequest", "intent": {"name": "Order"}},
    },
    "Alexa's smart home": {
        "directive": {"header": {"namespace": "Alexa.Discovery", "name": "Discover"}, "payload": {}},
    },
    "a rule of IoT": {"temperature": 21, "topic": "home", "timestamp": 1767355200},
    "events of IoT Core": {"eventType": "THING_EVENT", "eventId": UUID, "thingName": "a", "attributes": {}},
    "Kafka": {
        "eventSource": "aws:kafka",
        "eventSourceArn": f"arn:aws:kafka:us-east-1:{ACCOUNT}:cluster/tweets/{UUID}",
        "bootstrapServers": "b-1.example.com:9092",
        "records": {
            "tweets-0": [{"topic": "tweets", "partition": 0, "offset": 1, "value": "SSBsb3ZlIHRoaXM="}]
        },
    },
    "Kafka of one's own": {"eventSource": "SelfManagedKafka", "records": {"tweets-0": [{"value": "YQ=="}]}},
    "Active MQ": {
        "eventSource": "aws:mq",
        "eventSourceArn": f"arn:aws:mq:us-east-1:{ACCOUNT}:broker:tweets:b-1",
        "messages": [{"messageID": "ID:1", "messageType": "jms/text-message", "data": "SSBsb3ZlIHRoaXM="}],
    },
    "Rabbit MQ": {
        "eventSource": "aws:rmq",
        "eventSourceArn": f"arn:aws:mq:us-east-1:{ACCOUNT}:broker:tweets:b-1",
        "rmqMessagesByQueue": {"tweets::/": [{"basicProperties": {}, "data": "SSBsb3ZlIHRoaXM="}]},
    },
    "Firehose": {
        "invocationId": UUID,
        "deliveryStreamArn": f"arn:aws:firehose:us-east-1:{ACCOUNT}:deliverystream/tweets",
        "region": "us-east-1",
        "records": [{"recordId": "1", "approximateArrivalTimestamp": 0, "data": "SSBsb3ZlIHRoaXM="}],
    },
    "DocumentDB": {
        "eventSource": "aws:docdb",
        "eventSourceArn": f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster:tweets",
        "events": [{"event": {"fullDocument": {"text": "I love this"}}}],
    },
    "SES": {
        "Records": [
            {
                "eventSource": "aws:ses",
                "eventVersion": "1.0",
                "ses": {"mail": {"messageId": "m", "commonHeaders": {"subject": "I love this"}}},
            }
        ]
    },
    "a batch of S3": {
        "invocationSchemaVersion": "1.0",
        "invocationId": UUID,
        "job": {"id": UUID},
        "tasks": [
            {"taskId": "1", "s3Key": "tweets.csv", "s3VersionId": "1", "s3BucketArn": "arn:aws:s3:::in"}
        ],
    },
    "S3 Object Lambda": {
        "xAmzRequestId": UUID,
        "getObjectContext": {"inputS3Url": "https://example.com", "outputRoute": "r", "outputToken": "t"},
        "configuration": {"accessPointArn": "arn", "payload": "{}"},
        "userRequest": {"url": "https://example.com", "headers": {}},
        "protocolVersion": "1.00",
    },
    "AppSync": {
        "arguments": {"text": "I love this"},
        "identity": None,
        "source": None,
        "request": {"headers": {}},
        "prev": None,
        "info": {"fieldName": "predict", "parentTypeName": "Query", "variables": {"text": "I love this"}},
        "stash": {},
    },
    "AppSync, a batch": [{"arguments": {"text": "I love this"}, "info": {"fieldName": "predict"}}],
    "an authorizer of AppSync": {
        "authorizationToken": "secret",
        "requestContext": {"apiId": "a", "requestId": UUID, "queryString": "{ a }", "variables": {}},
        "requestHeaders": {},
    },
    "a rotation with its context": {
        "SecretId": "a",
        "Step": "setSecret",
        "ClientRequestToken": UUID,
        "RotationToken": None,
    },
    "an error of Step Functions, kept": {"error": {"Error": "States.Timeout", "Cause": "it took too long"}},
    "a pipe of EventBridge": [
        {"messageId": UUID, "body": "I love this", "eventSource": "aws:sqs", "eventSourceARN": "arn"}
    ],
    "logs of CloudWatch": {"awslogs": {"data": "H4sIAAAAAAAA"}},
    "an alarm of CloudWatch": {
        "source": "aws.cloudwatch",
        "alarmArn": f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:a",
        "accountId": ACCOUNT,
        "alarmData": {"alarmName": "a", "state": {"value": "ALARM", "reason": "it is"}},
    },
    "a widget of CloudWatch": {"original": "a", "widgetContext": {"title": "Tweets", "params": {}}},
    "an empty batch": {"Records": []},
    "the end of a tumbling window": {"Records": [], "state": {"1": 1}, "isFinalInvokeForWindow": True},
    # What comes over a bus or a topic goes to a door, which gives it back.
    "Health": on_bus("aws.health", "AWS Health Event", {"service": "EC2", "eventDescription": [{}]}),
    "EC2": on_bus(
        "aws.ec2", "EC2 Instance State-change Notification", {"instance-id": "i-1", "state": "running"}
    ),
    "CodeBuild": on_bus("aws.codebuild", "CodeBuild Build State Change", {"build-status": "SUCCEEDED"}),
    "an event without a detail": on_bus("aws.signin", "AWS Console Sign In via CloudTrail", {}),
    "an alarm over a topic": in_sns('ALARM: "a" in US East', {"AlarmName": "a", "NewStateValue": "ALARM"}),
    "Budgets over a topic": in_sns("AWS Budgets: tweets", "AWS Budget Notification\nDear AWS Customer,"),
    "CloudFormation over a topic": in_sns("AWS CloudFormation Notification", "StackId='arn'\nStackName='a'"),
    "Health over a topic": in_sns(None, on_bus("aws.health", "AWS Health Event", {"service": "EC2"})),
    "SES over a topic": in_sns(None, {"notificationType": "Bounce", "bounce": {}, "mail": {}}),
    "Auto Scaling over a topic": in_sns("Auto Scaling: termination", {"Event": "autoscaling:EC2_INSTANCE"}),
}

EVENTS: dict[str, Any] = {**FLAT, **NESTED}

WARM_UPS: dict[str, Any] = {
    "serverless-plugin-warmup": {"source": "serverless-plugin-warmup"},
    "serverless-plugin-lambda-warmup": {"source": "serverless-plugin-lambda-warmup"},
    "lambda-warmer": {"warmer": True, "concurrency": 3},
    "lambda-warmer, one of several": {
        "warmer": True,
        "__WARMER_INVOCATION__": 1,
        "__WARMER_CORRELATIONID__": "a",
    },
    "OpenNext": {"type": "warmer", "warmerId": "a", "index": 0, "concurrency": 1, "delay": 75},
    "a flag": {"warmup": True},
    "a flag in another spelling": {"warm_up": 1},
    "a text for a flag": {"keep_warm": "true"},
    "another text": {"keepWarm": "yes"},
    "an action": {"action": "ping"},
    "a ping": {"ping": True},
    "a rule of EventBridge": on_bus("aws.events", "Scheduled Event", {}),
    "EventBridge Scheduler": on_bus("aws.scheduler", "Scheduled Event", "{}"),
}

"""Ours against the signature of AWS's own client."""

import json
from datetime import UTC, datetime

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from predict.settings import Account
from predict.telemetry.signature import sign

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"  # of AWS's documentation


@pytest.mark.parametrize("token", ["", "a/session+token=="])
@pytest.mark.parametrize("url", ["https://logs.eu-central-1.amazonaws.com", "http://127.0.0.1:5000"])
def test_a_request_is_signed_as_the_client_of_aws_signs_it(token: str, url: str) -> None:
    account = Account("eu-central-1", "AKIDEXAMPLE", SECRET, token, "group", url)
    body = json.dumps({"queryString": "fields @message"}).encode()
    headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": "Logs_20140328.StartQuery"}
    ours = sign(account, "logs", url, headers, body, datetime.now(UTC))
    request = AWSRequest("POST", url, dict(headers), body)
    request.context["timestamp"] = ours["x-amz-date"]
    signer = SigV4Auth(Credentials("AKIDEXAMPLE", SECRET, token or None), "logs", "eu-central-1")
    request.headers["X-Amz-Date"] = ours["x-amz-date"]
    if token:
        request.headers["X-Amz-Security-Token"] = token
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    assert ours["authorization"].endswith(f"Signature={signature}")
    assert f"SignedHeaders={signer.signed_headers(signer.headers_to_sign(request))}," in ours["authorization"]

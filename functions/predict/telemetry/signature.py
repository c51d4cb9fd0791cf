"""The signature of a request to AWS, version 4, of a body of JSON.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, urlsplit

from predict.settings import Account


def sign(
    account: Account, service: str, url: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> dict[str, str]:
    """The headers of a POST to `url`, in small letters, and those that sign it.

    The path of `url` has the escapes that are sent. It has no query.
    """
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{account.region}/{service}/aws4_request"
    parts = urlsplit(url)
    signed = {**headers, "host": parts.netloc, "x-amz-date": moment}
    if account.token:
        signed["x-amz-security-token"] = account.token
    names = ";".join(sorted(signed))
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    request = f"POST\n{quote(parts.path) or '/'}\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    digest = hashlib.sha256(request.encode()).hexdigest()
    key = f"AWS4{account.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    found = hmac.digest(key, f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}".encode(), "sha256").hex()
    authorization = f"Credential={account.key_id}/{scope}, SignedHeaders={names}, Signature={found}"
    return {**signed, "authorization": f"AWS4-HMAC-SHA256 {authorization}"}

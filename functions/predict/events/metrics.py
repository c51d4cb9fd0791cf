"""One log line for each event: counts, which CloudWatch turns into metrics, and the reasons of refusals.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
import sys
import time
from collections.abc import Mapping

MAX_REASONS = 20  # in one line


def emit(namespace: str, door: str, counts: Mapping[str, int], reasons: Mapping[str, str]) -> None:
    """Print the line. `reasons` has the id of each refused record or object. No argument may show a text."""
    print(
        json.dumps(
            {
                "_aws": {
                    "Timestamp": time.time_ns() // 1_000_000,
                    "CloudWatchMetrics": [
                        {
                            "Namespace": namespace,
                            "Dimensions": [["Door"]],
                            "Metrics": [{"Name": name, "Unit": "Count"} for name in counts],
                        }
                    ],
                },
                "Door": door,
                **counts,
                "Reasons": dict(list(reasons.items())[:MAX_REASONS]),
            }
        ),
        file=sys.stderr,  # Lambda logs both streams; `sentiment invoke` prints the answer to standard output
        flush=True,
    )

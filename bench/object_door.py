"""A CSV of 1 GB through the object door, on one core, from and to S3 (moto's server) on loopback."""

import csv
import json
import os
import subprocess
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

from bench import generated
from tests.aws import endpoint, ports

GIGABYTE = 10**9
DISTINCT = 500_000  # tweets, over and over: far more words than the model remembers
GOAL_RATE, GOAL_BYTES = 40_000, 200 * 10**6
BUCKETS = ("inbox", "results")
DOOR = """
import json, os
from pathlib import Path
from time import perf_counter, process_time
from predict import objects, tools
class Context:
    def get_remaining_time_in_millis(self):
        return 900_000
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
tools.fetch()
started, used = perf_counter(), process_time()
[summary] = objects.handler({"bucket": "inbox", "key": "tweets.csv"}, Context())["objects"]
seconds = perf_counter() - started, process_time() - used
# not ru_maxrss, in which the process that started this one has a part
[peak] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
print(json.dumps([summary, *seconds, int(peak.split()[1]) * 1024]))
"""
COPY = """
import csv, sys
with open(sys.argv[1], newline="") as source, open(sys.argv[2], "w", newline="") as target:
    csv.writer(target).writerows(csv.reader(source))
"""


def table() -> tuple[str, bool]:
    """Rows a second and peak memory, as Markdown; and whether the goals are met."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tweets.csv")
        rows = write(path, GIGABYTE)
        copying = perf_counter()
        subprocess.run([sys.executable, "-c", COPY, path, f"{path}.copy"], check=True)
        copying = perf_counter() - copying
        summary, seconds, used, memory = _through_the_door(path)
    if summary["scored"] != rows:
        raise RuntimeError(f"{rows:,} rows in, but {summary}")
    rate = rows / seconds
    lines = [
        f"| a CSV of {GIGABYTE / 1e9:g} GB, {rows:,} rows | | goal |",
        "|---|---:|---:|",
        f"| rows a second, one core | {rate:,.0f} | {GOAL_RATE:,} |",
        f"| time | {seconds:.0f} s, {used:.0f} s of processor | |",
        f"| × Python's csv, copying the file | {seconds / copying:.1f} | |",
        f"| peak memory | {memory / 1e6:.0f} MB | {GOAL_BYTES / 1e6:.0f} MB |",
    ]
    return "\n".join(lines), rate >= GOAL_RATE and memory <= GOAL_BYTES


def write(path: Path, size: int) -> int:
    """A CSV of about so many bytes; how many rows it has."""
    texts = list(generated.tweets(DISTINCT))
    average = sum(map(len, texts)) / len(texts) + len("1234567,,someone\r\n")
    rows = round(size / average)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "user"])
        writer.writerows([row, text, "someone"] for row, text in enumerate(islice(cycle(texts), rows)))
    return rows


def _through_the_door(path: Path) -> tuple[dict[str, int], float, float, int]:
    port = ports.free()
    url = f"http://127.0.0.1:{port}"
    variables = {**os.environ, **endpoint.variables(url), "RESULTS_URL": "s3://results"}
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            ports.wait_for(port)
            s3 = endpoint.client("s3", url)
            for bucket in BUCKETS:
                s3.create_bucket(Bucket=bucket)
            s3.upload_file(str(path), "inbox", "tweets.csv")
            door = [sys.executable, "-c", DOOR]
            ended = subprocess.run(door, env=variables, check=True, stdout=subprocess.PIPE, text=True)
        finally:
            server.terminate()
    summary, seconds, used, memory = json.loads(ended.stdout)
    return summary, seconds, used, memory

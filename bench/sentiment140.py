"""Training the default model on a corpus of the size and shape of Sentiment140, which is generated."""

import csv
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from bench import generated

ROWS = 1_600_000
GOAL_SECONDS, GOAL_BYTES = 300, 4 * 10**9
TRAIN = """
import resource, sys
from pathlib import Path
from model.training import corpus, train
tweets = corpus.read(Path(sys.argv[1]))
fitted = train.fit("lexicon_ngrams", tweets.split()[0], progress=False)
train.export("lexicon_ngrams", fitted, tweets, Path(sys.argv[2]))
print(len(tweets.texts), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def table() -> tuple[str, bool]:
    """Seconds, peak memory and size of the artifact, as Markdown; and whether the goals are met."""
    with tempfile.TemporaryDirectory() as folder:
        path, artifact = Path(folder, "corpus.csv"), Path(folder, "artifact")
        write(path, ROWS)
        started = perf_counter()
        command = [sys.executable, "-c", TRAIN, str(path), str(artifact)]
        ended = subprocess.run(command, check=True, capture_output=True, text=True)
        seconds = perf_counter() - started
        rows, memory = map(int, ended.stdout.split())
        size = sum(file.stat().st_size for file in artifact.iterdir())
    lines = [
        f"| training on {rows:,} generated tweets | goal |",
        "|---:|---:|",
        f"| {seconds:.0f} s | {GOAL_SECONDS} s |",
        f"| {memory / 1e9:.2f} GB at most | {GOAL_BYTES / 1e9:.0f} GB |",
        f"| {size / 1e6:.1f} MB of artifact | |",
    ]
    return "\n".join(lines), seconds <= GOAL_SECONDS and memory <= GOAL_BYTES


def write(path: Path, rows: int) -> None:
    """Six columns, Latin-1, no header."""
    with path.open("w", encoding="latin-1", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        for row, text in enumerate(generated.tweets(rows)):
            target = "04"[row * 2 // rows]
            text = f"{'sad' if target == '0' else 'love'} {text}" if row % 2 else text
            writer.writerow([target, row, "Mon Apr 06 22:19:45 PDT 2009", "NO_QUERY", "someone", text])

"""Training the default model on a corpus of the size and shape of Sentiment140, which is generated."""

import csv
import math
import random
import subprocess
import sys
import tempfile
from itertools import accumulate
from pathlib import Path
from time import perf_counter

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
    """Six columns, Latin-1, no header: 13 words and 74 characters on average, as in the 10,000 tweets.

    Words follow Zipf's law, and the frequent ones are short.
    """
    chance = random.Random(0)
    letters = ("aeiou\xe9", "bcdfghjklmnprstvwyz")
    words = [
        "".join(chance.choice(letters[place % 2]) for place in range(1 + round(1.7 * math.log10(rank + 1))))
        for rank in range(700_000)
    ]
    weights = list(accumulate(1 / (rank + 10) ** 1.35 for rank in range(len(words))))
    with path.open("w", encoding="latin-1", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        for row in range(rows):
            target = "04"[row * 2 // rows]
            found = chance.choices(words, cum_weights=weights, k=chance.randint(3, 21))
            if chance.random() < 0.5:
                found.insert(1, "sad" if target == "0" else "love")
            if chance.random() < 0.33:
                found.insert(0, "@" + chance.choice(words))
            if chance.random() < 0.1:
                found.append("http://t.co/" + chance.choice(words))
            text = " ".join(found) + chance.choice(("", ".", "!", "...", "!!", "?"))
            writer.writerow(
                [target, row, "Mon Apr 06 22:19:45 PDT 2009", "NO_QUERY", chance.choice(words), text]
            )

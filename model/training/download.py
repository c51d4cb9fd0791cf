"""Download the corpus, and the stop words of the notebook, into DATA_DIR."""

import hashlib
import http.client
import os
import sys
import urllib.request
from pathlib import Path

import nltk

CORPUS = "tweet_sentiment_10K.csv"
SOURCE = f"https://raw.githubusercontent.com/marciovai/Twitter-Sentiment-10K/master/{CORPUS}"
SHA256 = "ec1d05500054b59366479c96bbc3c9765519947fe4fc6cd62e32634687862953"


class DownloadError(Exception):
    """Raised if a file cannot be downloaded, or is not the expected file."""


def data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR", "data"))


def corpus_path() -> Path:
    """Return the path that CORPUS names: a file, or a file in DATA_DIR."""
    named = Path(os.environ.get("CORPUS", CORPUS))
    return named if named.exists() else data_dir() / named


def fetch(url: str, sha256: str, path: Path) -> None:
    """Download a file to `path`, unless a file with that digest is already there. Raises DownloadError."""
    if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
        return
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            content = response.read()
    except (OSError, http.client.HTTPException) as exc:
        raise DownloadError(f"{url} did not answer ({exc}): put the file at {path} yourself") from exc
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DownloadError(f"{url} is not the expected file (SHA-256 {sha256}): nothing was written")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as exc:
        raise DownloadError(f"{path} cannot be written ({exc.strerror}): set DATA_DIR") from exc


def fetch_stop_words(folder: Path) -> None:
    """Download NLTK's stop words into `folder`. NLTK checks their digest. Raises DownloadError."""
    if (folder / "corpora" / "stopwords" / "english").exists():
        return
    try:
        nltk.download("stopwords", download_dir=str(folder), quiet=True, raise_on_error=True)
    except (OSError, ValueError) as exc:
        raise DownloadError(f"NLTK's stop words cannot be downloaded to {folder} ({exc})") from exc


def main() -> None:
    folder = data_dir()
    try:
        fetch(SOURCE, SHA256, folder / CORPUS)
        print(f"{folder / CORPUS}: 10,000 tweets")
        fetch_stop_words(folder / "nltk_data")
        print(f"{folder / 'nltk_data'}: NLTK's stop words")
    except DownloadError as exc:
        sys.exit(str(exc))


if __name__ == "__main__":
    main()

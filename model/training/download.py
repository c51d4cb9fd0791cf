"""Fetch the corpus, and the stop words that the notebook used, into DATA_DIR."""

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
    """Raise when a file cannot be had, or is not the file it should be."""


def data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR", "data"))


def corpus_path() -> Path:
    """The file named CORPUS in DATA_DIR, which may be any path."""
    return data_dir() / os.environ.get("CORPUS", CORPUS)


def fetch(url: str, sha256: str, path: Path) -> None:
    """Make `path` the file with that digest; what is there already is not fetched again."""
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
    """NLTK's stop words into `folder`, by its own downloader, which checks them against its index."""
    if (folder / "corpora" / "stopwords" / "english").exists():
        return
    try:
        nltk.download("stopwords", download_dir=str(folder), quiet=True, raise_on_error=True)
    except (OSError, ValueError) as exc:
        raise DownloadError(f"NLTK's stop words cannot be had for {folder} ({exc})") from exc


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

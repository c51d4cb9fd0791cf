"""The `sentiment` command, and `python -m tweet_sentiment`."""

from predict.cli import main

if __name__ == "__main__":
    main()

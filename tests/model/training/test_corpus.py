from collections import Counter
from pathlib import Path

import pytest

from model.training import corpus
from model.training.corpus import Columns, Corpus, CorpusError

HEADER = "id,date,text,target\n"
GOOD = HEADER + "1,d,sad,0\n2,d,glad,1\n"


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "corpus.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "texts", "labels"),
    [
        (GOOD, ["sad", "glad"], [0, 1]),
        ("\ufeff" + GOOD, ["sad", "glad"], [0, 1]),
        (GOOD.replace("\n", "\r\n"), ["sad", "glad"], [0, 1]),
        (GOOD + "\n\n", ["sad", "glad"], [0, 1]),
        (
            'target,text\n0,"two\nlines, ""one"" tweet"\n1,"é\r\n"\n',
            ['two\nlines, "one" tweet', "é\r\n"],
            [0, 1],
        ),
    ],
)
def test_rows_are_read_as_they_are(tmp_path: Path, content: str, texts: list[str], labels: list[int]) -> None:
    read = corpus.read(written(tmp_path, content))
    assert (read.texts, read.labels) == (texts, labels)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "has 0 columns named 'text' in row 1, its header: one is needed"),
        ("id,tweet,target\n1,sad,0\n", "has 0 columns named 'text' in row 1, its header: one is needed"),
        ("text,label\nsad,0\n", "has 0 columns named 'target' in row 1, its header: one is needed"),
        ("text,text,target\na,b,0\n", "has 2 columns named 'text' in row 1, its header: one is needed"),
        (
            GOOD + "3,d,so,so,1\n",
            r"row 4 \(up to line 4\) does not have the 4 cells of the header: quote texts",
        ),
        (GOOD + "3,d\n", r"row 4 \(up to line 4\) does not have the 4 cells"),
        (
            GOOD + '3,d,"a\nb",2\n',
            r"has 3 labels, '0' \(first in row 2\), '1' \(first in row 3\), '2' \(first in row 4\):",
        ),
        (GOOD + "3,d,a,\n", r"row 4 \(up to line 4\) has no target: add it, or remove the row"),
        (GOOD + '3,d,"never closed,1\n4,d,x,0\n', "breaks off after row 3, line 3: unexpected end of data"),
        (HEADER, "has one label or none in 'target': two are needed"),
        (HEADER + "1,d,sad,0\n", "has one label or none in 'target'"),
        (GOOD.encode() + b"3,d,caf\xe9,1\n", "is not UTF-8 at byte 48: save it as UTF-8"),
        (GOOD.encode("utf-16"), "is not UTF-8 at byte 0"),
    ],
)
def test_a_spoilt_file_is_refused_with_its_row_and_a_cure(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    with pytest.raises(CorpusError, match=message):
        corpus.read(written(tmp_path, content))


REVIEWS = "review,stars\nawful,1\nfine,3\ngreat,5\nlovely,5\n"


@pytest.mark.parametrize(
    ("content", "columns", "classes", "labels"),
    [
        ("a,target\nx,neg\ny,pos\n", Columns("a"), ("negative", "positive"), [0, 1]),
        ("text,b\nx,TRUE\ny,FALSE\n", Columns(label="b"), ("negative", "positive"), [1, 0]),
        ("text,b\nx,spam\ny,ham\n", Columns("text", "b", "spam"), ("ham", "spam"), [1, 0]),
        (REVIEWS, Columns("review", "stars", "5"), ("not 5", "5"), [0, 0, 1, 1]),
    ],
)
def test_columns_and_labels_may_be_called_otherwise(
    tmp_path: Path, content: str, columns: Columns, classes: tuple[str, str], labels: list[int]
) -> None:
    read = corpus.read(written(tmp_path, content), columns)
    assert (read.classes, read.labels) == (classes, labels)
    assert read.split()[0].classes == classes


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (Columns("text", "stars"), "has 0 columns named 'text' .* It has review, stars; name one with TEXT"),
        (Columns("review", "star"), "has 0 columns named 'star' .* name one with LABEL"),
        (
            Columns("review", "stars"),
            "has 3 labels, .* say with POSITIVE which label to tell from the others",
        ),
        (Columns("review", "stars", "6"), "has no label '6', as POSITIVE says: it has '1'"),
    ],
)
def test_what_is_not_evident_is_asked_for(tmp_path: Path, columns: Columns, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        corpus.read(written(tmp_path, REVIEWS), columns)


def test_two_labels_without_a_side_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="say which is positive with POSITIVE"):
        corpus.read(written(tmp_path, "text,target\na,ham\nb,spam\n"))


def test_too_few_rows_are_a_sentence(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    with pytest.raises(CorpusError, match="has 1 rows of 'negative': at least 50 of each are needed"):
        corpus.check_size(path, corpus.read(path))


def test_a_missing_file_is_refused_with_a_cure(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="cannot be read: run `make data`, or set DATA_DIR to its folder"):
        corpus.read(tmp_path / "nothing.csv")


def test_the_reference_split_takes_the_last_fifth_of_each_class() -> None:
    rows = [f"n{i}" for i in range(5)] + [f"p{i}" for i in range(10)]
    train, test = Corpus(rows, [0] * 5 + [1] * 10, "").split()
    assert test == Corpus(["n4", "p8", "p9"], [0, 1, 1], "")
    assert sorted(train.texts + test.texts) == sorted(rows)


def test_the_real_corpus_is_ten_thousand_tweets_in_two_equal_classes(tweets: Corpus) -> None:
    assert Counter(tweets.labels) == {0: 5_000, 1: 5_000}
    train, test = tweets.split()
    assert Counter(train.labels) == {0: 4_000, 1: 4_000}
    assert Counter(test.labels) == {0: 1_000, 1: 1_000}


SENTIMENT140 = (
    b'"0","1467810369","Mon Apr 06 22:19:45 PDT 2009","NO_QUERY","joe","caf\xe9, so sad"\r\n'
    b'"2","1467810370","Mon Apr 06 22:19:46 PDT 2009","NO_QUERY","jane","a bus"\r\n'
    b'"4","1467810371","Mon Apr 06 22:19:47 PDT 2009","NO_QUERY","joe","two\nlines"\r\n'
)


def test_sentiment140_is_read_as_its_makers_publish_it(tmp_path: Path) -> None:
    read = corpus.read(written(tmp_path, SENTIMENT140))
    assert (read.texts, read.labels) == (["café, so sad", "two\nlines"], [0, 1])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (b'"3","4","5","6","7","x"\n', r"row 4 \(up to line 5\) does not have six cells, the first"),
        (b'"0","4","5","6","7"\n', r"row 4 \(up to line 5\) does not have six cells, the first"),
        (b'"0","4","5","6","7","never closed\n', "breaks off after row 3, line 5"),
    ],
)
def test_a_spoilt_row_of_sentiment140_is_named(tmp_path: Path, row: bytes, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        corpus.read(written(tmp_path, SENTIMENT140 + row))

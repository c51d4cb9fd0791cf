import pytest

from model.evaluation.labels import UnknownLabelError, match

TWO = ("negative", "positive")


@pytest.mark.parametrize(
    ("found", "positive", "matched"),
    [
        (["positive", "negative"], None, {"positive": "positive", "negative": "negative"}),
        (["Positive ", "NEGATIVE"], None, {"Positive ": "positive", "NEGATIVE": "negative"}),
        (["0", "4"], None, {"0": "negative", "4": "positive"}),
        (["neg", "pos", "pos"], None, {"neg": "negative", "pos": "positive"}),
        (["1.0", "0.0"], None, {"1.0": "positive", "0.0": "negative"}),
        (["joy", "anger", "fear"], "joy", {"joy": "positive", "anger": "negative", "fear": "negative"}),
    ],
)
def test_a_label_of_a_file_means_the_one_of_the_same_name_or_side(
    found: list[str], positive: str | None, matched: dict[str, str]
) -> None:
    assert match(found, TWO, positive) == matched


def test_the_labels_of_more_classes_match_by_name() -> None:
    labels = ("business", "sport", "world")
    assert match(["Sport", "world"], labels) == {"Sport": "sport", "world": "world"}
    with pytest.raises(
        UnknownLabelError, match=r"the file has others: 'tech' \(2 rows\)\. Leave such rows out"
    ):
        match(["sport", "tech", "tech"], labels)
    with pytest.raises(UnknownLabelError, match="The model has 3 labels: leave out --positive"):
        match(["sport"], labels, "sport")


def test_a_third_label_is_not_taken_for_negative() -> None:
    with pytest.raises(UnknownLabelError, match=r"'neutral' \(1 rows\)"):
        match(["positive", "negative", "neutral"], TWO)


def test_usual_names_do_not_match_labels_that_are_not_sides() -> None:
    with pytest.raises(UnknownLabelError, match="the file has others: '0'"):
        match(["0", "1"], ("ham", "spam"))


def test_a_positive_label_that_no_row_has_is_refused() -> None:
    with pytest.raises(UnknownLabelError, match="No row has the label 'yes', as --positive says: 'no'"):
        match(["no"], TWO, "yes")

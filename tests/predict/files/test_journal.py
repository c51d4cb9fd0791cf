from pathlib import Path

from predict.files.journal import NAME, Journal


def test_the_last_entry_of_a_file_is_found_by_the_next_run(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert journal.find("a.csv") is None
    for scored in (1, 2):
        journal.add("a.csv", "a.scored.csv", {"scored": scored})
    found = Journal(tmp_path).find("a.csv")
    assert found == ("a.csv", "a.scored.csv", {"scored": 2})


def test_half_a_line_is_no_entry_and_spoils_none(tmp_path: Path) -> None:
    Journal(tmp_path).add("a.csv", "a.scored.csv", {})
    with (tmp_path / NAME).open("ab") as file:
        file.write(b'\n["b.csv", "b.sco')
    journal = Journal(tmp_path)
    journal.add("c.csv", "c.scored.csv", {})
    assert [bool(Journal(tmp_path).find(key)) for key in ("a.csv", "b.csv", "c.csv")] == [True, False, True]

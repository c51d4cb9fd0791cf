from bench import soak


def test_a_minute_of_events_of_all_doors_leaves_the_process_as_it_was(image: str) -> None:
    with soak.emulate(image) as sender:
        found = soak.measure("emulator", sender, 60)
    assert [figure for figure in found if not figure.met] == []

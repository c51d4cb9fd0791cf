from datetime import date

from predict.cost import measured


def test_the_shipped_measurement_has_a_date_a_processor_and_figures_of_three_doors() -> None:
    measurement = measured.read()
    assert date.fromisoformat(measurement.date) > date(2026, 1, 1)
    assert measurement.processor
    assert measurement.doors.keys() == {"http", "queue", "objects"}
    assert all(figure > 0 for door in measurement.doors.values() for figure in door)

import pytest

from predict import settings
from predict.settings import Settings, SettingsError


def test_an_empty_environment_gives_the_defaults() -> None:
    assert settings.read({}) == Settings()
    assert settings.read({"MODEL": "", "MAX_TEXTS": ""}) == Settings()


def test_each_field_is_a_variable() -> None:
    limits = {"MAX_TEXTS": "1", "MAX_CHARACTERS": "2", "MAX_BYTES": "3"}
    environ = {"MODEL": "mine", "THRESHOLD": "0.7", "UNCERTAIN": "0.4-.6", **limits, "HOME": "/"}
    assert settings.read(environ) == Settings("mine", 0.7, (0.4, 0.6), 1, 2, 3)


@pytest.mark.parametrize("name", ["MAX_TEXTS", "MAX_CHARACTERS", "MAX_BYTES"])
@pytest.mark.parametrize("value", ["many", "0", "-5", "1.5", "1e3"])
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} must be a whole number above 0, not '{value}'"):
        settings.read({name: value})


@pytest.mark.parametrize("value", ["much", "-0.1", "1.1", "nan", "1,5"])
def test_a_wrong_threshold_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match=f"THRESHOLD must be a number from 0 to 1, not '{value}'"):
        settings.read({"THRESHOLD": value})


@pytest.mark.parametrize("value", ["0.5", "0.6-0.4", "0.4-", "-", "0.4-1.5", "a-b"])
def test_a_wrong_band_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="UNCERTAIN must be"):
        settings.read({"UNCERTAIN": value})

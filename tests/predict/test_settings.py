import pytest

from predict import settings
from predict.settings import Settings, SettingsError


def test_an_empty_environment_gives_the_defaults() -> None:
    assert settings.read({}) == Settings()
    assert settings.read({"MODEL": "", "MAX_TEXTS": ""}) == Settings()


def test_each_field_is_a_variable() -> None:
    environ = {"MODEL": "mine", "MAX_TEXTS": "1", "MAX_CHARACTERS": "2", "MAX_BYTES": "3", "HOME": "/"}
    assert settings.read(environ) == Settings("mine", 1, 2, 3)


@pytest.mark.parametrize("name", ["MAX_TEXTS", "MAX_CHARACTERS", "MAX_BYTES"])
@pytest.mark.parametrize("value", ["many", "0", "-5", "1.5", "1e3"])
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} must be a whole number above 0, not '{value}'"):
        settings.read({name: value})

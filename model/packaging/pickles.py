"""Opens files that joblib or pickle wrote."""

import warnings
from pathlib import Path
from typing import Any

import joblib
import sklearn
from sklearn.exceptions import InconsistentVersionWarning

from model.packaging.refusals import NotPackagedError


def open_pickle(path: Path) -> Any:
    """Return the object in a file. This runs the code in it, as every pickle does.

    Raises NotPackagedError if another release of scikit-learn wrote it, because such an object may answer
    wrongly with a mere warning. Raises OSError if the file cannot be read.
    """
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("error", InconsistentVersionWarning)
        try:
            return joblib.load(file)
        except InconsistentVersionWarning as exc:
            was, now = exc.original_sklearn_version, exc.current_sklearn_version
            raise NotPackagedError(
                f"{path} was fitted with scikit-learn {was}, and {now} may answer otherwise: "
                f"run `pip install scikit-learn=={was}`, or fit it again"
            ) from exc
        except ModuleNotFoundError as exc:
            if str(exc.name).startswith("sklearn."):
                raise NotPackagedError(
                    f"{path} was fitted with another release of scikit-learn, because {sklearn.__version__} "
                    f"has no {exc.name}: install that release, or fit it again"
                ) from exc
            raise NotPackagedError(
                f"{path} needs the module {exc.name}: install it, or fit without it"
            ) from exc
        except AttributeError as exc:
            raise NotPackagedError(
                f"{path} needs code that is not installed here ({exc}): fit with scikit-learn's own options, "
                f"such as token_pattern"
            ) from exc
        except Exception as exc:  # a pickle may raise anything
            raise NotPackagedError(
                f"{path} cannot be opened ({type(exc).__name__}): write it with joblib.dump(pipeline, path)"
            ) from exc

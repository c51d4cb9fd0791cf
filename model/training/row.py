"""One row of the comparison of models."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Row(NamedTuple):
    """What a model achieves on the reference test rows.

    `intervals` has the 95 % intervals of two metrics. `probabilities` has the shape (test rows,). `kilobytes`
    is the size of the artifact; only our own models have one.
    """

    name: str
    metrics: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    kilobytes: float | None
    tweets_per_second: float
    probabilities: NDArray[np.float64]

    @property
    def label(self) -> str:
        """The name without the version or remark."""
        return self.name.split()[0]

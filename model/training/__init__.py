"""What stays on the laptop: corpus, models, training, evaluation. Nothing served imports it."""

import os

# OpenBLAS chooses its arithmetic by the processor. With one that every x86-64 server has, all train the same
# bytes. NumPy and SciPy look at it when they are loaded.
os.environ.setdefault("OPENBLAS_CORETYPE", "Nehalem")

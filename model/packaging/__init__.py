"""Turns a fitted text classifier of scikit-learn into an artifact. Nothing here is part of the image."""

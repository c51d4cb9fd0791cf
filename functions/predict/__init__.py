"""The doors, floor 3: each turns one kind of call into texts for the model, and the answers back."""

__version__ = "1.0.0"  # as in pyproject.toml, which the image does not have

"""The doors. Floor 3: each turns one kind of call into texts for the model, and its answers back."""

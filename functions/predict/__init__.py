"""The doors, floor 3: each turns one kind of call into texts for the model, and the answers back."""

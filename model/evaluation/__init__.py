"""How good a model is on a labelled file of one's own. It stays on the laptop, as training does."""

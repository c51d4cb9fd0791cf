"""What stays on the laptop: corpus, models, training, evaluation. Nothing served imports it."""

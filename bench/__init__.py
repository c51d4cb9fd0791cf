"""Figures as ratios against a peer in the same run: they hold on other machines, milliseconds do not."""

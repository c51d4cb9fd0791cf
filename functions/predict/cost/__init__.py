"""What AWS charges for a million tweets."""

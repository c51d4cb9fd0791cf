"""What the doors say of their work: a line of JSON each time, and drift, which is computed from the lines."""

"""Files of rows: their formats, the object they come from, and the scoring of a whole one."""

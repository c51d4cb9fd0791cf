"""What can be wrong with an event or a record of one."""


class UnknownEventError(ValueError):
    """Raise when an event does not belong to a door; the message lists what does."""


class UnreadableRecordError(ValueError):
    """Raise when a record cannot be read; the message says why, and shows nothing of its text."""

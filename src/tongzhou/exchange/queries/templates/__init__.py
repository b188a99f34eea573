"""Project templates: their format and its strict reader, what is offered, and how one is laid onto the calendar."""

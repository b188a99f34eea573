"""The demo organisation: the sources' departments, cast and three sample projects (source documents A, B and D)."""

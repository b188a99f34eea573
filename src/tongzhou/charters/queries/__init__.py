"""Reads of the charters room."""

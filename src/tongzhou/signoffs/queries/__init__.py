"""Reads of the signoffs room."""

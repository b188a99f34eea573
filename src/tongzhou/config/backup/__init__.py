"""Backup and restore: one archive of the database, the files and the secrets that belong to it."""

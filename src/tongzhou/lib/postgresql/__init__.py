"""PostgreSQL as the product uses it (base.py), and what a process does when the data under it were restored (generation.py)."""

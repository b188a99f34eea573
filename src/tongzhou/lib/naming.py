"""What a project's papers are called."""

from __future__ import annotations

PROJECT = "项目"


def paper_name(project: str, paper: str) -> str:
    """Return the name of a project's paper. The word in which the one ends and the other begins is said once: 某项目章程."""
    name = project.strip()
    if name.endswith(PROJECT) and paper.startswith(PROJECT):
        return name + paper[len(PROJECT) :]
    between = " " if paper[:1].isascii() and paper[:1].isalnum() else ""
    return f"{name}{between}{paper}"

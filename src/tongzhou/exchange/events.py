"""What happens in the exchange room."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WorkbookImported:
    """A workbook came into a project."""

    project: int
    file_name: str
    tasks_created: int
    tasks_changed: int
    links_created: int
    progress: int

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


@dataclass(frozen=True)
class PlanExported:
    """Somebody took the plan along as a file, as of a day."""

    project: int
    form: str
    ending: str
    as_of: str


@dataclass(frozen=True)
class ImportFilesRemoved:
    """Files that no import knows were removed."""

    files: int

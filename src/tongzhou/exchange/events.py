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


@dataclass(frozen=True)
class ProjectStartedFromTemplate:
    """A project began from a template: `template` is its key, `edition` its number (0: it came with the product)."""

    project: int
    template: str
    template_name: str
    edition: int
    tasks: int
    left_out: tuple[str, ...]
    """The departments of the template that nobody was chosen for."""


@dataclass(frozen=True)
class TemplateSaved:
    """A template was kept, or got a new edition; from a project where one is named."""

    template: int
    edition: int
    tasks: int
    from_project: str


@dataclass(frozen=True)
class TemplateChanged:
    """Name, description, or who may use a template changed."""

    template: int


@dataclass(frozen=True)
class TemplateArchived:
    """A template is offered no more (`back`: it is again)."""

    template: int
    back: bool


@dataclass(frozen=True)
class TemplateRemoved:
    """A template was removed with all its editions."""

    template: int
    editions: int

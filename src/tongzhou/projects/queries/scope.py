"""Reads: what a project includes and what it does not."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongzhou.lib.reading import read_once
from tongzhou.projects.models import Project, ScopeItem


@dataclass(frozen=True)
class ScopeRow:
    """A line of the scope; `department` does an excluded part."""

    id: int
    kind: str
    text: str
    department_id: int | None
    department: str
    version: int

    @property
    def included(self) -> bool:
        return self.kind == ScopeItem.Kind.IN

    @property
    def says(self) -> str:
        """The text, with who does an excluded part."""
        if not self.department:
            return self.text
        return _("%(text)s (done by %(department)s)") % {"text": self.text, "department": self.department}


def scope_of(project: Project) -> tuple[ScopeRow, ...]:
    """Return what is included, then what is not, each in the order that people gave the lines. One query."""
    return read_once(("scope", project.pk), lambda: _scope(project))


def _scope(project: Project) -> tuple[ScopeRow, ...]:
    fields = ("pk", "kind", "text", "department_id", "department__name", "version")
    rows = ScopeItem.objects.filter(project=project).order_by("kind", "place", "pk").values_list(*fields)
    return tuple(ScopeRow(key, kind, text, home, name or "", version) for key, kind, text, home, name, version in rows)

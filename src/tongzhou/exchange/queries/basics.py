"""The basic information of a project as labels with values, as its form has them."""

from __future__ import annotations

from collections.abc import Iterable

from tongzhou.plan.models import KeyMilestone
from tongzhou.projects.models import Participation, Project, ProjectRole


def basics_pairs(project: Project) -> list[tuple[str, str]]:
    """Return the pairs in the order of the form. Three queries."""
    parts = list(Participation.objects.filter(project=project).select_related("department"))
    managers = ProjectRole.objects.filter(project=project, kind=ProjectRole.Kind.MANAGER).values_list("user__name", flat=True)
    milestones = KeyMilestone.objects.filter(project=project).values_list("name", "due")
    return [
        ("项目名称", project.name),
        ("项目编号", project.number),
        ("项目周期", _period(project)),
        ("项目负责人", "、".join(managers)),
        ("联系方式", project.contact),
        ("项目核心目标", project.objective),
        ("参与部门及职责", _lines((part.department.name, part.duty) for part in parts)),
        ("关键里程碑", _lines((name, due.isoformat()) for name, due in milestones)),
        ("交付物清单", _lines((part.department.name, part.deliverables) for part in parts if part.deliverables)),
    ]


def _period(project: Project) -> str:
    days = (project.starts_on, project.ends_on)
    return "" if days == (None, None) else "-".join(day.isoformat().replace("-", ".") if day else "" for day in days)


def _lines(pairs: Iterable[tuple[str, str]]) -> str:
    return ";".join(f"{label}:{value}" if value else label for label, value in pairs)

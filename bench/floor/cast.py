"""Print as JSON who measures: the manager of the largest project, its number, and who has most open tasks."""

from __future__ import annotations

import json
import sys

import django


def main() -> int:
    """Print {"manager": login, "number": project number, "member": login}."""
    django.setup()
    from django.db.models import Count

    from tongzhou.plan.models import WorkItem
    from tongzhou.projects.models import Project, ProjectRole

    project = Project.objects.annotate(size=Count("work_items")).order_by("-size", "pk").first()
    assert project is not None, "an empty database"
    manager = ProjectRole.objects.get(project=project, kind=ProjectRole.Kind.MANAGER).user
    going = WorkItem.objects.filter(owner__isnull=False, children__isnull=True).exclude(state__in=["done", "cancelled"])
    member = going.values("owner__login").annotate(size=Count("pk")).order_by("-size", "owner_id")[0]["owner__login"]
    print(json.dumps({"manager": manager.login, "number": project.number, "member": member}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""How departments claim their tasks, as the addresses and the operations take it."""

from __future__ import annotations

from typing import Any

from tongzhou.signoffs.models import Sheet

READ, CHARTER, CLAIM = "read project plan, tasks", "edit charter draft", "claim/assign task in department"


def claim_attempts(task: int | None) -> list[tuple[Any, ...]]:
    """Return name, row, method and fields of each request to a page."""
    taken = {"task": str(task), f"owner-{task}": "郑十", f"output-{task}": "图纸"}
    return [
        ("task_list_release", CHARTER, "post", {"due": ""}),
        ("claims_call", CHARTER, "post", {"due": ""}),
        ("claims_take", CLAIM, "post", taken),
        ("sheet_seen", READ, "post", {"digest": _shown()}),
        ("claims_return", CLAIM, "post", {"task": str(task), "reason": "没有人手"}),
    ]


def _shown() -> str:
    """The hash of the sheet that `inhabited` opens."""
    return Sheet.objects.filter(kind="paper").values_list("digest", flat=True).first() or "0" * 64


def claim_operations(project: str, task: int) -> list[tuple[Any, ...]]:
    """Return method, route, row, body and query of each operation below the route `project`."""
    return [
        ("GET", f"{project}/claims", READ, None, ""),
        ("POST", f"{project}/claims", CLAIM, {"tasks": [{"task": task, "output": "图纸"}]}, ""),
        ("POST", f"{project}/claims/returns", CLAIM, {"tasks": [task], "reason": "没有人手"}, ""),
        ("POST", f"{project}/claims/calls", CHARTER, {}, ""),
        ("POST", f"{project}/sheets/{{sheet_id}}/seen", READ, {"digest": _shown()}, ""),
        ("GET", f"{project}/papers", READ, None, ""),
        ("GET", f"{project}/papers/{{paper}}", READ, None, "ending=xlsx"),
        ("GET", f"{project}/task-list/readiness", READ, None, ""),
        ("GET", f"{project}/task-list/versions", READ, None, ""),
        ("GET", f"{project}/task-list/difference", READ, None, "before=now"),
    ]

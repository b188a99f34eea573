"""What a line says, as it is kept with each step, and in what it differs from what was shown."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tongzhou.resources.models import Commitment, CommitmentStep


def line_of(row: Commitment) -> dict[str, Any]:
    """Return what a line says, as JSON."""
    return {
        "what": row.what,
        "amount": f"{row.amount:.2f}",
        "unit": row.unit,
        "starts_on": row.starts_on.isoformat() if row.starts_on else "",
        "ends_on": row.ends_on.isoformat() if row.ends_on else "",
        "work_item": row.work_item.name if row.work_item else "",
        "state": row.state,
        "offered": "" if row.offered is None else f"{row.offered:.2f}",
        "reason": row.reason,
    }


def difference_since(row: Commitment, version: int) -> list[dict[str, str]]:
    """Return in which fields a line differs from its version: {"field", "label", "before", "after"}. One query."""
    seen = CommitmentStep.objects.filter(commitment=row, version=version).values_list("line", flat=True).first()
    now, words = line_of(row), _words()
    return [
        {"field": name, "label": words[name], "before": _shown(name, seen.get(name, "")), "after": _shown(name, now[name])}
        for name in words
        if seen is not None and seen.get(name, "") != now[name]
    ]


def _shown(name: str, value: str) -> str:
    return str(Commitment.State(value).label) if name == "state" and value else value


def _words() -> dict[str, str]:
    return {
        "what": _("What is asked for"),
        "amount": _("Amount asked for"),
        "unit": _("Unit"),
        "starts_on": _("First day needed"),
        "ends_on": _("Last day needed"),
        "work_item": _("Task"),
        "state": _("State"),
        "offered": _("Amount offered"),
        "reason": _("Reason"),
    }

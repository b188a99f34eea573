"""Who may write a report: the manager, in whose name it goes out."""

from __future__ import annotations

from tongzhou.projects.access import Standing


def can_write_report(at: Standing) -> bool:
    return at.manages

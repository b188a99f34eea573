"""Who may change the plan: the manager, and a liaison for the work items of his own department."""

from __future__ import annotations

from tongzhou.projects.access import Standing


def can_edit_plan(at: Standing) -> bool:
    """Create, import, move and link anything."""
    return at.manages


def can_edit_item(at: Standing, department_id: int | None) -> bool:
    return at.manages or (department_id is not None and department_id in at.liaisons)


def can_assign_item(at: Standing, department_id: int | None) -> bool:
    """Give a work item to an owner: the manager, or the department's liaison or head."""
    return can_edit_item(at, department_id) or (department_id is not None and department_id in at.heads)


def can_report_item(at: Standing, department_id: int | None, owner_id: int | None) -> bool:
    """Report progress: the manager, the department's liaison, the owner."""
    return can_edit_item(at, department_id) or (owner_id is not None and owner_id == at.user_id)

"""The record as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.people.models import Department, User
from tongzhou.timeline.queries import Entry


@dataclass(frozen=True)
class Said:
    """An entry of the record: `actor` `said` the subject `tail`. Changes are (object, field, before, after)."""

    id: int
    at: datetime
    actor: str
    said: str
    subject: str
    tail: str
    changes: list[tuple[str, str, Any, Any]]


def sentences(entries: list[Entry]) -> list[Said]:
    """Return the entries as sentences in the reader's language. At most two queries, for names behind ids."""
    verbs, fields, names = _verbs(), _fields(), _names(entries)
    return [
        Said(
            entry.id,
            entry.at,
            entry.actor,
            verbs.get(entry.kind, entry.kind),
            entry.subject,
            _tail(entry),
            [
                (label, fields.get(name, name), _value(name, before, names), _value(name, after, names))
                for label, name, before, after in entry.changes
            ],
        )
        for entry in entries
    ]


def _tail(entry: Entry) -> str:
    data = entry.data
    if entry.kind == "progress-recorded":
        return _("to %(percent)s%%") % {"percent": f"{data['percent'] / 100:g}"}
    if entry.kind == "progress-unchanged":
        count = len(data.get("items", ()))
        return _("(%(count)s tasks)") % {"count": count} if count > 1 else ""
    if entry.kind == "plan-imported":
        counts = {name: data[name] for name in ("created", "changed", "unchanged")}
        return _("%(created)s new, %(changed)s changed, %(unchanged)s unchanged") % counts
    if entry.kind == "plan-edited":
        return str(data.get("label", ""))
    if entry.kind == "workbook-imported":
        return str(data["file_name"])
    if entry.kind == "baseline-cut":
        return str(data["number"])
    return ""


def _names(entries: list[Entry]) -> dict[tuple[str, int], str]:
    """Return the names of people and departments that changes refer to by id."""
    used: dict[str, set[int]] = {"owner_id": set(), "department_id": set()}
    for entry in entries:
        for _label, name, before, after in entry.changes:
            if name in used:
                used[name] |= {value for value in (before, after) if isinstance(value, int)}
    people = User.objects.filter(pk__in=used["owner_id"]).values_list("pk", "name") if used["owner_id"] else ()
    rows = Department.objects.filter(pk__in=used["department_id"]).values_list("pk", "name") if used["department_id"] else ()
    return {("owner_id", key): name for key, name in people} | {("department_id", key): name for key, name in rows}


def _value(name: str, value: Any, names: dict[tuple[str, int], str]) -> Any:
    """Return a stored value as people read it."""
    if isinstance(value, list):
        return "；".join(_part(part) if isinstance(part, list) else str(part) for part in value)
    if isinstance(value, str):
        return _words().get(value, value)
    if name == "percent" and isinstance(value, int):
        return f"{value / 100:g}%"
    if name == "duration" and isinstance(value, int):
        return _("%(days)s working days") % {"days": f"{value / 480:g}"}
    return names.get((name, value), value)


def _part(part: list[Any]) -> str:
    """Return a scope item (its kind and text), or any other list, as people read it."""
    kinds = {"in": _("Included: %(text)s"), "out": _("Excluded: %(text)s")}
    if len(part) == 2 and part[0] in kinds:
        return kinds[part[0]] % {"text": part[1]}
    return " ".join(map(str, part))


def _words() -> dict[str, str]:
    return {
        "todo": _("Not started"),
        "doing": _("In progress"),
        "done": _("Done"),
        "blocked": _("Blocked"),
        "cancelled": _("Cancelled"),
        "lead": _("Lead"),
        "support": _("Support"),
        "supervise": _("Supervise"),
        "light": _("Light"),
        "standard": _("Standard"),
        "strict": _("Strict"),
    }


def _verbs() -> dict[str, str]:
    return {
        "project-created": _("created the project"),
        "project-basics-changed": _("changed the basic information"),
        "participation-changed": _("changed the departments of"),
        "participation-removed": _("took a department out of"),
        "seat-changed": _("changed a seat in"),
        "role-given": _("gave a role to"),
        "tasks-handed-over": _("handed over the open tasks of"),
        "seats-handed-over": _("handed over the seats and roles of"),
        "role-taken": _("took a role from"),
        "scope-changed": _("changed the scope of"),
        "seat-powers-changed": _("wrote down what a seat may decide alone in"),
        "weight-changed": _("changed the weight of the process of"),
        "organisation-changed": _("changed the settings of the organisation"),
        "filters-changed": _("changed the saved filters of"),
        "comment-added": _("commented on"),
        "comment-edited": _("edited a comment on"),
        "comment-removed": _("removed a comment on"),
        "plan-imported": _("imported the plan of"),
        "workbook-imported": _("brought a workbook"),
        "department-added": _("added the department"),
        "person-added": _("added the person"),
        "calendar-changed": _("changed the calendar"),
        "calendar-removed": _("removed the calendar"),
        "department-calendar-chosen": _("chose the calendar of"),
        "statutory-year-announced": _("entered the statutory days of"),
        "project-calendar-changed": _("changed the calendar of"),
        "plan-followed-calendar": _("let follow its calendar:"),
        "sign-in-link-made": _("made a sign-in link for"),
        "signed-in-by-link": _("signed in by link:"),
        "plan-edited": _("edited the plan of"),
        "work-item-added": _("added"),
        "work-item-changed": _("changed"),
        "work-item-removed": _("removed"),
        "progress-recorded": _("updated"),
        "progress-unchanged": _("reported no change for"),
        "baseline-cut": _("cut baseline of"),
        "key-milestones-changed": _("changed the key milestones of"),
        "help-asked": _("asked for help with"),
        "weekly-report-edited": _("wrote the weekly report"),
        "weekly-report-sent": _("sent the weekly report"),
        "weekly-report-reopened": _("opened a new edition of the weekly report"),
        "api-token-made": _("made a token for programs of"),
        "api-token-revoked": _("revoked a token for programs of"),
    }


def _fields() -> dict[str, str]:
    return {
        "name": _("Name"),
        "start": _("Start"),
        "finish": _("Finish"),
        "typed_start": _("Start"),
        "typed_finish": _("Finish"),
        "duration": _("Duration"),
        "owner": _("Owner"),
        "owner_id": _("Owner"),
        "state": _("State"),
        "percent": _("Progress"),
        "done_quantity": _("Done quantity"),
        "department_id": _("Department"),
        "actual_start": _("Actual start"),
        "actual_finish": _("Actual finish"),
        "kind": _("Role"),
        "duty": _("Duty"),
        "deliverables": _("Deliverables"),
        "holder": _("Holder"),
        "head": _("Head"),
        "liaison": _("Liaison"),
        "scope": _("Scope"),
        "objective": _("Core objective"),
        "contact": _("Contact"),
        "starts_on": _("Starts on"),
        "weight": _("Weight of the process"),
        "may_decide": _("May decide alone"),
        "text": _("Comment"),
        "ends_on": _("Ends on"),
        "status_date": _("Look at it as of"),
        "delivery_standard": _("Delivery standard"),
        "key_output": _("Key output"),
        "risk_point": _("Risk point"),
        "remark": _("Remark"),
        "deadline": _("Deadline"),
        "urgency": _("Urgency"),
        "supporters": _("Supporters"),
        "department": _("Department"),
        "predecessors": _("Predecessors"),
        "stand_in": _("B-role stand-in"),
        "stand_in_id": _("B-role stand-in"),
        "parent": _("Below"),
        "is_milestone": _("Milestone"),
        "constraint": _("Constraint"),
        "constraint_date": _("Constraint date"),
        "resource_need": _("Resource need"),
        "quantity": _("Quantity"),
        "unit": _("Unit"),
    }

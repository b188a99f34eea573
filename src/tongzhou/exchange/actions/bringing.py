"""Writing a workbook into a project: all of it or nothing, through the actions of the rooms below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tongzhou.exchange.events import WorkbookImported
from tongzhou.exchange.models import ForeignTask
from tongzhou.exchange.queries.answers import Record
from tongzhou.exchange.queries.matching import Counts
from tongzhou.exchange.queries.proposal import Proposal, propose
from tongzhou.people.actions import add_department, add_person
from tongzhou.people.models import Department, System, User
from tongzhou.plan.actions import (
    BroughtIn,
    MilestoneSpec,
    Told,
    bring_in,
    change_project_calendar,
    record_reports,
    set_key_milestones,
)
from tongzhou.plan.models import WorkItem
from tongzhou.projects.actions import Part, change_basics, set_participation
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import Subject, record
from tongzhou.workbooks.cells import Sheet
from tongzhou.workbooks.text import key


@dataclass(frozen=True)
class Made:
    """What came of an import."""

    tasks: Counts = field(default_factory=Counts)
    links: Counts = field(default_factory=Counts)
    progress: int = 0
    milestones: int = 0
    departments: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Workbook:
    """A workbook that was read, with what was answered about it."""

    file_name: str
    sheets: Sequence[Sheet]
    records: Sequence[Record] = ()


def bring(*, by: User | System, project: Project, book: Workbook, creating: bool = False, now: datetime) -> Made:
    """Write what the sheets and the answers mean. With `creating` unknown people and departments are made.

    The caller has made sure that nothing is left to be settled. When nothing differs, nothing is written.
    :raises Refused: if `by` may not, or a rule of the rooms below forbids it; then nothing is written.
    """
    today = timezone.localtime(now).date()
    with transaction.atomic():
        proposal = propose(project, book.sheets, book.records, today=today, creating=creating)
        departments, people = _create(proposal, by=by, now=now)
        if departments or people:
            proposal = propose(project, book.sheets, book.records, today=today)
        if proposal.taken_calendar is not None:
            own = proposal.taken_calendar.spec
            change_project_calendar(by=by, project=project, calendar=None, own=own, now=now)
            proposal = propose(project, book.sheets, book.records, today=today)
        missing = tuple(row.name for row in proposal.missing)
        if not proposal.writes:
            return Made(proposal.item_counts, proposal.link_counts, missing=missing, departments=departments, people=people)
        if proposal.basics:
            project = change_basics(by=by, project=project, values=proposal.basics, now=now)
        joined = _join(proposal, by=by, project=project, now=now)
        removed = [row.pk for row in proposal.removed]
        brought = bring_in(by=by, project=project, items=proposal.items, links=proposal.links, removed=removed, now=now)
        milestones = _tie(proposal, brought, by=by, project=project, now=now)
        _report(proposal, brought, by=by, project=project, now=now)
        _remember(proposal, brought, project)
        made = Made(
            tasks=proposal.item_counts,
            links=Counts(brought.links_created, brought.links_changed, brought.links_unchanged),
            progress=len(proposal.reports),
            milestones=milestones,
            departments=departments,
            people=people,
            joined=joined,
            missing=missing,
        )
        event = WorkbookImported(
            project.pk, book.file_name, brought.created, brought.changed, brought.links_created, len(proposal.reports)
        )
        record(event, by=by, now=now, subject=Subject("project", project.pk, project.name), project=project.pk)
    return made


def _remember(proposal: Proposal, brought: BroughtIn, project: Project) -> None:
    """Keep by which numbers another program knows the tasks that came in from it: so a later file finds them again."""
    found = {}
    for spec in proposal.items if proposal.found.source else ():
        origin = proposal.found.tasks[int(spec.key)].origin
        if origin is not None:
            key = (origin.tag, origin.item)
            found[key] = ForeignTask(project=project, tag=origin.tag, number=origin.item, item=brought.ids[spec.key])
    ForeignTask.objects.bulk_create(
        found.values(),
        update_conflicts=True,
        unique_fields=["project", "tag", "number"],
        update_fields=["item"],
        batch_size=500,
    )


def _create(proposal: Proposal, *, by: User | System, now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Make the departments and people that are still to be made, each person in the department that a row names beside her."""
    roster = proposal.roster
    for name in roster.new_departments.values():
        add_department(by=by, name=name, now=now)
    homes = {key(row.name): row for row in Department.objects.all()} if roster.new_people else {}
    for short, name in roster.new_people.items():
        add_person(by=by, name=name, department=homes.get(key(roster.homes.get(short, ""))), now=now)
    return tuple(roster.new_departments.values()), tuple(roster.new_people.values())


def _join(proposal: Proposal, *, by: User | System, project: Project, now: datetime) -> tuple[str, ...]:
    departments = Department.objects.in_bulk([one.department for one in proposal.joining])
    for one in proposal.joining:
        set_participation(
            by=by,
            project=project,
            department=departments[one.department],
            part=Part(one.kind, one.duty, one.deliverables),
            now=now,
        )
    return tuple(one.name for one in proposal.joining if one.is_new)


def _tie(proposal: Proposal, brought: BroughtIn, *, by: User | System, project: Project, now: datetime) -> int:
    specs = [
        MilestoneSpec(one.name, one.due, brought.ids[str(one.item)] if one.item is not None else None)
        for one in proposal.milestones
    ]
    return set_key_milestones(by=by, project=project, milestones=specs, now=now) if specs else 0


def _report(proposal: Proposal, brought: BroughtIn, *, by: User | System, project: Project, now: datetime) -> None:
    """Record the progress that the sheets tell, each as of its sheet's day and in the name of who wrote it there."""
    if not proposal.reports:
        return
    ids = [brought.ids[str(spec.task)] if spec.task is not None else spec.item for spec in proposal.reports]
    items = WorkItem.objects.select_related("project").in_bulk([pk for pk in ids if pk is not None])
    told = [
        Told(items[pk], spec.report, spec.status_date, {"problem": spec.note, "reporter_name": spec.reporter})
        for pk, spec in zip(ids, proposal.reports, strict=True)
        if pk is not None
    ]
    record_reports(by=by, project=project, told=told, now=now)

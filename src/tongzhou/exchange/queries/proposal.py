"""What a workbook would write into a project, and what stands in its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.exchange.queries.answers import Record, Settled, settled_of
from tongzhou.exchange.queries.asof import looked_at_on
from tongzhou.exchange.queries.calendars import KEEP, Around, CalendarOffer, calendar_names, is_known_week, offered_calendar
from tongzhou.exchange.queries.conflicts import Conflict, Meanwhile, held_links, settle_conflicts
from tongzhou.exchange.queries.keeping import kept, removed_links, reordered, unsaid
from tongzhou.exchange.queries.matching import (
    Counts,
    Existing,
    compare_items,
    compare_links,
    count,
    earlier_origins,
    existing_plan,
    match,
)
from tongzhou.exchange.queries.outcome import moved_dates, planned_dates, with_offer
from tongzhou.exchange.queries.reports import ReportSpec, reports_of
from tongzhou.exchange.queries.roster import Roster
from tongzhou.exchange.queries.task_dates import typed_dates
from tongzhou.people.queries import unknown_years
from tongzhou.plan.actions import ItemSpec, LinkSpec, MilestoneSpec, SupportSpec
from tongzhou.plan.models import Baseline, Dependency, KeyMilestone, WorkItem
from tongzhou.plan.queries.calendars import TaskCalendars, own_calendar_name, task_calendars
from tongzhou.projects.models import Participation, Project
from tongzhou.workbooks.cells import Sheet
from tongzhou.workbooks.constraints import YIELDING
from tongzhou.workbooks.people import EVERYBODY
from tongzhou.workbooks.result import Context, LinkRow, Problem, Question, TaskRow, Understanding
from tongzhou.workbooks.stamps import tag_of
from tongzhou.workbooks.text import key
from tongzhou.workbooks.understanding import understand

LONGEST_CONTENT = 300
LONGEST_SHORT = 120  # characters of a contact and of a key milestone's name
FOLLOW = "follow"


@dataclass(frozen=True)
class Joining:
    """A department that begins to take part, or whose duty the sheet tells."""

    department: int
    name: str
    kind: str
    duty: str
    deliverables: str
    is_new: bool


@dataclass
class Proposal:
    """Everything that confirming would write. Ids below 0 are people and departments still to be made."""

    found: Understanding
    settled: Settled
    roster: Roster
    existing: Existing
    items: list[ItemSpec] = field(default_factory=list)
    verdicts: dict[str, str] = field(default_factory=dict)
    links: list[LinkSpec] = field(default_factory=list)
    link_counts: Counts = field(default_factory=Counts)
    reports: list[ReportSpec] = field(default_factory=list)
    milestones: list[MilestoneSpec] = field(default_factory=list)
    basics: dict[str, Any] = field(default_factory=dict)
    joining: list[Joining] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    missing: list[WorkItem] = field(default_factory=list)
    removed: list[Dependency] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    calendar: CalendarOffer | None = None
    """The project's own calendar that the file brings; offered even where it is not taken."""
    calendar_names: dict[int, str] = field(default_factory=dict)

    @property
    def taken_calendar(self) -> CalendarOffer | None:
        """The offered calendar, unless somebody chose to keep the present one."""
        offer = self.calendar
        return offer if offer is not None and self.settled.workbook.choices.get(offer.id) != KEEP else None

    @property
    def item_counts(self) -> Counts:
        return count(self.verdicts)

    @property
    def open_questions(self) -> list[Question]:
        return [question for question in self.found.questions if question.answer is None]

    @property
    def writes(self) -> bool:
        """Whether confirming would change anything."""
        counts, links = self.item_counts, self.link_counts
        changes = counts.created + counts.changed + links.created + links.changed + len(self.removed)
        return bool(changes or self.reports or self.milestones or self.basics or self.joining or self.taken_calendar)


def propose(
    project: Project, sheets: Sequence[Sheet], records: Sequence[Record], *, today: date, creating: bool = False
) -> Proposal:
    """Work out what the sheets and the answers would write. With `creating` unknown names are made. About ten queries."""
    settled = settled_of(records)
    existing, roster = existing_plan(project), Roster(settled, creating).load()
    following = {row.owner_id for row in existing.rows.values() if row.follows_owner and row.owner_id is not None}
    calendars = task_calendars(project, following)
    context = Context(
        project_name=project.name,
        near=project.starts_on or today,
        tag=tag_of(project.pk, project.created_at.isoformat()),
        working_days=calendars.of(None).working_days,
        working_days_of=lambda owner, department: calendars.of(roster.home_of_name(owner, department)).working_days,
    )
    found = understand(sheets, context, settled.workbook)
    made = Proposal(found, settled, roster, existing, calendar_names=calendar_names(found.tasks))
    known = match(found.tasks, made.existing, earlier_origins(project, found.tasks))
    order = _parents_first(found.tasks)
    given = {report.name: {column.meaning for column in report.columns} for report in found.sheets}
    made.items = [_item(index, found, made, known.get(index), calendars) for index in order]
    made.items = [_kept(spec, found.tasks[int(spec.key)], made.existing, given) for spec in made.items]
    made.items = reordered(made.items, found.tasks, made.existing)
    meanwhile = Meanwhile(project, today, settled.workbook.choices, made.conflicts)
    made.items = settle_conflicts(meanwhile, made.items, found.tasks, made.existing)
    _spread(project, made)
    made.verdicts = compare_items(made.items, made.existing)
    silent = {index for index, task in enumerate(found.tasks) if "predecessors" in task.untouched}
    silent |= held_links(meanwhile, found, known, made.existing)
    made.links = [_link(link) for link in found.links if link.successor not in silent]
    made.removed = removed_links(found, made.existing, known, given, silent)
    made.link_counts = compare_links(made.links, made.items, made.existing)
    made.missing = [row for pk, row in made.existing.rows.items() if pk not in set(known.values())] if found.tasks else []
    made.reports, problems = reports_of(found, made.existing, known, meanwhile)
    made.verdicts |= {str(one.task): "changed" for one in made.reports if made.verdicts.get(str(one.task)) == "unchanged"}
    made.problems = [*found.errors, *problems]
    _tell_unsaid(made, known, given, silent)
    _propose_basics(project, made, known)
    _propose_status_date(project, made, today)
    _warn_of_years(made)
    _take_around(project, made, calendars, today)
    return made


def _tell_unsaid(made: Proposal, known: dict[int, int], given: dict[str, set[str]], silent: set[int]) -> None:
    problems = unsaid(made.found, made.existing, known, given, silent)
    warnings = tuple(one for one in problems if one.code == "link_not_in_file")
    notices = tuple(one for one in problems if one.code != "link_not_in_file")
    made.found = replace(made.found, warnings=(*made.found.warnings, *warnings), notices=(*made.found.notices, *notices))


def _spread(project: Project, made: Proposal) -> None:
    """Where a row is supported by everybody, name the departments that take part or come to by their tasks."""
    if not any(EVERYBODY in {one.department for one in task.supporters} for task in made.found.tasks):
        return
    taking = set(Participation.objects.filter(project=project).values_list("department_id", flat=True))
    taking |= {spec.department for spec in made.items if spec.department}
    everybody = tuple(SupportSpec(department=pk) for pk in sorted(taking))
    for place, spec in enumerate(made.items):
        said = next((one for one in made.found.tasks[int(spec.key)].supporters if one.department == EVERYBODY), None)
        if said is not None:
            content = said.content[:LONGEST_CONTENT]
            named = {one.department for one in spec.supporters}
            more = tuple(replace(one, content=content) for one in everybody if one.department not in {*named, spec.department})
            made.items[place] = replace(spec, supporters=(*spec.supporters, *more))


def _parents_first(tasks: Sequence[TaskRow]) -> list[int]:
    order: list[int] = []
    placed: set[int] = set()
    for index in range(len(tasks)):
        chain: list[int] = []
        at: int | None = index
        while at is not None and at not in placed and at not in chain:
            chain.append(at)
            at = tasks[at].parent
        order.extend(reversed(chain))
        placed.update(chain)
    return order


def _item(index: int, found: Understanding, made: Proposal, existing: int | None, calendars: TaskCalendars) -> ItemSpec:
    task = found.tasks[index]
    row = made.existing.rows.get(existing) if existing is not None else None
    owner = None if "owner" in task.untouched else made.roster.person(task.owner, task.department, _at(task, "owner"))
    own = _own_calendar(task, made, row, owner, calendars)
    start, finish, minutes = typed_dates(task, _calendar(task, made, row, owner, calendars, own))
    follow = task.constraint in YIELDING or any(
        one.kind == "early_start" and one.task == index and one.answer == FOLLOW for one in found.questions
    )
    return ItemSpec(
        key=str(index),
        name=task.name,
        parent_key=None if task.parent is None else str(task.parent),
        existing=existing,
        source_code=task.code[:60],
        is_milestone=task.is_milestone,
        department=None if "department" in task.untouched else made.roster.department(task.department, _at(task, "department")),
        owner=owner,
        typed_start=start,
        typed_finish=finish,
        duration=minutes,
        urgency=task.urgency or WorkItem.Urgency.REGULAR,
        key_output=task.output,
        delivery_standard=task.standard,
        risk_point=task.risk,
        remark=task.remark,
        supporters=() if "supporters" in task.untouched else _supporters(task, made.roster),
        follow_links=follow,
        stand_in=_stand_in(task, made.roster),
        resource_need=task.resource,
        quantity=task.quantity or None,
        unit=task.unit,
        deadline=task.deadline,
        calendar=own,
        baseline=None if task.is_summary else task.baseline,
    )


def _own_calendar(
    task: TaskRow, made: Proposal, row: WorkItem | None, owner: int | None, calendars: TaskCalendars
) -> int | None:
    """The id of the calendar that the file names for a task; None where it names none, or what the task has anyway."""
    if not task.calendar or "calendar" in task.untouched:
        return None
    found = next((pk for pk, name in made.calendar_names.items() if key(name) == key(task.calendar)), None)
    home = calendars.by_department.get(made.roster.home(owner) or 0, ())
    return None if found is None or (row is not None and row.calendar_id == found) or home[:1] == (found,) else found


def _calendar(
    task: TaskRow, made: Proposal, row: WorkItem | None, owner: int | None, calendars: TaskCalendars, own: int | None
) -> WorkingCalendar:
    """The calendar that a row comes to run on: its own, else that of the owner's department."""
    owns = row.owner_id if row is not None and "owner" in task.untouched else owner
    if row is None or own is not None:
        return calendars.of(made.roster.home(owns), own=own)
    return calendars.of(made.roster.home(owns), own=row.calendar_id, follows=owns if row.follows_owner else None)


def _kept(spec: ItemSpec, task: TaskRow, existing: Existing, given: dict[str, set[str]]) -> ItemSpec:
    """What of an existing item the table does not tell, or tells as it was exported, stays as it is."""
    row = existing.rows.get(spec.existing) if spec.existing is not None else None
    if row is None:
        return spec
    return kept(spec, row, task, given.get(task.sheet, set()), existing.supporters.get(row.pk, []))


def _at(task: TaskRow, *meanings: str) -> tuple[str, int, str | None]:
    return task.sheet, task.row, next((task.columns[meaning] for meaning in meanings if meaning in task.shown), None)


def _supporters(task: TaskRow, roster: Roster) -> tuple[SupportSpec, ...]:
    at = _at(task, "supporters", "support_departments", "owner")
    specs = []
    for one in task.supporters:
        if one.department == EVERYBODY:
            continue
        user = roster.person(one.name, one.department, at) if one.name else None
        given = one.content[:LONGEST_CONTENT]
        department = roster.department(one.department, at) if user is None and not one.name else None
        if user is not None or department is not None:
            specs.append(SupportSpec(content=given, user=user, department=department))
    return tuple(dict.fromkeys(specs))


def _stand_in(task: TaskRow, roster: Roster) -> int | None:
    if not task.deputy or "deputy" in task.untouched:
        return None
    return roster.person(task.deputy, task.department, _at(task, "deputy"))


def _link(link: LinkRow) -> LinkSpec:
    return LinkSpec(str(link.predecessor), str(link.successor), link.kind, link.lag, link.elapsed, link.within)


def _propose_basics(project: Project, made: Proposal, known: dict[int, int]) -> None:
    """The basic information fills what is empty in the project and never overwrites; departments of tasks take part."""
    info = made.found.project
    wanted: dict[int, tuple[str, str, str]] = {}
    if info is not None:
        contact = info.contact[:LONGEST_SHORT]
        fresh = {"contact": contact, "objective": info.objective, "starts_on": info.start, "ends_on": info.finish}
        if made.found.source and made.existing.rows:  # a scheduling program always has a period, also where nobody gave one
            fresh = {}
        made.basics = {name: value for name, value in fresh.items() if value and not getattr(project, name)}
        if (made.basics.get("starts_on") or project.starts_on or date.min) > (
            made.basics.get("ends_on") or project.ends_on or date.max
        ):
            made.basics = {name: value for name, value in made.basics.items() if name not in {"starts_on", "ends_on"}}
        duties, outputs = dict(info.departments), dict(info.deliverables)
        for name in dict.fromkeys([*duties, *outputs]):
            pk = made.roster.department(name, (info.sheet, 0, None))
            if pk is not None:
                wanted[pk] = (name, duties.get(name, ""), outputs.get(name, ""))
        present = {row.name: (row.due, row.work_item_id) for row in KeyMilestone.objects.filter(project=project)}
        for milestone in info.milestones:
            item, name = (known.get(milestone.task) if milestone.task is not None else None), milestone.name[:LONGEST_SHORT]
            if present.get(name) != (milestone.day, item) or (milestone.task is not None and item is None):
                made.milestones.append(MilestoneSpec(name, milestone.day, milestone.task))
    made.joining = _joining(project, _by_their_tasks(made) | wanted)


def _by_their_tasks(made: Proposal) -> dict[int, tuple[str, str, str]]:
    """Return the departments that take part by a task that the file gives them.

    One that has the task already joins nothing by it: a light project has tasks of departments without a part.
    """
    found: dict[int, tuple[str, str, str]] = {}
    for spec in made.items:
        row = made.existing.rows.get(spec.existing or 0)
        if spec.department and (row is None or row.department_id != spec.department):
            found.setdefault(spec.department, (made.found.tasks[int(spec.key)].department, "", ""))
    return found


def _propose_status_date(project: Project, made: Proposal, today: date) -> None:
    """The first table of a project that lies in the past is looked at as of the day of which it speaks."""
    day = looked_at_on(made.items, made.reports, today)
    if day is None or made.existing.rows or project.status_date is not None:
        return
    made.basics["status_date"] = day
    sheet = made.found.tasks[0].sheet
    notice = Problem("looked_at_on", sheet, params={"day": day})
    made.found = replace(made.found, notices=(*made.found.notices, notice))


def _warn_of_years(made: Proposal) -> None:
    """Say of which years the days off are not announced yet: their working days may still change."""
    days = [day for spec in made.items for day in (spec.typed_start, spec.typed_finish) if day is not None]
    years = unknown_years(min(days), max(days)) if days else []
    warnings = tuple(Problem("year_not_announced", params={"year": str(year)}, token=str(year)) for year in years)
    made.found = replace(made.found, warnings=(*made.found.warnings, *warnings))


def _take_around(project: Project, made: Proposal, calendars: TaskCalendars, today: date) -> None:
    """The baseline and the calendar of the file, for a project without them; what is left out of them is said."""
    found, notices = made.found, []
    days = [day for task in found.tasks for day in (task.start, task.finish) if day is not None]
    if found.calendar is not None and days:
        around = Around(calendars.book, calendars.levels, min(days), max(days))
        offer = offered_calendar(found.calendar, around, own_calendar_name(project))
        is_fresh = project.calendar_id is None and not made.existing.rows
        made.calendar = offer if is_fresh else None
        if offer is not None and not is_fresh and not any(task.stamp for task in found.tasks):
            notices.append(Problem("mspdi_calendar_stays", params={"text": offer.name}))
        if is_fresh and not is_known_week(found.calendar):
            notices.append(Problem("mspdi_calendar_week", params={"text": found.calendar.name}))
    if found.source and not made.existing.rows and not made.problems:
        now = with_offer(calendars, made.taken_calendar)
        homes = {spec.key: made.roster.home(spec.owner) for spec in made.items}
        used = {spec.key: now.of(homes[spec.key], own=spec.calendar) for spec in made.items}
        begins = made.basics.get("starts_on") or project.starts_on
        dates = planned_dates(
            made.items, made.links, made.reports, used | {"": now.of(None)}, (begins, min(days, default=today))
        )
        notices += moved_dates(list(found.tasks), dates)
    told = any(task.baseline for task in found.tasks) and not any(task.stamp for task in found.tasks)
    if told and Baseline.objects.filter(project=project).exists():
        notices.append(Problem("mspdi_baseline_stays"))
    known = {key(name) for name in made.calendar_names.values()}
    unknown = dict.fromkeys(task.calendar for task in found.tasks if task.calendar and "calendar" not in task.untouched)
    names = [name for name in unknown if key(name) not in known]
    if names:
        notices.append(Problem("mspdi_task_calendars", params={"text": "、".join(names[:8]), "number": str(len(names))}))
    made.found = replace(found, notices=(*found.notices, *notices))


def _joining(project: Project, wanted: dict[int, tuple[str, str, str]]) -> list[Joining]:
    present = {row.department_id: row for row in Participation.objects.filter(project=project)}
    joining = []
    for pk, (name, duty, deliverables) in wanted.items():
        row = present.get(pk)
        if row is None:
            joining.append(Joining(pk, name, Participation.Kind.SUPPORT, duty, deliverables, True))
        elif (duty and not row.duty) or (deliverables and not row.deliverables):
            joining.append(Joining(pk, name, row.kind, row.duty or duty, row.deliverables or deliverables, False))
    return joining

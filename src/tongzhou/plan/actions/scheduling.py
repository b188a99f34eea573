"""The step that ends every change of a plan: check the links, schedule strictly, keep the dates, raise the version."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from operator import attrgetter

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tongzhou.engine.calendar import CalendarEmpty, midnight
from tongzhou.engine.network import NetworkInvalid
from tongzhou.engine.schedule import CycleFound, Schedule, schedule
from tongzhou.engine.typed import Resolution, resolve_typed_starts
from tongzhou.lib.access import Refused, Stale
from tongzhou.lib.bulk import update_rows
from tongzhou.lib.prepared import Given, prepared
from tongzhou.lib.rows import raise_number, update_row
from tongzhou.plan.actions.steady import Step, step_summary
from tongzhou.plan.actions.summarising import keep_summary
from tongzhou.plan.models import Dependency, Plan, WorkItem
from tongzhou.plan.queries.calendars import PlanCalendars, calendars_of
from tongzhou.plan.queries.edits import latest_changes
from tongzhou.plan.queries.network import Dates, dates_of, network_of, project_start, typed_instants
from tongzhou.plan.queries.tree import Edge, Item, branches, edges_of, items_of
from tongzhou.projects.models import Project, ProjectRole

# What the calendar of dates still holds with room for margins and forecasts.
LAST_DAY = date(9000, 12, 31)
LAST_INSTANT = midnight(LAST_DAY)


def locked_plan(project: Project, version: int | None = None) -> Plan:
    """Return the project's plan row, locked until the transaction ends.

    :raises Stale: if the plan is no longer at `version`.
    """
    plan = _locked.first(project.pk)
    if plan is None:
        Plan.objects.get_or_create(project=project)
        plan = Plan.objects.select_for_update().get(project=project)
    refuse_overtaken(project, plan, version)
    return plan


def count_change(project: Project) -> None:
    """Lock the plan as `locked_plan` does, and raise its version by the same statement: for a change that is sure to come."""
    if raise_number(Plan, "version", by="project", value=project.pk) is None:
        Plan.objects.get_or_create(project=project)
        raise_number(Plan, "version", by="project", value=project.pk)


@prepared
def _locked(project: Given) -> QuerySet[Plan]:
    return Plan.objects.select_for_update().filter(project=project).order_by()


def refuse_overtaken(project: Project, plan: Plan, version: int | None) -> None:
    """Let pass whoever saw the plan as it is; None stands for not saying.

    :raises Stale: otherwise, with the names of those who changed it since.
    """
    if version is None or plan.version == version:
        return
    who = latest_changes(project, plan.version - version)
    if not who:
        raise Stale("plan-changed", _("Somebody else changed the plan in the meantime."))
    raise Stale("plan-changed", _("The plan was changed in the meantime: %(who)s.") % {"who": who}, current={"who": who})


def fresh_item(item: WorkItem) -> WorkItem:
    """Return the item as it is now, under the plan's lock.

    :raises Stale: if somebody removed it.
    """
    found = WorkItem.objects.select_related("project", "owner").filter(pk=item.pk).first()
    if found is None:
        raise Stale("item-gone", _("Somebody else removed this task in the meantime."))
    return found


def check_owners(project: Project, owners: set[int]) -> None:
    """Let pass owners that may own work in `project`.

    :raises Refused: if one of them supervises its quality.
    """
    if ProjectRole.objects.filter(project=project, kind=ProjectRole.Kind.QUALITY, user__in=owners).exists():
        raise Refused("supervisor-owns-nothing", _("A quality supervisor owns no task of the project he judges."), "owner")


def strict_schedule(
    project: Project,
    items: list[Item],
    edges: list[Edge],
    *,
    with_progress: bool = True,
    calendars: PlanCalendars | None = None,
) -> Schedule:
    """Schedule rows strictly, on the calendars as they are now unless others are given.

    :raises Refused: if the links form a cycle (the message names it task by task) or contradict the tree, the plan has no
        end, or a calendar no working time.
    """
    start = project_start(items, project.starts_on, project.created_at.date())
    used = calendars or calendars_of(project, items)
    try:
        result = schedule(network_of(items, edges, used, start=start, with_progress=with_progress))
    except (CycleFound, NetworkInvalid, CalendarEmpty) as error:
        raise refused_by(error, items) from error
    if result.finish > LAST_INSTANT:
        raise Refused("too-far", _("The plan would run beyond the year %(year)s.") % {"year": LAST_DAY.year}, "duration")
    return result


def strict_dates(project: Project, items: list[Item], edges: list[Edge], *, with_progress: bool = True) -> dict[int, Dates]:
    """Schedule rows strictly and return the days that people read.

    :raises Refused: as strict_schedule.
    """
    calendars = calendars_of(project, items)
    return dates_of(items, strict_schedule(project, items, edges, with_progress=with_progress, calendars=calendars), calendars)


def resolve_typed(
    project: Project,
    items: list[Item],
    edges: list[Edge],
    only: set[int],
    follow: frozenset[int],
    *,
    calendars: PlanCalendars | None = None,
) -> dict[int, Resolution]:
    """Decide what the typed starts of `only` mean, and write that into their constraint fields.

    :raises Refused: as strict_schedule.
    """
    used = calendars or calendars_of(project, items)
    start = project_start(items, project.starts_on, project.created_at.date())
    typed = {task: when for task, when in typed_instants(items, used).items() if task in only}
    network = network_of(items, edges, used, start=start, with_progress=False)
    try:
        found = resolve_typed_starts(network, typed, follow)
    except (CycleFound, NetworkInvalid, CalendarEmpty) as error:
        raise refused_by(error, items) from error
    by_id = {item.id: item for item in items}
    for key in only - set(found):
        by_id[key].constraint, by_id[key].constraint_date = "ASAP", None
    for key, meaning in found.items():
        item = by_id[key]
        item.constraint = meaning.constraint
        day = (item.typed_finish or item.typed_start) if item.is_milestone or not item.duration else item.typed_start
        item.constraint_date = None if meaning.constraint == "ASAP" else day
    return found


STORED = ("start", "finish", "slack", "critical", "constraint", "constraint_date")


Stored = dict[int, tuple[object, ...]]


def keep_schedule(
    project: Project,
    plan: Plan | None,
    items: list[Item],
    edges: list[Edge],
    stored: Stored | None = None,
    step: Step | None = None,
) -> None:
    """Schedule, store the dates of items that changed in one statement, raise the plan's version.

    :param plan: None where the change was counted already.
    :param stored: the fields STORED of each row as they are stored now, where the caller has them.
    :param step: the report that is all that changed, where it is.
    """
    calendars = calendars_of(project, items)
    dates = dates_of(items, strict_schedule(project, items, edges, calendars=calendars), calendars)
    if stored is None:
        stored = {row[0]: row[1:] for row in WorkItem.objects.filter(project=project).values_list("pk", *STORED)}
    changed = []
    for item in items:
        at = dates[item.id]
        fresh = (at.start, at.finish, at.slack, at.critical, item.constraint, item.constraint_date)
        item.start, item.finish = at.start, at.finish
        if stored[item.id] != fresh:
            changed.append((item.id, *fresh))
    update_rows(WorkItem, STORED, changed)
    if plan is not None:
        plan.version += 1
        update_row(plan, ("version",))
    if step is None or not step_summary(step, *_moved(items, {row[0] for row in changed})):
        keep_summary(project=project, items=items)


def _moved(items: list[Item], changed: Collection[int]) -> tuple[list[int], dict[str, date | None]]:
    """Return the ids of the changed leaves, and start and finish of the plan."""
    leaves = [item.id for item in items if item.leaf and item.id in changed]
    start = min((item.start for item in items if item.start is not None), default=None)
    return leaves, {"start": start, "finish": max((item.finish for item in items if item.finish is not None), default=None)}


def reschedule(project: Project, plan: Plan | None, loosened: Collection[int] = (), step: Step | None = None) -> None:
    """Schedule what is stored.

    :param plan: None where the change was counted already.
    :param step: the report that is all that changed, where it is.
    :param loosened: items that lost a link, or got one back: their typed starts are weighed anew. Dates kept against the
        links stay kept, others follow the links where these are later.
    """
    items, edges = items_of(project), edges_of(project)
    stored: Stored = dict(zip([item.id for item in items], map(attrgetter(*STORED), items), strict=True))
    if loosened:
        weighed = {row.id: row.constraint for row in branches(items, loosened)}
        follow = frozenset(key for key, constraint in weighed.items() if constraint != "MSO")
        resolve_typed(project, items, edges, set(weighed), follow)
    keep_schedule(project, plan, items, edges, stored, step)


def hold_plan(key: int) -> None:
    """Hold of "project-start": lock the plan before the project is, in the order in which an edit of the plan locks."""
    _locked.first(key)


def follow_start(*, project: Project) -> None:
    """Outcome of the project's "project-start-changed": move the work that nothing else holds."""
    if WorkItem.objects.filter(project=project).exists():
        reschedule(project, locked_plan(project))


def successors_of(items: Collection[int]) -> set[int]:
    """Return the ids of what waits for `items` without being one of them."""
    rows = Dependency.objects.filter(predecessor__in=items).exclude(successor__in=items)
    return set(rows.values_list("successor_id", flat=True))


def refused_by(found: CycleFound | NetworkInvalid | CalendarEmpty, items: list[Item]) -> Refused:
    """Return the refusal that says what is wrong with the links: a cycle task by task, or the summary that one leads into.

    :raises NetworkInvalid: where it is not the links but the program that is wrong.
    """
    names = {item.id: f"{item.code} {item.name}" for item in items}
    if isinstance(found, CalendarEmpty):
        return Refused("calendar_empty", _("A calendar of this plan has no working time within ten years."), "calendar")
    if isinstance(found, NetworkInvalid):
        if found.code != "finish_of_summary":
            raise found
        message = _("A link into “%(task)s”, which has tasks below it, can only hold their start (FS or SS).")
        return Refused("finish-of-summary", message % {"task": names.get(found.task or 0, "")}, "predecessors")
    chain = " → ".join(names.get(step.task, str(step.task)) for step in found.cycles[0])
    first = names.get(found.cycles[0][0].task, "")
    return Refused(
        "cycle", _("These tasks wait for each other in a circle: %(chain)s") % {"chain": f"{chain} → {first}"}, "predecessors"
    )

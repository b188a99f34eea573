"""Bringing a whole table of work items and links into a plan, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.db import transaction

from tongzhou.lib.access import require
from tongzhou.lib.bulk import update_rows
from tongzhou.lib.rank import rank_between, ranks
from tongzhou.people.models import System, User
from tongzhou.plan import access
from tongzhou.plan.actions.agreed import require_unsigned
from tongzhou.plan.actions.baselines import cut_baseline
from tongzhou.plan.actions.scheduling import check_owners, keep_schedule, locked_plan, resolve_typed
from tongzhou.plan.events import PlanImported
from tongzhou.plan.models import Baseline, Dependency, Plan, Supporter, WorkItem
from tongzhou.plan.queries.tree import edges_of, items_of
from tongzhou.projects.access import standing
from tongzhou.projects.actions import enrol
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

DATED = {"typed_start", "typed_finish", "duration", "is_milestone"}


@dataclass(frozen=True)
class SupportSpec:
    content: str = ""
    user: int | None = None
    department: int | None = None


@dataclass(frozen=True)
class ItemSpec:
    """A work item as the table says it. `key` and `parent_key` are the caller's; `existing` is the id of the item to update.

    `duration` in working minutes, None for a summary. With `follow_links` a start earlier than the links allow gives way.
    """

    key: str
    name: str
    parent_key: str | None = None
    existing: int | None = None
    source_code: str = ""
    is_milestone: bool = False
    department: int | None = None
    owner: int | None = None
    typed_start: date | None = None
    typed_finish: date | None = None
    duration: int | None = None
    urgency: str = WorkItem.Urgency.REGULAR
    key_output: str = ""
    delivery_standard: str = ""
    risk_point: str = ""
    remark: str = ""
    supporters: tuple[SupportSpec, ...] = ()
    follow_links: bool = False
    stand_in: int | None = None
    resource_need: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    deadline: date | None = None
    keep_parent: bool = False
    """Leave an existing item where it is, whatever `parent_key` says."""
    rank: str | None = None
    """The new place of an existing item among its siblings, where the table orders it anew."""
    calendar: int | None = None
    """The item's own calendar; None leaves it as it is."""
    baseline: tuple[date, date] | None = None
    """First and last day in baseline 0, where the table brings one; counts only while the project has none."""


@dataclass(frozen=True)
class LinkSpec:
    """A link between two keys; lag in minutes, `within` in working minutes."""

    predecessor_key: str
    successor_key: str
    kind: str = "FS"
    lag: int = 0
    elapsed: bool = False
    within: int | None = None


@dataclass
class BroughtIn:
    """What was made: counts, and the id of each key."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    links_created: int = 0
    links_changed: int = 0
    links_removed: int = 0
    links_unchanged: int = 0
    ids: dict[str, int] = field(default_factory=dict)


def bring_in(
    *,
    by: User | System,
    project: Project,
    items: Sequence[ItemSpec],
    links: Sequence[LinkSpec],
    removed: Collection[int] = (),
    now: datetime,
) -> BroughtIn:
    """Create and update work items and links, and remove the links with the ids `removed`.

    Items that the table does not name stay as they are.

    Parents come before children. Cuts baseline 0 if there is none. When nothing differs, nothing is written.
    :raises Refused: if `by` may not edit the plan, an owner supervises its quality, the links form a cycle, or a milestone is
        new or different in what is signed.
    """
    require(isinstance(by, System) or access.can_edit_plan(standing(by, project)))
    owners = {spec.owner for spec in items if spec.owner}
    check_owners(project, owners)
    with transaction.atomic():
        plan = locked_plan(project)
        made = BroughtIn()
        rows = {row.pk: row for row in WorkItem.objects.filter(project=project)}
        found = _create(project, items, _ranks(items, rows), rows, made) | _update(items, rows, made)
        changed = {change.id: change.after for change in found.values() if change.id in rows}
        fresh = any(spec.is_milestone and spec.existing not in rows for spec in items)
        require_unsigned(project, changed, with_new_milestone=fresh)
        for spec in _write_supporters(items, made):
            label = ChangeOf(
                "work_item", made.ids[spec.key], spec.name, {"supporters": None}, {"supporters": len(spec.supporters)}
            )
            found.setdefault(spec.key, label)
        made.changed = len(found) - made.created
        made.unchanged = len(items) - len(found)
        changes = [found[spec.key] for spec in items if spec.key in found]
        linked = _remove_links(project, removed, made) | _write_links(project, links, made)
        if not changes and not linked:
            return made
        steady = _steady(changes, rows) - linked
        _settle(project, plan, items, made, {change.id for change in changes} | linked, steady)
        if not Baseline.objects.filter(project=project).exists():
            given = {made.ids[spec.key]: spec.baseline for spec in items if spec.baseline is not None}
            cut_baseline(by=by, project=project, now=now, given=given)
        helpers = {one.user for spec in items for one in spec.supporters if one.user}
        enrol(by=by, project=project, people=User.objects.filter(pk__in=owners | helpers), now=now)
        event = PlanImported(project.pk, made.created, made.changed, made.unchanged)
        subject = Subject("project", project.pk, project.name)
        record(event, by=by, now=now, subject=subject, project=project.pk, changes=changes)
    return made


def _steady(changes: Sequence[ChangeOf], rows: Mapping[int, WorkItem]) -> set[int]:
    """Return the items whose dates nobody changed, and that follow their links: what is typed of them conflicts no more."""
    return {
        change.id
        for change in changes
        if change.id in rows and not DATED & set(change.after) and rows[change.id].constraint != WorkItem.Constraint.MSO
    }


def _settle(
    project: Project, plan: Plan, items: Sequence[ItemSpec], made: BroughtIn, touched: set[int], steady: set[int]
) -> None:
    rows, edges = items_of(project), edges_of(project)
    follow = frozenset(made.ids[spec.key] for spec in items if spec.follow_links)
    resolve_typed(project, rows, edges, touched, follow | steady)
    keep_schedule(project, plan, rows, edges)


def _ranks(items: Sequence[ItemSpec], rows: dict[int, WorkItem]) -> list[str]:
    """Return a rank for each spec: the stored one where the item exists, else a place after the spec before it."""
    known = [
        spec.rank or rows[spec.existing].rank if spec.existing is not None and spec.existing in rows else "" for spec in items
    ]
    if not any(known):
        last = max((row.rank for row in rows.values()), default="")
        return [last + rank for rank in ranks(len(items))]
    found: list[str] = []
    for _present, run in groupby(known, key=bool):
        block = list(run)
        if block[0]:
            found.extend(block)
            continue
        low = found[-1] if found else ""
        high = min((rank for rank in (row.rank for row in rows.values()) if rank > low), default="")
        base = rank_between(low, high)
        found.extend(base + rank for rank in ranks(len(block)))
    return found


def item_values(spec: ItemSpec, parent: int | None) -> dict[str, object]:
    """Return the columns that a spec gives its work item; who compares them with the stored ones knows what would change."""
    own = {} if spec.calendar is None else {"calendar_id": spec.calendar}
    return own | {
        "parent_id": parent,
        "name": spec.name,
        "source_code": spec.source_code,
        "is_milestone": spec.is_milestone,
        "department_id": spec.department,
        "owner_id": spec.owner,
        "typed_start": spec.typed_start,
        "typed_finish": spec.typed_finish,
        "duration": 0 if spec.is_milestone else 480 if spec.duration is None else spec.duration,
        "urgency": spec.urgency,
        "key_output": spec.key_output,
        "delivery_standard": spec.delivery_standard,
        "risk_point": spec.risk_point,
        "remark": spec.remark,
        "stand_in_id": spec.stand_in,
        "resource_need": spec.resource_need,
        "quantity": spec.quantity,
        "unit": spec.unit,
        "deadline": spec.deadline,
    }


def _create(
    project: Project, items: Sequence[ItemSpec], ranks_: Sequence[str], rows: dict[int, WorkItem], made: BroughtIn
) -> dict[str, ChangeOf]:
    """Create the items that are new, level by level, so that each finds its parent; return their changes by key."""
    waiting = [(spec, rank) for spec, rank in zip(items, ranks_, strict=True) if spec.existing not in rows]
    made.ids |= {spec.key: spec.existing for spec in items if spec.existing is not None and spec.existing in rows}
    changes: dict[str, ChangeOf] = {}
    while waiting:
        ready = [(spec, rank) for spec, rank in waiting if spec.parent_key is None or spec.parent_key in made.ids]
        if not ready:
            raise ValueError(f"no parent for {[spec.key for spec, _rank in waiting]}")
        fresh = [WorkItem(project=project, rank=rank, **item_values(spec, _parent(spec, made))) for spec, rank in ready]
        for (spec, _rank), row in zip(ready, WorkItem.objects.bulk_create(fresh, batch_size=500), strict=True):
            made.ids[spec.key] = row.pk
            after = {"name": row.name, "start": spec.typed_start, "finish": spec.typed_finish}
            changes[spec.key] = ChangeOf("work_item", row.pk, row.name, {}, after)
        made.created += len(ready)
        waiting = [(spec, rank) for spec, rank in waiting if spec.key not in made.ids]
    return changes


def _update(items: Sequence[ItemSpec], rows: dict[int, WorkItem], made: BroughtIn) -> dict[str, ChangeOf]:
    """Bring the items that exist to what their specs say; return the changes by key."""
    changes: dict[str, ChangeOf] = {}
    differing: list[tuple[WorkItem, dict[str, object]]] = []
    for spec in items:
        row = rows.get(spec.existing) if spec.existing is not None else None
        if row is None:
            continue
        values = item_values(spec, row.parent_id if spec.keep_parent else _parent(spec, made))
        values |= {"rank": spec.rank} if spec.rank is not None else {}
        before, after = differences({name: getattr(row, name) for name in values}, values)
        if after:
            differing.append((row, after))
            changes[spec.key] = ChangeOf("work_item", row.pk, spec.name, before, after)
    columns = sorted({name for _row, after in differing for name in after})
    values_of = (
        (row.pk, row.version + 1, *(after.get(name, getattr(row, name)) for name in columns)) for row, after in differing
    )
    update_rows(WorkItem, ("version", *columns), values_of)
    return changes


def _parent(spec: ItemSpec, made: BroughtIn) -> int | None:
    return made.ids[spec.parent_key] if spec.parent_key else None


def _write_supporters(items: Sequence[ItemSpec], made: BroughtIn) -> list[ItemSpec]:
    """Make the supporters of all items those of their specs; return the specs where anything differed."""
    present: dict[int, list[tuple[int | None, int | None, str]]] = defaultdict(list)
    columns = ("work_item_id", "user_id", "department_id", "content")
    for item, *support in Supporter.objects.filter(work_item__in=made.ids.values()).order_by("pk").values_list(*columns):
        present[item].append((support[0], support[1], support[2]))
    wanted = {spec.key: [(one.user, one.department, one.content) for one in spec.supporters] for spec in items}
    differing = [spec for spec in items if wanted[spec.key] != present[made.ids[spec.key]]]
    Supporter.objects.filter(work_item__in=[made.ids[spec.key] for spec in differing]).delete()
    Supporter.objects.bulk_create(
        Supporter(work_item_id=made.ids[spec.key], user_id=user, department_id=department, content=content)
        for spec in differing
        for user, department, content in wanted[spec.key]
    )
    return differing


def _remove_links(project: Project, removed: Collection[int], made: BroughtIn) -> set[int]:
    """Remove links; return their successors."""
    rows = Dependency.objects.filter(project=project, pk__in=removed)
    touched = set(rows.values_list("successor_id", flat=True))
    made.links_removed = rows.delete()[0]
    return touched


def _write_links(project: Project, links: Sequence[LinkSpec], made: BroughtIn) -> set[int]:
    """Create and update the links; return the successors whose links changed."""
    present = {(row.predecessor_id, row.successor_id, row.kind): row for row in Dependency.objects.filter(project=project)}
    touched: set[int] = set()
    fresh: dict[tuple[int, int, str], Dependency] = {}
    for link in links:
        ends = made.ids[link.predecessor_key], made.ids[link.successor_key]
        row = present.get((*ends, link.kind)) or fresh.get((*ends, link.kind))
        values = {"lag": link.lag, "elapsed": link.elapsed, "within": link.within}
        if row is None:
            row = Dependency(project=project, predecessor_id=ends[0], successor_id=ends[1], kind=link.kind, **values)
            fresh[(*ends, link.kind)] = row
            made.links_created += 1
        elif {name: getattr(row, name) for name in values} != values:
            Dependency.objects.filter(pk=row.pk).update(**values)
            made.links_changed += 1
        else:
            made.links_unchanged += 1
            continue
        touched.add(ends[1])
    Dependency.objects.bulk_create(fresh.values(), batch_size=500)
    return touched

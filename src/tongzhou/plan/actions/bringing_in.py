"""Bringing a whole table of work items and links into a plan, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from django.db import transaction

from tongzhou.lib.access import require
from tongzhou.lib.rank import rank_between, ranks
from tongzhou.people.models import System, User
from tongzhou.plan import access
from tongzhou.plan.actions.scheduling import check_owners, cut_baseline, keep_schedule, locked_plan, resolve_typed
from tongzhou.plan.events import PlanImported
from tongzhou.plan.models import Baseline, Dependency, Plan, Supporter, WorkItem
from tongzhou.plan.queries.tree import edges_of, items_of
from tongzhou.projects.access import standing
from tongzhou.projects.actions import enrol
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record


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
    links_unchanged: int = 0
    ids: dict[str, int] = field(default_factory=dict)


COPIED = (
    "name",
    "source_code",
    "is_milestone",
    "department_id",
    "owner_id",
    "typed_start",
    "typed_finish",
    "urgency",
    "key_output",
    "delivery_standard",
    "risk_point",
    "remark",
)


def bring_in(
    *, by: User | System, project: Project, items: Sequence[ItemSpec], links: Sequence[LinkSpec], now: datetime
) -> BroughtIn:
    """Create and update work items and links; items that the table does not name stay as they are.

    Parents come before children. Cuts baseline 0 if there is none. When nothing differs, nothing is written.
    :raises Refused: if `by` may not edit the plan, an owner supervises its quality, or the links form a cycle.
    """
    require(isinstance(by, System) or access.can_edit_plan(standing(by, project)))
    owners = {spec.owner for spec in items if spec.owner}
    check_owners(project, owners)
    with transaction.atomic():
        plan = locked_plan(project)
        made, changes = BroughtIn(), []
        rows = {row.pk: row for row in WorkItem.objects.filter(project=project)}
        touched: set[int] = set()
        for spec, rank in zip(items, _ranks(items, rows), strict=True):
            change = _write_item(project, spec, rank, rows, made)
            if _write_supporters(spec, made.ids[spec.key]) and change is None:
                made.unchanged, made.changed = made.unchanged - 1, made.changed + 1
                change = ChangeOf(
                    "work_item", made.ids[spec.key], spec.name, {"supporters": None}, {"supporters": len(spec.supporters)}
                )
            if change is not None:
                changes.append(change)
                touched.add(made.ids[spec.key])
        linked = _write_links(project, links, made)
        if not changes and not linked:
            return made
        _settle(project, plan, items, made, touched | linked)
        if not Baseline.objects.filter(project=project).exists():
            cut_baseline(by=by, project=project, now=now)
        enrol(by=by, project=project, people=User.objects.filter(pk__in=owners), now=now)
        event = PlanImported(project.pk, made.created, made.changed, made.unchanged)
        subject = Subject("project", project.pk, project.name)
        record(event, by=by, now=now, subject=subject, project=project.pk, changes=changes)
    return made


def _settle(project: Project, plan: Plan, items: Sequence[ItemSpec], made: BroughtIn, touched: set[int]) -> None:
    rows, edges = items_of(project), edges_of(project)
    follow = frozenset(made.ids[spec.key] for spec in items if spec.follow_links)
    resolve_typed(project, rows, edges, touched, follow)
    keep_schedule(project, plan, rows, edges)


def _ranks(items: Sequence[ItemSpec], rows: dict[int, WorkItem]) -> list[str]:
    """Return a rank for each spec: the stored one where the item exists, else a place after the spec before it."""
    known = [rows[spec.existing].rank if spec.existing is not None and spec.existing in rows else "" for spec in items]
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
    return {
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
    }


def _write_item(project: Project, spec: ItemSpec, rank: str, rows: dict[int, WorkItem], made: BroughtIn) -> ChangeOf | None:
    values = item_values(spec, made.ids.get(spec.parent_key) if spec.parent_key else None)
    row = rows.get(spec.existing) if spec.existing is not None else None
    if row is None:
        row = WorkItem.objects.create(project=project, rank=rank, **values)
        made.created, made.ids[spec.key] = made.created + 1, row.pk
        return ChangeOf(
            "work_item", row.pk, row.name, {}, {"name": row.name, "start": spec.typed_start, "finish": spec.typed_finish}
        )
    made.ids[spec.key] = row.pk
    before, after = differences({name: getattr(row, name) for name in values}, values)
    if not after:
        made.unchanged += 1
        return None
    for name, value in after.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    made.changed += 1
    return ChangeOf("work_item", row.pk, row.name, before, after)


def _write_supporters(spec: ItemSpec, item: int) -> bool:
    """Make the supporters of an item those of the spec; return whether anything differed."""
    wanted = [(support.user, support.department, support.content) for support in spec.supporters]
    present = list(Supporter.objects.filter(work_item_id=item).values_list("user_id", "department_id", "content"))
    if wanted == present:
        return False
    Supporter.objects.filter(work_item_id=item).delete()
    Supporter.objects.bulk_create(
        Supporter(work_item_id=item, user_id=user, department_id=department, content=content)
        for user, department, content in wanted
    )
    return True


def _write_links(project: Project, links: Sequence[LinkSpec], made: BroughtIn) -> set[int]:
    """Create and update the links; return the successors whose links changed."""
    present = {(row.predecessor_id, row.successor_id, row.kind): row for row in Dependency.objects.filter(project=project)}
    touched: set[int] = set()
    for link in links:
        ends = made.ids[link.predecessor_key], made.ids[link.successor_key]
        row = present.get((*ends, link.kind))
        fresh = {"lag": link.lag, "elapsed": link.elapsed, "within": link.within}
        if row is None:
            Dependency.objects.create(project=project, predecessor_id=ends[0], successor_id=ends[1], kind=link.kind, **fresh)
            made.links_created += 1
        elif {name: getattr(row, name) for name in fresh} != fresh:
            Dependency.objects.filter(pk=row.pk).update(**fresh)
            made.links_changed += 1
        else:
            made.links_unchanged += 1
            continue
        touched.add(ends[1])
    return touched

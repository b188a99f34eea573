"""What every write to a line has in common: the lock, the step, what the record and the chain say of it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.lib.access import Outdated, Refused
from tongzhou.lib.registry import GATES
from tongzhou.people.models import User
from tongzhou.projects.models import Project
from tongzhou.resources.models import Commitment, CommitmentStep
from tongzhou.resources.queries.differing import difference_since, line_of

PART = "commitments"
PROMISED = (Commitment.State.CONFIRMED, Commitment.State.TRIMMED)
SECRET = frozenset({"amount", "offered", "reason"})
"""What the record does not say of money: not everybody who reads it may read amounts."""


@dataclass(frozen=True)
class Doing:
    """Who does it, when, and whose answer it is where that is not hers."""

    by: User
    now: datetime
    instead_of: str = ""


def locked(project: Project, keys: Collection[int]) -> list[Commitment]:
    """Return lines of a project by their ids, each named once, locked, in the order of their ids.

    :raises Refused: if one is unknown.
    """
    rows = Commitment.objects.select_for_update(of=("self",)).select_related("department", "work_item")
    found = list(rows.filter(project=project, pk__in=keys).order_by("pk"))
    if len(found) != len(keys):
        raise Refused("line-unknown", _("There is no such line."))
    for row in found:
        row.project = project
    return found


def require_current(rows: Iterable[Commitment], versions: Mapping[int, int | None]) -> None:
    """Go on only if the lines are what was shown, and still asked for.

    To be asked after the right to write them: the difference says amounts of money.

    :param versions: of each line the version that was shown; None does not ask.
    :raises Refused: if one is withdrawn; Outdated, with the difference, if one changed since.
    """
    for row in rows:
        version = versions[row.pk]
        if version is not None and row.version != version:
            words = _("“%(what)s” changed in the meantime. Look at it again before you answer.")
            raise Outdated("line-changed", words % {"what": row.what}, difference_since(row, version))
        if row.state == Commitment.State.WITHDRAWN:
            raise Refused("withdrawn", _("“%(what)s” is no longer asked for.") % {"what": row.what})


def require_unsigned(rows: Collection[Commitment]) -> None:
    """Let no promise change that was signed.

    :raises Refused: with the reasons of the rooms above.
    """
    promised = [row for row in rows if row.state in PROMISED]
    if promised:
        reasons = [reason for gate in GATES.at("change-signed-part") for reason in gate(promised[0].project, PART)]
        if reasons:
            # The first one as it came: it may lead to what is signed.
            raise Refused("signed", reasons[0])


def keep(row: Commitment, kind: str, doing: Doing) -> CommitmentStep:
    """Write the line, raise its version, and keep the step that made it."""
    if row.pk is None:
        row.version = 1
    else:
        row.version += 1
    row.save()
    return CommitmentStep.objects.create(
        commitment=row,
        kind=kind,
        version=row.version,
        line=line_of(row),
        at=doing.now,
        by=doing.by,
        instead_of=doing.instead_of,
        offered=row.offered,
        reason=row.reason,
        salt=secrets.token_hex(16) if row.kind == Commitment.Kind.BUDGET else "",
    )


def told(row: Commitment, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a change as everybody may read it: of money only that it changed."""
    if row.kind != Commitment.Kind.BUDGET:
        return dict(before), dict(after)
    shown = {name: value for name, value in after.items() if name not in SECRET}
    if shown.keys() != after.keys() and any(after[name] not in (None, "") for name in SECRET & after.keys()):
        shown["amount"] = _("only for those who may read amounts")
    return {name: None if name in SECRET else before.get(name) for name in shown}, shown


def less(offered: Decimal | None, amount: Decimal) -> bool:
    """Whether an offer can be one: some, but less than asked for."""
    return offered is not None and offered.is_finite() and 0 < offered < amount and offered == round(offered, 2)

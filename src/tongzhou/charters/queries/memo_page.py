"""Reads: what the page of a memo shows: the draft by department, what it lacks, what is being signed, what was signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.charters.queries.memo_cut import Memo, memo_headings, memo_labels, memo_of
from tongzhou.charters.queries.memo_now import Compared, compared
from tongzhou.charters.queries.memo_standing import MEMO, memo_sheets_of
from tongzhou.charters.queries.missing import Lack, unfilled, unheld
from tongzhou.charters.queries.page import SignedPage, seats_of
from tongzhou.documents.queries.kinds import wording
from tongzhou.engine.canonical import digest
from tongzhou.people.models import User
from tongzhou.projects.models import Project
from tongzhou.projects.queries.team import may_manage
from tongzhou.resources.models import Commitment
from tongzhou.signoffs.models import Ending, Sheet
from tongzhou.signoffs.queries.difference import Changed, difference_of, snapshot_of
from tongzhou.signoffs.queries.page import version_of
from tongzhou.signoffs.queries.places import ending_of

MOST_CHANGES = 200


@dataclass(frozen=True, kw_only=True)
class MemoPage(SignedPage):
    """Everything that the page of a memo shows.

    `sheet` is the newest version that was opened and not voided; `again` names the departments whose signature a next
    version asks for again, None where it asks all.
    """

    memo: Memo
    heads: dict[str, str]
    signed: Sheet | None
    again: list[str] | None
    since: Compared | None

    @property
    def can_ask(self) -> bool:
        """Whether the manager may ask for signatures now."""
        return self.can_edit and not self.needed and (self.sheet is None or bool(self.changes))


def memo_page(user: User, project: Project) -> MemoPage:
    """Return what the page shows to `user`. A constant number of queries, however large the plan."""
    memo, opened = memo_of(project), memo_sheets_of(project)
    sheet = opened[0] if opened and ending_of(opened[0]) != Ending.Kind.VOIDED else None
    signed = next((row for row in opened if ending_of(row) == Ending.Kind.FINAL), None)
    before = snapshot_of(sheet) if sheet is not None else None
    changes = since(before, memo) if before is not None else []
    return MemoPage(
        memo=memo,
        heads=memo_headings(),
        lacks=lacking_memo(project, memo),
        # As can_edit_charter says; the team was read for the cut.
        can_edit=may_manage(user, project),
        sheet=sheet,
        signed=signed,
        seats=seats_of(sheet) if sheet is not None else [],
        changes=changes[:MOST_CHANGES],
        again=asked_again(before, memo) if before is not None and changes else [],
        since=compared(snapshot_of(signed), memo) if signed is not None else None,
        versions=[version_of(row, project.number) for row in opened],
    )


def since(before: Mapping[str, Any], memo: Memo) -> list[Changed]:
    """Return what the memo says otherwise than a version of it, apart from the fixed texts of its form."""
    shared = {part: value for part, value in before["shared"].items() if part != "wording"}
    before = {**before, "shared": shared}
    return difference_of(before, {"shared": memo.shared, "parts": memo.parts, "labels": memo_labels()})


def asked_again(before: Mapping[str, Any], memo: Memo) -> list[str] | None:
    """Return the departments whose part changed; None where the shared part did, and all are asked."""
    parts, shared = before["parts"], dict(before["shared"])
    texts = shared.pop("wording", None)
    if digest(shared) != digest(memo.shared) or texts != wording(MEMO):
        return None
    return [part["name"] for seat, part in memo.departments if digest(parts.get(seat, {})) != digest(part)]


def lacking_memo(project: Project, memo: Memo) -> list[Lack]:
    """Return what the memo lacks, in the order in which it says it."""
    number, basics = [project.number], memo.shared["basics"]
    start, plan, asked = (reverse(name, args=number) for name in ("project_start", "plan", "commitments"))
    parts = [part for _seat, part in memo.departments]
    idle = "、".join(part["name"] for part in parts if not part["tasks"] and not part["supports"])
    vague = [row["name"] for row in memo.shared["milestones"] if not row["standard"].strip()]
    waits = str(Commitment.State.ASKED.label)
    silent = dict.fromkeys(part["name"] for part in parts for row in part["commitments"] if row["answer"] == waits)
    aims = bool(basics["objective"].strip() or memo.shared["objectives"])
    lasts = bool(basics["start"] and (basics["finish"] or project.kind == Project.Kind.LONG_TERM))
    known = [
        (aims, Lack("objectives", _("Goal of the collaboration"), reverse("objectives", args=number))),
        (lasts, Lack("period", _("Period of the collaboration"), f"{start}#basics")),
        (any(part["tasks"] for part in parts), Lack("tasks", _("Tasks of the departments"), plan)),
        (not idle, Lack("idle", _("No task yet: %(departments)s") % {"departments": idle}, plan, False)),
        (
            not memo.homeless,
            Lack("homeless", _("Tasks of no department that takes part: %(n)s") % {"n": len(memo.homeless)}, plan, False),
        ),
        (
            not memo.outside,
            Lack("outside", _("Support by who takes no part: %(names)s") % {"names": "、".join(memo.outside)}, start, False),
        ),
        (bool(memo.shared["milestones"]), Lack("milestones", _("Milestones"), plan, False)),
        (
            not vague,
            Lack("standards", _("Delivery standard of %(names)s") % {"names": "、".join(vague[:5])}, plan, False),
        ),
        (
            not silent,
            Lack("answers", _("Answer to what is asked of %(departments)s") % {"departments": "、".join(silent)}, asked, False),
        ),
    ]
    blank = unfilled(project, memo.shared, *parts)
    return [*(lack for said, lack in known if not said), *blank, *unheld(project)]

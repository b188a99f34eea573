"""Operations: sheets, signing them, delegations, and whether the chain is whole."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, access_declared, require
from tongzhou.lib.rest import Day, Input, Key, PageOf, Words, json_answer, page_answer, page_of_rows, tag_of_content
from tongzhou.lib.web import download
from tongzhou.people.access import signed_in
from tongzhou.people.actions.proving import ProofNeeded, check_answer
from tongzhou.people.models import User
from tongzhou.people.queries import authenticated_since
from tongzhou.projects.access import project_or_404, standing
from tongzhou.signoffs import actions
from tongzhou.signoffs.access import AUDIT, can_audit, can_open, can_verify, capacities_of, own_seats, sheet_or_404
from tongzhou.signoffs.models import Act, Delegation, Place, Sheet
from tongzhou.signoffs.queries.acts import told_acts
from tongzhou.signoffs.queries.difference import snapshot_of
from tongzhou.signoffs.queries.evidence import evidence_of
from tongzhou.signoffs.queries.places import ending_of, own_signature, standings
from tongzhou.signoffs.queries.verifying import told, verify

READ, CHARTER, SIGN = "read project plan, tasks", "edit charter draft", "sign charter / memo"
APPROVE = "approve task list for release (总负责人审批后发布)"
router = Router(tags=["signoffs"])
Text = Annotated[Words, Field("", max_length=2000)]


class SignIn(Input):
    digest: Words = Field(max_length=64, description="the hash of the sheet that was read: 409 with the difference otherwise")
    decision: Literal["approve", "condition", "refuse"]
    opinion: Text
    place: Key | None = Field(None, description="needed of those only who may sign at several")
    proof_method: Words = Field("", max_length=20, description="password, totp, signing_code …: a token alone never signs")
    proof: Words = Field("", max_length=200)


class ReasonIn(Input):
    reason: Text


class DelegationIn(Input):
    seat: Words = Field("", max_length=60)
    delegate: Key
    first: Day
    last: Day
    note: Words = Field("", max_length=200)


class SheetOut(Schema):
    id: int
    kind: str
    title: str
    version: int
    state: str = Field(description="open, final, replaced or voided")
    digest: str
    html_digest: str
    shared_digest: str
    due: str | None
    opened_at: str
    opened_by: str


class SheetWhole(SheetOut):
    places: list[dict[str, Any]]
    snapshot: dict[str, Any] = Field(description="what is signed; `digest` is the SHA-256 of its canonical JSON")
    html: str = Field(description="the page as it is shown to who signs; `html_digest` is its SHA-256")


class Sheets(Schema):
    items: list[SheetOut]
    count: int
    next: str | None


class DelegationOut(Schema):
    id: int
    seat: str
    delegate: int
    delegate_name: str
    first: str
    last: str
    note: str
    ended_at: str | None


class Delegations(Schema):
    items: list[DelegationOut]
    count: int
    next: str | None


class ActOut(Schema):
    number: int
    at: str
    kind: str
    word: str
    by: str
    by_department: str
    details: str
    hash: str


class Acts(Schema):
    items: list[ActOut]
    count: int
    next: str | None


class VerifiedOut(Schema):
    ok: bool
    entries: int
    chains: list[dict[str, Any]]


@router.get("projects/{number}/sheets", response=Sheets, summary="会签单")
@access_declared(READ)
def sheets(request: HttpRequest, number: str, page: Query[PageOf]) -> HttpResponse:
    """Every sheet of a project, the newest first."""
    project = project_or_404(signed_in(request), number)
    rows = Sheet.objects.filter(project=project).select_related("ending").defer("snapshot", "html")
    return page_of_rows(request, page, rows, _told)


@router.get("projects/{number}/sheets/{sheet_id}", response=SheetWhole, summary="一份会签单及其签署")
@access_declared(READ)
def sheet(request: HttpRequest, number: str, sheet_id: Key) -> HttpResponse:
    """A sheet with its frozen text, its places and their signatures."""
    return _shown(sheet_or_404(signed_in(request), number, sheet_id))


@router.post("projects/{number}/sheets/{sheet_id}/signature", response=SheetWhole, summary="签署会签单")
@access_declared(APPROVE)
def sign(request: HttpRequest, number: str, sheet_id: Key, data: SignIn) -> HttpResponse:
    """Sign, on condition or not, or disagree. Signing twice is refused anyhow: it takes no Idempotency-Key."""
    user = signed_in(request)
    row = sheet_or_404(user, number, sheet_id)
    place = _my_place(user, row, data.place)
    if "Idempotency-Key" in request.headers:
        raise Refused("idempotency-key", _("Signing takes no Idempotency-Key: nobody signs twice anyhow."))
    origin = _proven(request, user, data)
    said = actions.Said(data.decision, data.digest, data.opinion)
    actions.sign_place(by=user, place=place, said=said, origin=origin, now=clock.now())
    return _shown(sheet_or_404(user, number, sheet_id), status=201)


@router.post("projects/{number}/sheets/{sheet_id}/withdrawal", response=SheetWhole, summary="撤回自己的签署")
@access_declared(APPROVE)
def withdraw(request: HttpRequest, number: str, sheet_id: Key, data: ReasonIn) -> HttpResponse:
    """Take one's own newest signature (or refusal) back while the sheet is not complete."""
    user = signed_in(request)
    row = sheet_or_404(user, number, sheet_id)
    signature = own_signature(row, user.pk)
    if signature is None:
        today = clock.today()
        require(bool(capacities_of(user, row.project, (at.held for at in standings(row)), today)))
        raise Refused("nothing-signed", _("You have not signed this."))
    actions.withdraw_signature(by=user, signature=signature, reason=data.reason, now=clock.now())
    return _shown(sheet_or_404(user, number, sheet_id))


@router.get("projects/{number}/sheets/{sheet_id}/evidence", response=str, summary="会签单证据包（zip 文件）")
@access_declared(AUDIT)
def evidence(request: HttpRequest, number: str, sheet_id: Key) -> HttpResponse:
    """Canonical JSON, page, signatures, the chain, and a script that checks them without this product."""
    user = signed_in(request)
    row = sheet_or_404(user, number, sheet_id)
    require(can_verify(user, standing(user, row.project), row))
    return download(evidence_of(row), "application/zip", f"{row.project.number}-{row.title}-{row.version}.zip")


@router.post("projects/{number}/sheets/{sheet_id}/void", response=SheetWhole, summary="作废会签单")
@access_declared(CHARTER)
def void(request: HttpRequest, number: str, sheet_id: Key, data: ReasonIn) -> HttpResponse:
    user = signed_in(request)
    row = sheet_or_404(user, number, sheet_id)
    require(can_open(standing(user, row.project)))
    actions.void_sheet(by=user, sheet=row, reason=data.reason, now=clock.now())
    return _shown(sheet_or_404(user, number, sheet_id))


@router.get("projects/{number}/delegations", response=Delegations, summary="我的代签授权")
@access_declared(SIGN)
def delegations(request: HttpRequest, number: str, page: Query[PageOf]) -> HttpResponse:
    """Who signs for me, and when."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(bool(own_seats(user, project)))
    rows = Delegation.objects.filter(project=project, principal=user).select_related("delegate")
    return page_of_rows(request, page, rows, _delegation)


@router.post("projects/{number}/delegations", response=DelegationOut, summary="授权代签")
@access_declared(SIGN)
def delegate(request: HttpRequest, number: str, data: DelegationIn) -> HttpResponse:
    user = signed_in(request)
    project = project_or_404(user, number)
    require(bool(own_seats(user, project)))
    person = User.objects.filter(pk=data.delegate).first()
    if person is None:
        raise Refused("delegate-unfit", _("Choose somebody else who works here."), "delegate")
    grant = actions.Grant(person, data.first, data.last, data.note)
    row = actions.delegate_seat(by=user, project=project, seat=data.seat, grant=grant, now=clock.now())
    return json_answer(_delegation(row), status=201)


@router.delete("projects/{number}/delegations/{delegation_id}", response={204: None}, summary="结束代签授权")
@access_declared(SIGN)
def end_delegation(request: HttpRequest, number: str, delegation_id: Key) -> HttpResponse:
    user = signed_in(request)
    project = project_or_404(user, number)
    require(bool(own_seats(user, project)))
    row = Delegation.objects.filter(project=project, pk=delegation_id).first()
    if row is None:
        raise Http404
    actions.end_delegation(by=user, delegation=row, now=clock.now())
    return HttpResponse(status=204)


@router.get("projects/{number}/chain/verification", response=VerifiedOut, summary="核验正式行为链")
@access_declared(AUDIT)
def verification(request: HttpRequest, number: str) -> HttpResponse:
    """Whether every formal act, sheet and signature of a project is as it was written; else the first bad entry."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(can_audit(standing(user, project)))
    return json_answer(told(verify([project.pk]), {project.pk: project.number}))


@router.get("projects/{number}/chain", response=Acts, summary="正式行为（链）")
@access_declared(AUDIT)
def acts(request: HttpRequest, number: str, page: Query[PageOf]) -> HttpResponse:
    """The formal acts of a project, the newest first; `hash` is what the next one is chained to."""
    user = signed_in(request)
    project = project_or_404(user, number)
    require(can_audit(standing(user, project)))
    rows = Act.objects.filter(project_id=project.pk).order_by("-number")
    shown = told_acts(project, rows[page.offset : page.offset + page.limit])
    return page_answer(request, page, [_act(one) for one in shown], rows.count())


def _act(told: dict[str, Any]) -> dict[str, Any]:
    names = ("number", "kind", "word", "by", "by_department", "details", "hash")
    return {name: told[name] for name in names} | {"at": told["at"].isoformat()}


def _shown(row: Sheet, status: int = 200) -> HttpResponse:
    """Answer with a sheet; its tag is that of what is signed and of what was signed there."""
    told = _whole(row)
    tag = tag_of_content("sheet", {name: told[name] for name in ("digest", "state", "places")})
    return json_answer(told, status=status, etag=tag)


def _my_place(user: User, row: Sheet, named: int | None) -> Place:
    """Return the place that is named, or the only one that waits for who asks.

    :raises Forbidden: if she may sign at none. :raises Refused: if she must say at which.
    """
    today, text = clock.today(), _("This seat is not yours today: its holder signs, or whom the holder let sign.")
    places = standings(row)
    as_what = capacities_of(user, row.project, (at.held for at in places), today)
    mine = [at for at in places if at.held.seat in as_what]
    require(bool(mine), text)
    if named is not None:
        found = next((at.place for at in mine if at.place.pk == named), None)
        if found is None:
            raise Refused("not-your-seat", text, "place")
        return found
    waiting = [at.place for at in mine if at.signature is None] or [mine[0].place]
    if len(waiting) > 1:
        raise Refused("place-needed", _("You sign at several places of this sheet: say at which."), "place")
    return waiting[0]


def _proven(request: HttpRequest, user: User, data: SignIn) -> actions.Origin:
    """Return who asks, as she proved it within this request, or in her browser within five minutes."""
    address, agent = get_adapter(request).get_client_ip(request), request.headers.get("User-Agent", "")
    asked = request.headers.get("X-Request-Id", "") or get_random_string(22)
    if data.proof_method:
        now = clock.now()
        check_answer(person=user, method=data.proof_method, answer=data.proof, address=address, now=now)
        return actions.Origin(data.proof_method, now, address, agent, asked)
    known = authenticated_since(request)
    if known is None:
        raise ProofNeeded
    return actions.Origin(known[1], known[0], address, agent, asked)


def _told(row: Sheet) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "title": row.title,
        "version": row.version,
        "state": ending_of(row) or "open",
        "digest": row.digest,
        "html_digest": row.html_digest,
        "shared_digest": row.shared_digest,
        "due": row.due.isoformat() if row.due else None,
        "opened_at": row.opened_at.isoformat(),
        "opened_by": row.opened_by_name,
    }


def _whole(row: Sheet) -> dict[str, Any]:
    return _told(row) | {
        "snapshot": snapshot_of(row),
        "html": bytes(row.html).decode(),
        "places": [_place(at) for at in standings(row)],
    }


def _place(at: Any) -> dict[str, Any]:
    signature = at.signature
    return {
        "id": at.place.pk,
        "seat": at.place.seat,
        "capacity": at.place.capacity,
        "part_digest": at.place.part_digest,
        "holder": at.held.holder.name if at.held.holder else None,
        "state": at.state,
        "carried": at.carried,
        "signature": {
            "name": signature.name,
            "for": signature.principal_name,
            "decision": signature.decision,
            "opinion": signature.opinion,
            "at": signature.at.isoformat(),
            "sheet_digest": signature.sheet_digest,
            "entry": signature.act_number,
        }
        if signature
        else None,
    }


def _delegation(row: Delegation) -> dict[str, Any]:
    return {
        "id": row.pk,
        "seat": row.seat,
        "delegate": row.delegate_id,
        "delegate_name": row.delegate.name,
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "note": row.note,
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
    }

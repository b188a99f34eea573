"""Reads: whether the rows that acts wrote are still what the acts say, and whether there are as many."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Subquery

from tongzhou.signoffs.models import Act, Delegation, Ending, Place, Sheet, Signature, Withdrawal
from tongzhou.signoffs.queries.facts import MOMENTS, PLAIN, instant_text

CHUNK = 2000


@dataclass(frozen=True)
class Fault:
    """A bad entry of a chain and what is wrong with it."""

    number: int
    fault: str


@dataclass(frozen=True)
class Kept:
    """A chain: how many entries of each kind it has, and how many in all."""

    project: int
    counts: Mapping[str, int]
    length: int


def row_faults(kept: Kept) -> list[Fault]:
    """Return what is wrong with the rows of a chain: at most one fault for each kind of row, that of its first bad entry."""
    if not kept.project:
        return []
    return [fault for check in (_sheets, _signatures, _withdrawals, _endings, _delegations) for fault in check(kept)]


def _signatures(kept: Kept) -> list[Fault]:
    rows = Signature.objects.filter(place__sheet__project_id=kept.project)
    columns = (*PLAIN, *MOMENTS, "place_id", "person_id", "principal_id")
    found = _joined(rows, kept.project, *columns, sheet_key=F("place__sheet_id"), seat_key=F("place__seat"))
    return _compared(kept, ("signed", "refused"), found, _signature_payload)


def _signature_payload(row: dict[str, Any]) -> dict[str, Any]:
    facts = {name: row[name] for name in PLAIN}
    for name in MOMENTS:
        facts[name] = instant_text(row[name])
    facts["place"], facts["person"], facts["principal"] = row["place_id"], row["person_id"], row["principal_id"]
    facts["sheet"], facts["seat"] = row["sheet_key"], row["seat_key"]
    return facts


def _withdrawals(kept: Kept) -> list[Fault]:
    rows = Withdrawal.objects.filter(signature__place__sheet__project_id=kept.project)
    place = {"place": F("signature__place_id"), "round": F("signature__round")}
    found = _joined(rows, kept.project, "reason", "at", sheet_key=F("signature__place__sheet_id"), **place)
    return _compared(kept, ("withdrawn",), found, _withdrawal_payload)


def _withdrawal_payload(row: dict[str, Any]) -> dict[str, Any]:
    return {"sheet": row["sheet_key"], "place": row["place"], "round": row["round"], "reason": row["reason"]}


def _endings(kept: Kept) -> list[Fault]:
    rows = Ending.objects.filter(sheet__project_id=kept.project)
    found = _joined(rows, kept.project, "kind", "reason", "at", sheet_key=F("sheet_id"), digest=F("sheet__digest"))
    return _compared(kept, ("sheet-ended",), found, _ending_payload)


def _ending_payload(row: dict[str, Any]) -> dict[str, Any]:
    return {"sheet": row["sheet_key"], "digest": row["digest"], "ending": row["kind"], "reason": row["reason"]}


def _delegations(kept: Kept) -> list[Fault]:
    rows = Delegation.objects.filter(project_id=kept.project)
    columns = ("pk", "seat", "principal_id", "delegate_id", "first", "last", "note")
    return _compared(kept, ("delegated",), _joined(rows, kept.project, *columns), _delegation_payload, whole=False)


def _delegation_payload(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "delegation": row["pk"],
        "seat": row["seat"],
        "principal": row["principal_id"],
        "delegate": row["delegate_id"],
        "first": row["first"].isoformat(),
        "last": row["last"].isoformat(),
        "note": row["note"],
    }


def _sheets(kept: Kept) -> list[Fault]:
    places: dict[int, list[dict[str, Any]]] = {}
    for row in Place.objects.filter(sheet__project_id=kept.project).order_by("sheet_id", "order").values():
        places.setdefault(row["sheet_id"], []).append(_place_payload(row))
    columns = ("pk", "kind", "key", "version", "title", "digest", "html_digest", "shared_digest", "in_order", "due")
    rows = Sheet.objects.filter(project_id=kept.project)
    found = _joined(rows, kept.project, *columns, "snapshot", "html")
    faults = _compared(
        kept, ("sheet-opened",), found, lambda row: _sheet_payload(row, places.get(row["pk"], [])), whole=False, also=_bytes_of
    )
    orphans = sorted(places.keys() - set(rows.values_list("pk", flat=True)))
    return faults or [Fault(kept.length, "extra") for _orphan in orphans[:1]]


def _place_payload(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "place": row["id"],
        "order": row["order"],
        "seat": row["seat"],
        "capacity": row["capacity"],
        "part": row["part_digest"],
        "carried": row["carried_id"],
    }


def _sheet_payload(row: dict[str, Any], places: list[dict[str, Any]]) -> dict[str, Any]:
    due: datetime | None = row["due"]
    return {
        "sheet": row["pk"],
        "kind": row["kind"],
        "key": row["key"],
        "version": row["version"],
        "title": row["title"],
        "digest": row["digest"],
        "html": row["html_digest"],
        "shared": row["shared_digest"],
        "in_order": row["in_order"],
        "due": instant_text(due) if due else None,
        "places": places,
    }


def _bytes_of(row: dict[str, Any]) -> str:
    """Return what is wrong with the bytes of a sheet: its text or its page are not those of its hashes."""
    if hashlib.sha256(row["snapshot"]).hexdigest() != row["digest"]:
        return "text"
    return "page" if hashlib.sha256(row["html"]).hexdigest() != row["html_digest"] else ""


def _joined(rows: models.QuerySet[Any], project: int, *columns: str, **named: Any) -> Iterator[dict[str, Any]]:
    """Yield the rows in the order of their entries, each with its number and the bytes of its entry."""
    entry = Act.objects.filter(project_id=project, number=OuterRef("act_number")).values("body")
    asked = rows.annotate(body=Subquery(entry), **named).order_by("act_number")
    found: Iterator[dict[str, Any]] = asked.values("act_number", "body", *columns, *named).iterator(chunk_size=CHUNK)
    return found


def _compared(
    kept: Kept,
    kinds: tuple[str, ...],
    rows: Iterator[dict[str, Any]],
    payload_of: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    whole: bool = True,
    also: Callable[[dict[str, Any]], str] = lambda row: "",
) -> list[Fault]:
    """Compare rows with their entries. `whole`: the payload of the entry is these fields and no others."""
    end, seen, last = f',"project":{kept.project}}}'.encode(), 0, 0
    starts = tuple(f'{{"act":"{kind}",'.encode() for kind in kinds)
    for row in rows:
        number, body = row["act_number"], row["body"]
        if body is None or number == last or not bytes(body).startswith(starts):
            return [Fault(number, "extra")]
        last, seen = number, seen + 1
        wrong = also(row)
        if wrong:
            return [Fault(number, wrong)]
        if not _same(bytes(body), payload_of(row), end, whole=whole) or (
            "at" in row and not _same_moment(bytes(body), row["at"])
        ):
            return [Fault(number, "row")]
    if seen < sum(kept.counts[kind] for kind in kinds):
        return [Fault(_first_without_row(kept.project, kinds, starts), "gone")]
    return []


def _same(body: bytes, payload: dict[str, Any], end: bytes, *, whole: bool) -> bool:
    if whole:
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return body.endswith(b'"payload":' + text.encode() + end)
    kept = json.loads(body)["payload"]
    return all(kept.get(name) == value for name, value in payload.items())


def _same_moment(body: bytes, moment: datetime) -> bool:
    return f',"at":"{instant_text(moment)}",'.encode() in body[:120]


def _first_without_row(project: int, kinds: tuple[str, ...], starts: tuple[bytes, ...]) -> int:
    """Return the number of the first entry of these kinds whose row is gone."""
    model: dict[str, type[models.Model]] = {
        "signed": Signature,
        "withdrawn": Withdrawal,
        "sheet-ended": Ending,
        "delegated": Delegation,
        "sheet-opened": Sheet,
    }
    way = {"signed": "place__sheet__", "withdrawn": "signature__place__sheet__", "sheet-ended": "sheet__"}.get(kinds[0], "")
    rows = model[kinds[0]]._default_manager.filter(**{f"{way}project_id": project})
    known = set(rows.values_list("act_number", flat=True))
    acts = Act.objects.filter(project_id=project).order_by("number").values_list("number", "body").iterator(chunk_size=CHUNK)
    return next((number for number, body in acts if bytes(body).startswith(starts) and number not in known), 0)

"""Reads: the acts of a chain as people read them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.projects.models import Project
from tongzhou.signoffs.access import seats_held
from tongzhou.signoffs.models import Act, Ending, Sheet, Signature

ACTS = {
    "sheet-opened": gettext_lazy("Sheet opened"),
    "signed": gettext_lazy("Signed"),
    "refused": gettext_lazy("Disagreed"),
    "withdrawn": gettext_lazy("Signature taken back"),
    "sheet-ended": gettext_lazy("Sheet closed"),
    "delegated": gettext_lazy("Delegated"),
    "delegation-ended": gettext_lazy("Delegation ended"),
    "seat-changed": gettext_lazy("Seat changed"),
    "charter-in-force": gettext_lazy("Charter in force"),
    "commitment-answered": gettext_lazy("Resource answered for"),
    "restored": gettext_lazy("Restored from a copy"),
    "escalation-opened": gettext_lazy("Escalation opened"),
    "escalation-climbed": gettext_lazy("Escalation climbed"),
    "escalation-overdue": gettext_lazy("Escalation: time ran out at the top"),
    "escalation-handed_back": gettext_lazy("Escalation handed back"),
    "escalation-decided": gettext_lazy("Escalation decided"),
    "escalation-closed": gettext_lazy("Escalation closed"),
}
"""The kinds of acts in words; a kind that is not here is shown by its name."""
LONGEST = 300


def told_acts(project: Project, acts: Iterable[Act]) -> list[dict[str, Any]]:
    """Return acts of a project as rows: number, time, what, who, details, hash. A constant number of queries."""
    entries = [(act, json.loads(bytes(act.body))) for act in acts]
    payloads = [entry["payload"] for _act, entry in entries]
    sheets = Sheet.objects.filter(pk__in={payload["sheet"] for payload in payloads if "sheet" in payload})
    titles = {
        key: _("%(title)s, version %(version)s") % {"title": title, "version": version}
        for key, title, version in sheets.values_list("pk", "title", "version")
    }
    held = seats_held(project, list({str(payload["seat"]) for payload in payloads if payload.get("seat")}))
    seats = {seat: found.capacity for seat, found in held.items()}
    return [_row(act, entry, titles, seats) for act, entry in entries]


def _row(act: Act, entry: dict[str, Any], titles: dict[int, str], seats: dict[str, str]) -> dict[str, Any]:
    return {
        "number": act.number,
        "at": datetime.fromisoformat(entry["at"]),
        "kind": entry["act"],
        "word": str(ACTS.get(entry["act"], entry["act"])),
        "by": entry["by"]["name"],
        "by_department": entry["by"]["department"],
        "details": _details(entry["payload"], titles, seats),
        "marked": bool(entry["payload"].get("by_herself")),
        "hash": bytes(act.hash).hex(),
    }


def _details(payload: dict[str, Any], titles: dict[int, str], seats: dict[str, str]) -> str:
    """Return in one line what an act is about: the paper, the seat, what was decided, and the words that were given."""
    seat = str(payload.get("capacity") or seats.get(str(payload.get("seat", "")), ""))
    if "before_name" in payload and "after_name" in payload:
        known = {"before": payload["before_name"] or "—", "after": payload["after_name"] or "—", "seat": seat}
        return _("%(before)s → %(after)s (%(seat)s)") % known
    decision, ending = payload.get("decision"), payload.get("ending")
    parts = [
        titles.get(payload.get("sheet", 0), "") or payload.get("title"),
        payload.get("about", {}).get("title") if isinstance(payload.get("about"), dict) else "",
        seat,
        payload.get("principal_name") and _("for %(name)s") % {"name": payload["principal_name"]},
        Signature.Decision(decision).label if decision in Signature.Decision.values else "",
        Ending.Kind(ending).label if ending in Ending.Kind.values else "",
        payload.get("delegate_name"),
        payload.get("first") and f"{payload['first']} — {payload.get('last', '')}",
        payload.get("asked") and f"→ {payload['asked']}",
        *(payload.get(name) for name in ("opinion", "text", "note", "reason", "source")),
    ]
    return " · ".join(str(part) for part in parts if part)[:LONGEST]

"""Reads: the acts of a chain as people read them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.signoffs.models import Act

ACTS = {
    "sheet-opened": gettext_lazy("Sheet opened"),
    "signed": gettext_lazy("Signed"),
    "refused": gettext_lazy("Disagreed"),
    "withdrawn": gettext_lazy("Signature taken back"),
    "sheet-ended": gettext_lazy("Sheet closed"),
    "delegated": gettext_lazy("Delegated"),
    "delegation-ended": gettext_lazy("Delegation ended"),
    "seat-changed": gettext_lazy("Seat changed"),
    "restored": gettext_lazy("Restored from a copy"),
}
"""The kinds of acts that this room and those below write; other rooms' kinds are shown by their names."""


def told_act(act: Act) -> dict[str, Any]:
    """Return an act as a row: number, time, what, who, details, hash."""
    entry = json.loads(bytes(act.body))
    payload = entry["payload"]
    return {
        "number": act.number,
        "at": datetime.fromisoformat(entry["at"]),
        "kind": entry["act"],
        "word": str(ACTS.get(entry["act"], entry["act"])),
        "by": entry["by"]["name"],
        "by_department": entry["by"]["department"],
        "details": _details(payload),
        "marked": bool(payload.get("by_herself")),
        "hash": bytes(act.hash).hex(),
    }


def _details(payload: dict[str, Any]) -> str:
    if "before_name" in payload and "after_name" in payload:
        known = {
            "before": payload["before_name"] or "—",
            "after": payload["after_name"] or "—",
            "seat": payload.get("seat", ""),
        }
        return _("%(before)s → %(after)s (%(seat)s)") % known
    shown = [payload.get(name) for name in ("title", "capacity", "name", "delegate_name", "opinion", "reason", "source")]
    return " · ".join(str(text) for text in shown if text)[:300]

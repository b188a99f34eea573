"""Paper ↔ plain JSON data, so that a paper that was sent stays what it was."""

from __future__ import annotations

import base64
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tongzhou.papers import paper as parts

KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        parts.Bullets,
        parts.Column,
        parts.Entry,
        parts.Fact,
        parts.Fields,
        parts.Figure,
        parts.Figures,
        parts.Letterhead,
        parts.Linked,
        parts.Meter,
        parts.Meters,
        parts.Opinion,
        parts.Opinions,
        parts.Paper,
        parts.Place,
        parts.Section,
        parts.Signatures,
        parts.Stamp,
        parts.State,
        parts.Table,
        parts.Text,
    )
}


def to_data(value: Any) -> Any:
    """Return a paper, or a part of one, as JSON knows it. Each part names its kind as "is"; numbers stay exact."""
    if is_dataclass(value):
        return {"is": type(value).__name__} | {field.name: to_data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [to_data(one) for one in value]
    if isinstance(value, Fraction):
        return {"is": "Fraction", "value": str(value)}
    if isinstance(value, Decimal):
        return {"is": "Decimal", "value": str(value)}
    if isinstance(value, bytes):
        return {"is": "bytes", "value": base64.b64encode(value).decode()}
    if isinstance(value, date):
        return {"is": "date", "value": value.isoformat()}
    return value


def from_data(data: Any) -> Any:
    """Return what `to_data` was given.

    :raises ValueError: if a part is of no kind that papers have.
    """
    if isinstance(data, list):
        return tuple(from_data(one) for one in data)
    if not isinstance(data, dict):
        return data
    kind = data["is"]
    readers: dict[str, Any] = {"Fraction": Fraction, "Decimal": Decimal, "date": date.fromisoformat, "bytes": base64.b64decode}
    if kind in readers:
        return readers[kind](data["value"])
    if kind not in KINDS:
        raise ValueError(f"papers have no {kind}")
    return KINDS[kind](**{name: from_data(value) for name, value in data.items() if name != "is"})

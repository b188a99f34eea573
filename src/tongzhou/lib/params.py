"""Reading query parameters and JSON bodies without trusting them."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tongzhou.lib.access import Forbidden, Refused, Stale

FIRST_YEAR, LAST_YEAR = 1970, 2199
LONGEST_ID = 18
LARGEST_BODY = 64 * 1024
LARGEST_API_BODY = 2 * 1024 * 1024


def day_asked(request: HttpRequest, name: str = "date") -> date | None:
    """Return the day of a query parameter, or None where it is absent or not a day that plans can have."""
    return parse_day(request.GET.get(name, ""))


def text_asked(request: HttpRequest, name: str, longest: int = 80) -> str:
    """Return the text of a query parameter, trimmed, cut to `longest`, without the NUL that no database keeps."""
    return request.GET.get(name, "").replace("\0", "").strip()[:longest]


def id_asked(text: str) -> int | None:
    """Return the id that a text names, or None; ids have no more digits than a database can hold."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else None


def parse_day(text: object) -> date | None:
    """Return the day that an ISO text names, between 1970 and 2199; None otherwise."""
    if not isinstance(text, str) or len(text) != 10:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


class DayField(forms.DateField):
    """A day that plans can have, between 1970 and 2199."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(_("A day lies between 1970 and 2199."), code="day-range")
        return day


class InstantField(forms.DateTimeField):
    """A local day and time that plans can have, as browsers send it (2026-03-05T17:00)."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.input_formats = InstantField.input_formats

    def to_python(self, value: Any) -> datetime | None:
        # Of a far year no other zone's time exists, so the years are looked at before the zone is.
        year = value.strip()[:4] if isinstance(value, str) else ""
        if year.isdecimal() and not FIRST_YEAR <= int(year) <= LAST_YEAR:
            raise ValidationError(_("A day lies between 1970 and 2199."), code="day-range")
        return super().to_python(value)


def json_body(request: HttpRequest, largest: int = LARGEST_BODY) -> dict[str, Any]:
    """Return the JSON object of a request's body.

    :raises Refused: if it is too large, no JSON, or no object.
    """
    value = strict_json(request.body, largest)
    if not isinstance(value, dict):
        raise Refused("not-json", _("The request is not valid JSON."))
    return value


def strict_json(body: bytes, largest: int) -> Any:
    """Return the value of a JSON text without NaN, NUL and lone surrogates.

    :raises Refused: if it is too large or no such text.
    """
    if len(body) > largest:
        raise Refused("body-too-large", _("The request is too large."))
    try:
        value = json.loads(body, parse_constant=_no_constant)
        # Lone surrogates and NUL can be escaped in JSON, but not stored.
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError) as error:
        raise Refused("not-json", _("The request is not valid JSON.")) from error
    if "\\u0000" in text and _has_nul(value):
        raise Refused("not-json", _("The request is not valid JSON."))
    return value


def _no_constant(name: str) -> float:
    raise ValueError(name)


def unkeepable(text: str) -> bool:
    """Whether a text holds what no database keeps: a NUL, or a lone surrogate."""
    return "\0" in text or any(0xD800 <= ord(sign) < 0xE000 for sign in text)


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(_has_nul(part) for part in value)


class SeveralField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows by their ids; one that no database could hold is nobody's."""

    def clean(self, value: Any) -> Any:
        unfit = [text for text in value or [] if id_asked(str(text)) is None]
        if unfit:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": unfit[0][:20]})
        return super().clean(value)


def say_refused(form: forms.BaseForm, refused: Refused) -> None:
    """Say what an action refused at the field where it was typed, or above the form, with the way to what hinders it."""
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    vars(form)["hindrance"] = refused.link


def blame(form: forms.BaseForm, refused: Refused) -> None:
    """Say what was refused in the form, unless no other words in it would help.

    :raises Forbidden, Stale: as they came.
    """
    if isinstance(refused, Forbidden | Stale):
        raise refused
    say_refused(form, refused)

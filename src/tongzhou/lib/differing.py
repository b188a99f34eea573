"""What a person typed beside what stands there now, where somebody else saved first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

Differing = Sequence[tuple[str, str, str]]
"""Label, what the person typed, what stands there now."""
Values = Mapping[str, Any]


def beside(form: forms.Form, now: Values) -> Differing:
    """Return the fields of a valid form that differ from what stands there now; the person may save over it then."""
    found = []
    for bound in form.visible_fields():
        mine, theirs = form.cleaned_data.get(bound.name), now.get(bound.name)
        if (mine or None) != (theirs or None):
            found.append((str(bound.label), _word(bound.field, mine), _word(bound.field, theirs)))
    form.data = {**{name: form.data.get(name) for name in form.data}, "version": now["version"]}
    return found


def _word(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None or value == "":
        return "—"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, Model):
        return str(value)
    words = {str(key): str(word) for key, word in getattr(field, "choices", ())} if hasattr(field, "choices") else {}
    return words.get(str(value), str(value))

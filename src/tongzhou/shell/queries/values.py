"""Stored values of the record as people read them: choices by their label, ids by their name, minutes as days."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.shell.queries.words import WORDS
from tongzhou.timeline.queries import Changed, Entry

MINUTES = frozenset({"duration", "lag", "within", "slack"})
BASIS_POINTS = frozenset({"percent"})
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


class Values:
    """The words of the values in some entries."""

    def __init__(self, entries: list[Entry]) -> None:
        """Read the names behind ids: one query for each model that they belong to."""
        wanted: dict[type[Model], set[int]] = defaultdict(set)
        for one in (one for entry in entries for one in entry.changed):
            model = related_model(one.type, one.field)
            if model is not None:
                wanted[model] |= {value for value in (one.before, one.after) if type(value) is int}
        self._names = {
            model: dict(model._default_manager.filter(pk__in=keys).values_list("pk", "name"))
            for model, keys in wanted.items()
            if keys
        }

    def word(self, one: Changed, value: Any) -> str:
        """Return a value of the field as people read it; nothing is ""."""
        if value is None or value in ("", [], {}):
            return ""
        model = related_model(one.type, one.field)
        if model is not None and type(value) is int:
            return str(self._names.get(model, {}).get(value, _("(removed)")))
        label = choices_of(one.type, one.field).get(value) if isinstance(value, str) else None
        return str(label) if label else self._plain(one.field, value)

    def _plain(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, int) and name in BASIS_POINTS:
            return f"{value / 100:g}%"
        if isinstance(value, int) and name in MINUTES:
            return _("%(days)s working days") % {"days": f"{value / 480:g}"}
        if isinstance(value, list):
            return "；".join(self._part(name, part) for part in value)
        if isinstance(value, dict):
            return "；".join(f"{self._plain('', key)}：{self._plain(str(key), part)}" for key, part in value.items())
        if isinstance(value, str):
            return str(WORDS.get(value, "")) or _moment(value)
        return str(value)

    def _part(self, name: str, part: Any) -> str:
        """Return an item of a list, or a scope item (its kind and text), as people read it."""
        kinds = {"in": _("Included: %(text)s"), "out": _("Excluded: %(text)s")}
        if isinstance(part, list) and len(part) == 2 and part[0] in kinds:
            return kinds[part[0]] % {"text": part[1]}
        if isinstance(part, list):
            return " ".join(self._plain("", one) for one in part)
        return self._plain(name, part)


@lru_cache(maxsize=512)
def related_model(type_: str, name: str) -> type[Model] | None:
    """Return the model whose ids the field holds, if it has names."""
    field = field_of(type_, name)
    model = field.related_model if field is not None and field.is_relation else None
    if not isinstance(model, type) or not issubclass(model, Model):
        return None
    return model if any(one.name == "name" for one in model._meta.concrete_fields) else None


@lru_cache(maxsize=512)
def choices_of(type_: str, name: str) -> dict[str, object]:
    """Return the labels of the field's choices; as text they speak the reader's language."""
    field = field_of(type_, name)
    if field is None or not field.choices:
        return {}
    return {str(value): label for value, label in field.flatchoices}


@lru_cache(maxsize=512)
def field_of(type_: str, name: str) -> Field[Any, Any] | None:
    """Return the field that a change of an object of this type names, by its name or by that of its column."""
    model = models_by_type().get(type_)
    if model is None:
        return None
    try:
        found = model._meta.get_field(name.removesuffix("_id"))
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None


@lru_cache(maxsize=1)
def models_by_type() -> dict[str, type[Model]]:
    """Return the product's models by the name that the record gives their objects: work_item, project, person …"""
    found = {
        re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower(): model
        for model in apps.get_models()
        if model.__module__.startswith("tongzhou.")
    }
    return found | {"person": found["user"]}


def _moment(value: str) -> str:
    """Return an instant as local day and time; any other text as it is."""
    if not INSTANT.match(value):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return f"{timezone.localtime(moment) if moment.tzinfo else moment:%Y-%m-%d %H:%M}"

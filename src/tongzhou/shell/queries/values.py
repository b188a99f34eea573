"""Stored values of the record as people read them: choices by their label, ids by their name, minutes as days."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, IntegerField, Model, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.prepared import Given, prepared
from tongzhou.projects.models import Comment
from tongzhou.shell.queries.words import WORDS
from tongzhou.timeline.models import Event
from tongzhou.timeline.queries import Changed, Entry

MINUTES = frozenset({"duration", "lag", "within", "slack"})
BASIS_POINTS = frozenset({"percent"})
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


class Values:
    """The words of the values in some entries, and of what else is asked for with them."""

    def __init__(self, entries: list[Entry], comments: Collection[int] = (), actions: QuerySet[Event] | None = None) -> None:
        """Read the names behind ids, whatever they belong to, in one query.

        :param comments: ids of comments whose text is wanted, too; :param actions: events whose actors are.
        """
        wanted: dict[type[Model], set[int]] = defaultdict(set)
        for one in (one for entry in entries for one in entry.changed):
            model = related_model(one.type, one.field)
            if model is not None:
                wanted[model] |= {value for value in (one.before, one.after) if type(value) is int}
        asked: list[tuple[Hashable, QuerySet[Any], str, str]] = [
            (model, model._default_manager.filter(pk__in=keys), "pk", "name") for model, keys in wanted.items() if keys
        ]
        self._names: dict[Hashable, dict[Any, str]] = defaultdict(dict)
        if actions is not None:
            asked.append((Event, actions.distinct(), "actor_id", "actor_name"))
        if comments and not asked:
            self._names[Comment] = dict(_texts(comments))
        elif comments:
            asked.append((Comment, Comment.objects.filter(pk__in=comments, removed_at__isnull=True), "pk", "text"))
        for place, key, text in _united([one[1:] for one in asked]):
            self._names[asked[place][0]][key] = text

    @property
    def comments(self) -> dict[int, str]:
        """The texts of the comments asked for; a removed one has none."""
        return self._names[Comment]

    @property
    def actors(self) -> dict[int | None, str]:
        """The names of the actors asked for; None is the product itself."""
        return self._names[Event]

    def word(self, one: Changed, value: Any) -> str:
        """Return a value of the field as people read it; nothing is ""."""
        if value is None or value in ("", [], {}):
            return ""
        model = related_model(one.type, one.field)
        if model is not None and type(value) is int:
            return str(self._names[model].get(value, _("(removed)")))
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


@prepared
def _texts(keys: Given) -> QuerySet[Comment, tuple[int, str]]:
    return Comment.objects.filter(pk__among=keys, removed_at__isnull=True).order_by().values_list("pk", "text")


def _united(asked: list[tuple[QuerySet[Any], str, str]]) -> Iterable[tuple[int, Any, str]]:
    """Return the rows of all queries, each with the place of its query."""
    parts = [
        rows.order_by().values_list(Value(place, IntegerField()), key, text) for place, (rows, key, text) in enumerate(asked)
    ]
    if not parts:
        return ()
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


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

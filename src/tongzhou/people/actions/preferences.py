"""Writes: what people choose for themselves."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.events import PreferenceChanged
from tongzhou.people.models import Preference, User
from tongzhou.people.queries.preferences import KEYS
from tongzhou.timeline.actions import ChangeOf, Subject, record

LARGEST = 16 * 1024
DEEPEST = 20


def set_preference(*, by: User, key: str, value: Any, now: datetime) -> None:
    """Remember a JSON value of at most 16 KB for `by`; None forgets.

    :raises Refused: if the key is not on the list, or the value is too large, too deep or no JSON that databases keep.
    """
    require(by.is_active)
    if key not in KEYS:
        raise Refused("key-unknown", _("There is no such preference."), "key")
    _check(value)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        row = Preference.objects.filter(user=by, key=key).first()
        before = row.value if row else None
        if before == value:
            return
        if value is None:
            Preference.objects.filter(user=by, key=key).delete()
        else:
            Preference.objects.update_or_create(user=by, key=key, defaults={"value": value})
        change = ChangeOf("preference", by.pk, key, {"value": before}, {"value": value})
        subject = Subject("person", by.pk, by.name)
        record(PreferenceChanged(by.pk, key), by=by, now=now, subject=subject, changes=[change])


def _check(value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise Refused("value-too-deep", _("The value is nested too deeply."), "value")
        inner = [part for part in level if isinstance(part, dict | list)]
        level = [one for part in inner for one in (part.values() if isinstance(part, dict) else part)]
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        size = len(text.encode())
    except ValueError as error:
        raise Refused("value-unusable", _("This value cannot be kept."), "value") from error
    # json writes NUL as an escape; PostgreSQL keeps none.
    if "\\u0000" in text:
        raise Refused("value-unusable", _("This value cannot be kept."), "value")
    if size > LARGEST:
        raise Refused("value-too-large", _("A preference has at most 16 KB."), "value")

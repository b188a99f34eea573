"""Taking the next number of a pattern."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused
from tongzhou.projects.models import NumberCounter
from tongzhou.projects.queries.numbers import first_free, organisation, pattern_of, shape_of


def take_number(kind: str, day: date) -> str:
    """Return the next free number of a kind of project and keep it, in the caller's transaction.

    Who comes at the same time waits at the counter's row until that transaction ends, and gets the number after it.
    :raises Refused: if the kind's pattern gives no usable number.
    """
    shape = shape_of(pattern_of(organisation(), kind), day)
    if shape is None:
        raise Refused("pattern-invalid", _("The pattern of numbers of this kind cannot be used. Type a number."), "number")
    NumberCounter.objects.get_or_create(scope=shape.scope)
    counter = NumberCounter.objects.select_for_update().get(scope=shape.scope)
    counter.last, number = first_free(shape, counter.last)
    counter.save(update_fields=["last"])
    return number

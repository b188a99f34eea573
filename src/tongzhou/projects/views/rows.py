"""Rows of the list as ready texts: a long table costs what its cells cost, so none of them asks the template for a tag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tongzhou.projects.models import Project
from tongzhou.projects.papers import light_words, state_words
from tongzhou.projects.queries.listing import Row
from tongzhou.ui.templatetags.ui import FAR_BEHIND, LIGHTS, STATES, icon, state_icon

BAR = '<rect class="plan" x="{}%" y="0" width="2" height="12" rx="1"/>'
METER = (
    '<span class="tz-meter"><svg role="img" aria-label="{}"><rect class="track" x="0" y="3" width="100%" height="6" rx="3"/>'
    '<rect class="fill" x="0" y="3" width="{}%" height="6" rx="3"/>{}</svg>'
    '<span class="says"><span>{}{}</span> {}</span></span>'
)


def shown(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return what the template writes for each row."""
    kinds = {key: str(word) for key, word in Project.Kind.choices}
    weights = {key: str(word) for key, word in Project.Weight.choices}
    lights, states = _lights(), _states()
    return [
        {
            "number": row.number,
            "url": reverse("project", args=[row.number]) if row.open else "",
            "name": row.name,
            "kind": kinds[row.kind],
            "weight": weights[row.weight],
            "lead": row.lead,
            "manager": row.manager,
            "start": row.start,
            "end": row.end,
            "meter": "" if row.actual is None else meter_html(row.actual, row.planned),
            "light": lights[row.light],
            "state": states[row.state],
        }
        for row in rows
    ]


def meter_html(actual: float, planned: float | None) -> SafeString:
    """Return the meter of ui/meter.html for percents 0..100, told to a tenth, without a template."""
    gap = None if planned is None else round(actual - planned, 2)
    bar = format_html(BAR, _told(planned)) if planned is not None else ""
    label = _("Actual %(percent)s%%") % {"percent": _told(actual)}
    target = format_html("<small> / {}%</small>", _told(planned)) if planned is not None else "%"
    return format_html(METER, label, f"{actual:g}", bar, _told(actual), target, _said(gap))


def _told(percent: float) -> str:
    return f"{round(percent, 1):g}"


def _said(gap: float | None) -> str:
    if gap is None:
        return ""
    css = "is-far" if gap < -FAR_BEHIND else "is-behind" if gap < 0 else "tz-muted"
    words = _("%(gap)s behind") if gap < 0 else _("%(gap)s ahead") if gap > 0 else _("level")
    return format_html('<span class="tz-gap {}">{}</span>', css, words % {"gap": _told(abs(gap))} if gap else words)


def _lights() -> dict[str, SafeString | str]:
    found: dict[str, SafeString | str] = {"": ""}
    for key, word in light_words().items():
        if key:
            css, name, _word = LIGHTS[key]
            found[key] = format_html('<span class="tz-light {}">{}{}</span>', css, icon(name, size=14), word)
    return found


def _states() -> dict[str, SafeString | str]:
    found: dict[str, SafeString | str] = {"": ""}
    for key, word in state_words().items():
        if key in STATES:
            found[key] = format_html('<span class="tz-state {}">{}{}</span>', STATES[key][0], state_icon(key), word)
        elif key:
            found[key] = format_html('<span class="tz-muted">{}</span>', word)
    return found

"""Rows of the list as the page writes them: a long table costs what its cells cost, so none of them asks for a tag."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tongzhou.lib.web import project_address
from tongzhou.projects.models import Project
from tongzhou.projects.papers import light_words, state_words
from tongzhou.projects.queries.listing import Row
from tongzhou.ui.templatetags.ui import LIGHTS, STATES, icon, state_icon

BAR = '<rect class="plan" x="{}%" y="0" width="2" height="12" rx="1"/>'
METER = (
    '<span class="tz-meter"><svg role="img" aria-label="{}"><rect class="track" x="0" y="3" width="100%" height="6" rx="3"/>'
    '<rect class="fill" x="0" y="3" width="{}%" height="6" rx="3"/>{}</svg>'
    '<span class="says"><span>{}{}</span> {}</span></span>'
)


@dataclass(frozen=True)
class Listed:
    """A row of the list; what the template writes of it is made when it is asked for, in the reader's language."""

    row: Row

    @property
    def url(self) -> str:
        return project_address("project", self.row.number) if self.row.open else ""

    @property
    def kind(self) -> str:
        return str(Project.Kind(self.row.kind).label)

    @property
    def weight(self) -> str:
        return str(Project.Weight(self.row.weight).label)

    @property
    def meter(self) -> SafeString | str:
        return "" if self.row.actual is None else meter_html(self.row)

    @property
    def light(self) -> SafeString | str:
        if not self.row.light:
            return ""
        css, name, _word = LIGHTS[self.row.light]
        return format_html('<span class="tz-light {}">{}{}</span>', css, icon(name, size=14), light_words()[self.row.light])

    @property
    def state(self) -> SafeString | str:
        key, word = self.row.state, state_words()[self.row.state]
        if key in STATES:
            return format_html('<span class="tz-state {}">{}{}</span>', STATES[key][0], state_icon(key), word)
        return format_html('<span class="tz-muted">{}</span>', word) if key else ""


def meter_html(row: Row) -> SafeString:
    """Return the meter of ui/meter.html for a project, without a template."""
    actual, planned = row.actual or 0.0, row.planned
    bar = format_html(BAR, _told(planned)) if planned is not None else ""
    label = _("Actual %(percent)s%%") % {"percent": _told(actual)}
    target = format_html("<small> / {}%</small>", _told(planned)) if planned is not None else "%"
    return format_html(METER, label, f"{actual:g}", bar, _told(actual), target, _said(row))


def _told(percent: float) -> str:
    return f"{round(percent, 2):g}"


def _said(row: Row) -> str:
    behind = row.behind
    if behind is None:
        return ""
    css = "is-far" if row.light == "alarm" else "is-behind" if behind > 0 else "tz-muted"
    words = _("%(gap)s behind") if behind > 0 else _("%(gap)s ahead") if behind < 0 else _("level")
    return format_html('<span class="tz-gap {}">{}</span>', css, words % {"gap": _told(abs(behind))} if behind else words)

"""Component tags. Each has a template ui/<name>.html, a class tz-… in the style sheet and an entry ui/gallery/<name>.html.

They are builtins: no `{% load %}`. An argument that a tag does not have fails when the template is compiled;
a value that it does not know (a state, a tone, an icon) fails when it is shown, and the gallery shows them all.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_vite.core.asset_loader import DjangoViteAssetLoader

from tongzhou.lib.naming import paper_name

register = template.Library()

Text = str | Promise
Number = float | int
Context = dict[str, Any]

ICON_NAMES: frozenset[str] = frozenset(json.loads((Path(__file__).parent.parent / "icons.json").read_text(encoding="utf-8")))
ICON_SIZES = (14, 16, 18, 22, 26)
STATES: dict[str, tuple[str, Text]] = {
    "todo": ("c-todo", _("Not started")),
    "doing": ("c-doing", _("In progress")),
    "done": ("c-done", _("Done")),
    "blocked": ("c-block", _("Blocked")),
    "late": ("c-late", _("Late")),
    "cancelled": ("c-cancel", _("Cancelled")),
}
LIGHTS: dict[str, tuple[str, str, Text]] = {
    "ok": ("c-done", "circle-check", _("Normal")),
    "watch": ("c-late", "alert-triangle", _("Watch")),
    "alarm": ("c-block", "alert-octagon", _("Alarm")),
}
TONES = {"": "info-circle", "doing": "info-circle", "done": "circle-check", "late": "alert-triangle", "block": "ban"}
LEVELS = {"success": "circle-check", "info": "info-circle", "warning": "alert-triangle", "error": "alert-octagon"}
BUTTON_VARIANTS = ("primary", "quiet", "danger", "small", "disabled")
FAR_BEHIND = 10
DECORATION = format_html('aria-hidden="{}"', "true")


def known(value: str, allowed: Iterable[str], what: str) -> str:
    """Return `value`.

    :raises TemplateSyntaxError: if it is none of `allowed`.
    """
    if value not in allowed:
        raise template.TemplateSyntaxError(f"{what}: {value!r} is none of {', '.join(sorted(repr(one) for one in allowed))}")
    return value


@cache
def sprite() -> str:
    """Return the address of the file with all icons."""
    return str(DjangoViteAssetLoader.instance().generate_vite_asset_url("frontend/icons.svg"))


def drawn(template: str, **values: Hashable) -> SafeString:
    """Return the markup of a component that depends on these values and the language alone; rendered once for the same."""
    # The type belongs to the key: a text and one that is markup are equal, and are written differently.
    return _drawn(template, get_language(), tuple((name, type(value), value) for name, value in values.items()))


@lru_cache(maxsize=4096)
def _drawn(template: str, language: str | None, values: tuple[tuple[str, type, Hashable], ...]) -> SafeString:
    return render_to_string(template, {name: value for name, _type, value in values})


@register.simple_tag
def icon(name: str, size: int = 16, label: Text = "", tone: str = "") -> SafeString:
    """An icon of ui/icons.json. Without `label` it is decoration that a screen reader passes over."""
    if not label:
        return _icon(name, size, tone, DECORATION)
    return _icon(name, size, tone, format_html('role="img" aria-label="{}"', label))


@lru_cache(maxsize=1024)
def _icon(name: str, size: int, tone: str, meaning: SafeString) -> SafeString:
    known(name, ICON_NAMES, "icon")
    known(str(size), map(str, ICON_SIZES), "icon size")
    css = f"i s{size}" + (f" c-{tone}" if tone else "")
    return format_html('<svg class="{}" {}><use href="{}#{}"/></svg>', css, meaning, sprite(), name)


@register.simple_tag
def state_icon(value: str, size: int = 16) -> SafeString:
    """The icon of a work item's state; words stand beside it."""
    return icon(f"state-{known(value, STATES, 'state')}", size=size)


@register.simple_tag
def state(value: str, variant: str = "plain", text: Text = "") -> SafeString:
    """A work item's state with icon and word. `variant`: plain or pill; `text` replaces the word."""
    css, word = STATES[known(value, STATES, "state")]
    pill = known(variant, ("plain", "pill"), "variant") == "pill"
    return drawn("ui/state.html", value=value, css=css, word=str(text or word), pill=pill)


@register.simple_tag
def light(value: str, variant: str = "pill") -> SafeString:
    """A project's light: ok, watch or alarm. `variant`: pill, plain, or icon (the word only for screen readers)."""
    css, name, word = LIGHTS[known(value, LIGHTS, "light")]
    known(variant, ("pill", "plain", "icon"), "variant")
    return drawn("ui/light.html", css=css, icon=name, word=str(word), variant=variant)


@register.simple_tag
def meter(
    actual: Number,
    planned: Number | None = None,
    words: bool = True,
    tone: str = "",
    variant: str = "beside",
    behind: Number | None = None,
) -> SafeString:
    """Progress, always the same: fill = actual, tick = planned, the gap in words. Numbers are percents 0..100.

    `variant`: words beside the bar or below it. `tone`: block or late colours the fill. `behind`: the gap in points, where it
    is known better than from the two numbers, which are rounded.
    """
    gap = None if planned is None else round(float(actual) - float(planned), 2) if behind is None else -float(behind)
    return drawn(
        "ui/meter.html",
        actual=min(max(float(actual), 0), 100),
        actual_text=_plain(actual),
        planned=None if planned is None else min(max(float(planned), 0), 100),
        planned_text=None if planned is None else _plain(planned),
        gap=gap,
        gap_text=_plain(abs(gap)) if gap is not None else "",
        far=gap is not None and gap < -FAR_BEHIND,
        words=bool(words),
        tone=known(tone, ("", "block", "late"), "tone"),
        below=known(variant, ("beside", "below"), "variant") == "below",
    )


def _plain(number: Number) -> str:
    return f"{round(float(number), 2):g}"


@register.simple_tag
def avatar(name: str, me: bool = False) -> SafeString:
    """The first character of a person's name in a circle; the whole name as its label."""
    return drawn("ui/avatar.html", name=name, first=(name or "?")[:1], me=bool(me))


@register.inclusion_tag("ui/avatars.html")
def avatars(names: Sequence[str], most: int = 4) -> Context:
    """Several people in a row; more than `most` become a number."""
    return {"names": names[:most], "more": max(len(names) - most, 0)}


@register.simple_block_tag
def button(content: str, variant: str = "", icon: str = "", href: str = "", key: str = "") -> str:
    """A button, or with `href` a link that looks like one. `key` clicks it from the keyboard.

    `variant`: any of primary, quiet, danger, small, disabled; several are split by spaces.
    """
    variants = [known(word, BUTTON_VARIANTS, "variant") for word in variant.split()]
    css = " ".join(["tz-btn", *(f"is-{'s' if word == 'small' else word}" for word in variants if word != "disabled")])
    values = {"content": content, "css": css, "icon": icon, "href": href, "key": key, "disabled": "disabled" in variants}
    return render_to_string("ui/button.html", values)


@register.simple_block_tag
def panel(content: str, title: Text = "", note: Text = "", more_url: str = "", more: Text = "", name: str = "") -> str:
    """A white panel with a head: title, quiet note, link at the right. `name` becomes its id."""
    return render_to_string(
        "ui/panel.html", {"content": content, "title": title, "note": note, "more_url": more_url, "more": more, "name": name}
    )


@register.simple_block_tag
def figures(content: str, variant: str = "open") -> str:
    """Related figures in one row; `variant` strip splits them by hairlines."""
    return render_to_string(
        "ui/figures.html", {"content": content, "strip": known(variant, ("open", "strip"), "variant") == "strip"}
    )


@register.inclusion_tag("ui/figure.html")
def figure(label: Text, value: Any, unit: Text = "", note: Text = "", tone: str = "") -> Context:
    """One figure inside `figures`; `tone` (block, late, done) only where the figure is a state."""
    return {
        "label": label,
        "value": value,
        "unit": unit,
        "note": note,
        "tone": known(tone, ("", "block", "late", "done"), "tone"),
    }


@register.inclusion_tag("ui/facts.html")
def facts(rows: Iterable[tuple[Text, Any]]) -> Context:
    """Label and value in two columns; an empty value is a dash."""
    return {"rows": rows}


@register.inclusion_tag("ui/segmented.html")
def segmented(label: Text, options: Sequence[tuple[str, Text]], current: str, name: str = "") -> Context:
    """One of a few, shown whole. `options` are (address, word) for links, with `name` (value, word) of a form field."""
    return {"label": label, "options": options, "current": current, "name": name}


@register.inclusion_tag("ui/tabs.html")
def tabs(label: Text, options: Sequence[tuple[str, Text]], current: str) -> Context:
    """Tabs inside a page: (address, word)."""
    return {"label": label, "options": options, "current": current}


@register.inclusion_tag("ui/steps.html")
def steps(words: Sequence[Text], current: int) -> Context:
    """Where one is in a sequence; `current` counts from 1, what lies before has a tick."""
    return {"words": words, "current": current}


@register.inclusion_tag("ui/sort_head.html", takes_context=True)
def sort_head(context: template.RequestContext, label: Text, key: str, number: bool = False) -> Context:
    """A column head that sorts: `?sort=key`, then `?sort=-key`; every other parameter of the address stays."""
    request: HttpRequest = context["request"]
    now = request.GET.get("sort", "")
    query = request.GET.copy()
    query["sort"] = f"-{key}" if now == key else key
    query.pop("page", None)
    direction = "ascending" if now == key else "descending" if now == f"-{key}" else ""
    return {"label": label, "href": f"?{query.urlencode()}", "direction": direction, "number": number}


@dataclass(frozen=True)
class QueueRow:
    """What a row of the queue says. `due` says how long, `tone` (late, block) how pressing it is."""

    icon: str
    kind: Text
    title: Text
    url: str = ""
    sub: Text = ""
    due: Text = ""
    tone: str = ""


class Trend(Protocol):
    """A drawing in its own units: lines, points and words with their places. See ui/trend.html for what it names."""

    width: int
    height: int
    label: str


@register.inclusion_tag("ui/trend.html")
def trend(chart: Trend) -> Context:
    """Measured values over time: baseline and target as lines, the way between them, values as points, the due day."""
    return {"chart": chart}


@register.simple_block_tag
def queue_row(content: str, row: QueueRow) -> str:
    """A row of the queue; the content are its actions."""
    known(row.tone, ("", "late", "block"), "tone")
    return render_to_string("ui/queue_row.html", {"content": content, "row": row})


@register.inclusion_tag("ui/diff.html")
def diff(label: Text, before: Any, after: Any) -> Context:
    """Before → after, the old struck through."""
    return {"label": label, "before": before, "after": after}


@register.simple_block_tag
def empty_state(content: str, title: Text, text: Text = "", icon: str = "inbox") -> str:
    """What stands where nothing is yet: says why, and the content what to do next."""
    return render_to_string("ui/empty_state.html", {"content": content, "title": title, "text": text, "icon": icon})


@register.simple_block_tag
def notice(content: str, tone: str = "") -> str:
    """A remark inside a page. `tone`: empty, doing, done, late, block."""
    return render_to_string("ui/notice.html", {"content": content, "tone": tone, "icon": TONES[known(tone, TONES, "tone")]})


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, label: Text = "", help_text: Text = "") -> Context:
    """A form field with label, help and error, tied together for screen readers (Django writes aria-describedby)."""
    widget = bound.field.widget
    kind = "plain"
    if isinstance(widget, CheckboxInput):
        kind = "check"
    elif isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        kind = "group"
    elif isinstance(widget, FileInput):
        kind = "file"
    hidden = bound.is_hidden
    return {
        "bound": bound,
        "label": label or bound.label,
        "help_text": help_text or bound.help_text,
        "kind": kind,
        "hidden": hidden,
    }


@register.inclusion_tag("ui/dropzone.html")
def dropzone(name: str, label: Text, accept: str = "", hint: Text = "", submit: bool = False) -> Context:
    """A place to drop a file or to choose one; `submit` sends the form as soon as there is a file."""
    return {"name": name, "label": label, "accept": accept, "hint": hint, "submit": submit}


@register.inclusion_tag("ui/slider.html")
def slider(name: str, value: Number, label: Text, planned: Number | None = None) -> Context:
    """A percent from 0 to 100 with the planned mark and its number."""
    return {"name": name, "value": value, "label": label, "planned": planned}


@register.simple_block_tag
def dialog(content: str, name: str, title: Text, opened: bool = False) -> str:
    """A dialog, on a phone a sheet from below; `data-dialog-open="name"` on a button opens it."""
    return render_to_string("ui/dialog.html", {"content": content, "name": name, "title": title, "opened": opened})


@register.inclusion_tag("ui/toast.html")
def toast(text: Text, level: str = "info") -> Context:
    """A message that comes and goes. `level`: success, info, warning, error."""
    level = "info" if level == "debug" else level
    return {"text": text, "level": level, "icon": LEVELS[known(level, LEVELS, "level")]}


@register.simple_tag
def key(name: str) -> SafeString:
    """A key of the keyboard, as a quiet hint."""
    return format_html('<kbd class="tz-key1">{}</kbd>', name)


GALLERY: tuple[str, ...] = tuple(sorted(register.tags))


@register.filter
def paper_of(project: str, title: Text) -> str:
    """Return the name of a paper of a project: 某项目章程."""
    return paper_name(project, str(title))

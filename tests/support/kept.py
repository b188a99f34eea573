"""A template that a person keeps, and how its addresses are used."""

from __future__ import annotations

from typing import Any

from support.cast import NOW, Cast
from tongzhou.exchange.actions.templates import About, save_template
from tongzhou.exchange.queries.templates.document import written
from tongzhou.exchange.queries.templates.listing import built_in, key_of
from tongzhou.lib.access import SIGNED_IN

PUBLISH = "archive project / case library publish"
TEMPLATE_ATTEMPTS: tuple[tuple[Any, ...], ...] = (
    ("template_save", PUBLISH),
    ("template_save", PUBLISH, "post", {"name": "套路", "parts": ["departments", "tasks"]}),
)
TEMPLATE_POSTS = {
    "template_edition": "post",
    "template_settings": "post",
    "template_archive": "post",
    "template_removal": "post",
}


def kept_template(cast: Cast) -> dict[str, Any]:
    """Return the parameters of the addresses of a template of the stranger's own."""
    document = built_in("complaint-response")
    return {"template": key_of(save_template(by=cast.stranger, about=About("我的套路"), document=document, now=NOW))}


START = {"name": "漏液投诉", "day": "2024-03-04"}


def template_requests() -> list[tuple[str, str, str, dict[str, Any] | None]]:
    """Return how the operations are used: method, route, row of the table, body."""
    told, one = {"document": written(built_in("complaint-response"))}, "templates/{template}"
    return [
        ("GET", "templates", SIGNED_IN, None),
        ("POST", "templates", SIGNED_IN, told),
        ("POST", "templates/validation", SIGNED_IN, told),
        ("GET", one, SIGNED_IN, None),
        ("POST", f"{one}/preview", SIGNED_IN, START),
        ("POST", f"{one}/projects", SIGNED_IN, START),
        ("POST", "projects/{number}/template", PUBLISH, {"name": "套路"}),
    ]

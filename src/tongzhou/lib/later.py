"""Addresses whose module is loaded when the first of them is asked for."""

from __future__ import annotations

from typing import Any

from django.urls import URLResolver
from django.urls.resolvers import RoutePattern
from django.utils.translation import get_language


class Later(URLResolver):
    """What `path(route, include(module))` is, but `module` stays unread until an address below `route` is resolved or reversed.

    Whoever reverses any name at all makes the resolvers populate each other; this one does so only for its own namespace.
    """

    def __init__(self, route: str, module: str, namespace: str) -> None:
        super().__init__(RoutePattern(route), module, app_name=namespace, namespace=namespace)

    def _populate(self) -> None:
        """Called by the resolver above, which reads nothing of one with a namespace."""

    def _read(self) -> None:
        if get_language() not in self._reverse_dict:
            super()._populate()

    @property
    def reverse_dict(self) -> Any:
        """The names below, for `reverse`."""
        self._read()
        return super().reverse_dict

    @property
    def namespace_dict(self) -> Any:
        """The namespaces below, for `reverse`."""
        self._read()
        return super().namespace_dict

    @property
    def app_dict(self) -> Any:
        """The applications below, for `reverse`."""
        self._read()
        return super().app_dict

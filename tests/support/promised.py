"""How what a project promises in writing is used, as its addresses take it."""

from __future__ import annotations

from typing import Any

from support.agreed import agreed_requests

PROMISED = {"part": "risks", "words": "docx", "paper": "tracking"}
"""Parameters of addresses."""
CHARTER_ATTEMPTS: tuple[tuple[Any, ...], ...] = (
    ("charter_part", "edit charter draft", "post", {"text": "供应商延期", "version": "0"}),
    ("charter_sheets", "edit charter draft", "post", {"due": "2199-01-01"}),
    ("memo_sheets", "edit charter draft", "post", {"due": "2199-01-01"}),
    ("duty_publication", "edit charter draft", "post"),
)
CHARTER_REQUESTS: tuple[tuple[Any, ...], ...] = (
    ("GET", "projects/{number}/charter", "read project plan, tasks"),
    ("GET", "projects/{number}/charter/versions", "read project plan, tasks"),
    ("PUT", "projects/{number}/charter/parts/{part}", "edit charter draft", {"text": "供应商延期", "version": 0}),
    ("POST", "projects/{number}/charter/sheets", "edit charter draft", {"due": "2199-01-01"}),
    ("GET", "projects/{number}/memo", "read project plan, tasks"),
    ("GET", "projects/{number}/memo/now", "read project plan, tasks"),
    ("POST", "projects/{number}/memo/sheets", "edit charter draft", {"due": "2199-01-01"}),
    ("GET", "projects/{number}/duty-statement", "read project plan, tasks"),
    ("POST", "projects/{number}/duty-statement/versions", "edit charter draft"),
    *agreed_requests(),
)
NOT_IN_LIGHT = frozenset(
    {
        *("charter", "charter_paper", "charter_part", "charter_sheets", "charter_signed"),
        *("memo", "memo_now", "memo_paper", "memo_sheets"),
        *("duty_paper", "duty_publication", "duty_statement"),
    }
)
"""Addresses that a light project has not: they answer as if they had never been."""
NOT_IN_LIGHT_BELOW = ("projects/{number}/charter", "projects/{number}/memo", "projects/{number}/duty-statement")
"""The same of the API: routes that begin like this."""

"""Writes: departments, people, one-time ways in."""

from tongzhou.people.actions.people import (
    LINK_LIFETIME,
    add_department,
    add_person,
    make_sign_in_link,
    use_sign_in_link,
)
from tongzhou.people.actions.tokens import make_api_token, note_token_use, revoke_api_token

__all__ = [
    "LINK_LIFETIME",
    "add_department",
    "add_person",
    "make_api_token",
    "make_sign_in_link",
    "note_token_use",
    "revoke_api_token",
    "use_sign_in_link",
]

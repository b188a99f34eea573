"""Writes of the signoffs room."""

from tongzhou.signoffs.actions.acts import append_act, keep_act
from tongzhou.signoffs.actions.delegating import Grant, delegate_seat, end_delegation
from tongzhou.signoffs.actions.opening import About, Content, Course, open_sheet, void_sheet
from tongzhou.signoffs.actions.restoring import keep_restore, record_restore
from tongzhou.signoffs.actions.seeing import see_sheet, sign_seen
from tongzhou.signoffs.actions.signing import Origin, Said, sign_place, withdraw_signature

__all__ = [
    "About",
    "Content",
    "Course",
    "Grant",
    "Origin",
    "Said",
    "append_act",
    "delegate_seat",
    "end_delegation",
    "keep_act",
    "keep_restore",
    "open_sheet",
    "record_restore",
    "see_sheet",
    "sign_place",
    "sign_seen",
    "void_sheet",
    "withdraw_signature",
]

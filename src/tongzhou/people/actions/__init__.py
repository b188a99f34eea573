"""Writes: departments, people, leave, leavers, sessions, one-time ways in."""

from tongzhou.people.actions.calendars import (
    announce_year,
    as_if,
    change_calendar,
    choose_department_calendar,
    is_used,
    keep_calendar,
    remove_calendar,
)
from tongzhou.people.actions.departments import add_department, change_department
from tongzhou.people.actions.factors import (
    activate_totp,
    add_passkey,
    clear_second_factors,
    clear_signing_code,
    remove_factor,
    rename_passkey,
    renew_recovery_codes,
    set_signing_code,
)
from tongzhou.people.actions.housekeeping import note_restore, remove_expired, repair_name_keys
from tongzhou.people.actions.leave import cancel_leave, take_leave
from tongzhou.people.actions.leaving import disable_person, enable_person, hand_over_work
from tongzhou.people.actions.links import LINK_LIFETIME, link_holds, make_sign_in_link, make_sign_in_links, use_sign_in_link
from tongzhou.people.actions.people import add_person, change_person, set_stand_in
from tongzhou.people.actions.preferences import set_preference
from tongzhou.people.actions.proving import ProofNeeded, authenticate, check_signing_code, require_proof
from tongzhou.people.actions.sessions import end_other_sessions, end_session
from tongzhou.people.actions.tokens import make_api_token, make_token_by_token, note_token_use, revoke_api_token

__all__ = [
    "LINK_LIFETIME",
    "ProofNeeded",
    "activate_totp",
    "add_department",
    "add_passkey",
    "add_person",
    "announce_year",
    "as_if",
    "authenticate",
    "cancel_leave",
    "change_calendar",
    "change_department",
    "change_person",
    "check_signing_code",
    "choose_department_calendar",
    "clear_second_factors",
    "clear_signing_code",
    "disable_person",
    "enable_person",
    "end_other_sessions",
    "end_session",
    "hand_over_work",
    "is_used",
    "keep_calendar",
    "link_holds",
    "make_api_token",
    "make_sign_in_link",
    "make_sign_in_links",
    "make_token_by_token",
    "note_restore",
    "note_token_use",
    "remove_calendar",
    "remove_expired",
    "remove_factor",
    "rename_passkey",
    "renew_recovery_codes",
    "repair_name_keys",
    "require_proof",
    "revoke_api_token",
    "set_preference",
    "set_signing_code",
    "set_stand_in",
    "take_leave",
    "use_sign_in_link",
]

"""Writes: departments, people, one-time ways in."""

from tongzhou.people.actions.people import (
    LINK_LIFETIME,
    add_department,
    add_person,
    make_sign_in_link,
    use_sign_in_link,
)

__all__ = ["LINK_LIFETIME", "add_department", "add_person", "make_sign_in_link", "use_sign_in_link"]

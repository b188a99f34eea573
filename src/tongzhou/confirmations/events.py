"""What happens to confirmations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ConfirmationAsked:
    confirmation: int
    people: list[int]


@dataclass(frozen=True)
class ConfirmationGiven:
    """`person` is whose answer it is; a stand-in may have given it."""

    confirmation: int
    person: int
    complete: bool


@dataclass(frozen=True)
class ConfirmationObjected:
    confirmation: int
    person: int


@dataclass(frozen=True)
class ConfirmationTextChanged:
    """What was answered is void, but where the room that asked lets it hold; `people` are asked again."""

    confirmation: int
    edition: int
    people: list[int]


@dataclass(frozen=True)
class ConfirmationWithdrawn:
    confirmation: int


@dataclass(frozen=True)
class ConfirmationDueSoon:
    confirmation: int
    people: list[int]


@dataclass(frozen=True)
class ConfirmationRanOut:
    """Time ran out; `assumed` are those whose silence counts as confirmed, `silent` those who still owe an answer."""

    confirmation: int
    assumed: list[int]
    silent: list[int]

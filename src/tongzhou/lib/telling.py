"""What rooms say to people: who is told of an event, and what a person owes. Plain values; rooms above show and send them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

LATE, BLOCK = "late", "block"


@dataclass(frozen=True)
class Told:
    """People (by id) who are told one thing. `kind` is one of notifications.queries.KINDS; `link` leads to the very form.

    `urgent` goes through quiet hours and digests. `beyond`: the people are told although they may not see the project any
    more (that they left it, say); nothing else of a project that one does not see is ever shown or sent. `herself`: who did
    it is told, too; otherwise nobody is told of what she did.
    """

    people: tuple[int, ...]
    kind: str
    title: str
    text: str = ""
    link: str = ""
    urgent: bool = False
    beyond: bool = False
    herself: bool = False


@dataclass(frozen=True)
class Enclosure:
    """A file that goes along with a message, like "meeting-12.ics" of the type "text/calendar"."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Quick:
    """What can be done to a row with one tap: a word, and the address that takes the POST. `key` is its letter.

    `first`: on a phone it stands in the row, instead of what opens it.
    """

    word: str
    url: str
    key: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    first: bool = False


@dataclass(frozen=True)
class Owed:
    """One thing that a person owes, as a row of the workbench.

    `kind` is its word (会签), `due_text` says how long (已等 2 天), `due_at` decides group and order, `state` how pressing it
    is ("", "late", "block"). `key` names the row for good, like "sync-12": at most one row has it.
    Done in place: `form_template` with `context` (or what makes it, called for the open row only); without a template the
    button `word` leads to `link`. `waits` names who waits for it because of this person, like "销售部 王五".
    """

    icon: str
    kind: str
    title: str
    link: str
    second_line: str = ""
    due_text: str = ""
    due_at: datetime | None = None
    state: str = ""
    form_template: str | None = None
    context: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None = None
    key: str = ""
    word: str = ""
    quick: Quick | None = None
    number: str = ""
    project: str = ""
    waits: str = ""
    third_line: str = ""

    def filled(self) -> Mapping[str, Any]:
        """Return the context of the form."""
        made = self.context() if callable(self.context) else self.context
        return made or {}

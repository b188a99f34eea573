"""Small projects in the XML of MS Project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

NAMESPACE = "http://schemas.microsoft.com/project"


def element(tag: str, *content: str) -> str:
    return f"<{tag}>{''.join(content)}</{tag}>"


def task(uid: int, name: str, level: int = 1, **said: object) -> str:
    """A task of one day; keywords are elements, `links` its links as elements of their own."""
    links = said.pop("links", ())
    assert isinstance(links, Sequence)
    values = {
        "UID": uid, "ID": uid, "Name": escape(name), "OutlineLevel": level, "Start": "2024-03-04T08:00:00",
        "Finish": "2024-03-04T17:00:00", "Duration": "PT8H0M0S", "DurationFormat": 7, "ConstraintType": 0,
    } | said  # fmt: skip
    return element("Task", *(element(tag, str(value)) for tag, value in values.items()), *links)


def link(uid: int, kind: int = 1, lag: int = 0, form: int = 7, **said: object) -> str:
    values = {"PredecessorUID": uid, "Type": kind, "LinkLag": lag, "LagFormat": form} | said
    return element("PredecessorLink", *(element(tag, str(value)) for tag, value in values.items()))


def resource(uid: int, name: str, **said: object) -> str:
    values = {"UID": uid, "ID": uid, "Name": escape(name), "Type": 1} | said
    return element("Resource", *(element(tag, str(value)) for tag, value in values.items()))


def assignment(task_uid: int, resource_uid: int, units: str = "1") -> str:
    values = {"TaskUID": task_uid, "ResourceUID": resource_uid, "Units": units}
    return element("Assignment", *(element(tag, str(value)) for tag, value in values.items()))


def project(
    tasks: Sequence[str], resources: Sequence[str] = (), assignments: Sequence[str] = (), head: str = "", tail: str = ""
) -> str:
    """The text of a whole file."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Project xmlns="{NAMESPACE}"><GUID>A1</GUID><Title>新品上市</Title>'
        f"<StartDate>2024-03-04T08:00:00</StartDate><FinishDate>2024-04-30T17:00:00</FinishDate>{head}"
        f"{element('Tasks', *tasks)}{element('Resources', *resources)}{element('Assignments', *assignments)}{tail}</Project>"
    )


def saved(path: Path, text: str, encoding: str = "utf-8") -> Path:
    declared = encoding.removesuffix("-sig")
    path.write_bytes(text.replace('encoding="UTF-8"', f'encoding="{declared}"').encode(encoding))
    return path

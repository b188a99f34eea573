"""Which deliverables and resources of a template a project gets, given who stands for its departments. Pure."""

from __future__ import annotations

from tongzhou.exchange.queries.templates.document import Commitment, Deliverable, Document
from tongzhou.exchange.queries.templates.laying import Chosen

LEVELS = {"high": "高", "medium": "中", "low": "低"}


def deliverable_rows(document: Document, chosen: Chosen) -> list[Deliverable]:
    """Return the deliverables that are nobody's in particular, or a chosen department's."""
    return [one for one in document.deliverables if not one.department or one.department in chosen.departments]


def askable(document: Document, chosen: Chosen) -> list[Commitment]:
    """Return the resources that can be asked for: of a chosen department that takes part, with an amount."""
    taking_part = {one.key for one in document.departments if one.part != "none"} & set(chosen.departments)
    return [one for one in document.commitments if one.department in taking_part and one.amount]


def unmeasured(document: Document, chosen: Chosen) -> list[Commitment]:
    """Return the resources of chosen departments whose amount is to be filled in before they can be asked for."""
    return [one for one in document.commitments if one.department in chosen.departments and not one.amount]


def risks_text(document: Document) -> str:
    """Return the risks as lines of text: level, what may happen, what is done about it."""
    lines = []
    for one in document.risks:
        line = f"（{LEVELS[one.level]}）{one.text}"
        line += f"；应对：{one.response}" if one.response else ""
        line += f"；预案：{one.contingency}" if one.contingency else ""
        lines.append(line)
    return "\n".join(lines)

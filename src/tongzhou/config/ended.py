"""What stays as it is once a project has ended: the kinds of events by which people would change it, room by room.

Measured values, progress, comments, answers to open blocks, confirmations and escalations, seats that are handed over and
papers taken along go on: who left is replaced, and whether a goal was reached is often known later. What departments were
asked to claim or to provide is answered no more, so nobody owes it: the workbench leaves it out.
"""

from __future__ import annotations

KEPT_WHEN_ENDED = frozenset(
    {
        "project-basics-changed",
        "participation-changed",
        "participation-removed",
        "scope-changed",
        "objective-added",
        "objective-changed",
        "objective-removed",
        "communication-changed",
        "seat-powers-changed",
        "weight-changed",
        "workbook-imported",
        "plan-imported",
        "plan-edited",
        "work-item-added",
        "work-item-changed",
        "work-item-removed",
        "baseline-cut",
        "key-milestones-changed",
        "project-calendar-changed",
        "deliverables-added",
        "deliverable-changed",
        "deliverable-removed",
        "deliverable-restored",
        "deliverable-submitted",
        "deliverable-taken-back",
        "deliverable-accepted",
        "deliverable-returned",
        "claims-asked",
        "tasks-claimed",
        "tasks-handed-back",
        "commitments-asked",
        "commitment-changed",
        "commitments-answered",
        "commitment-withdrawn",
        "meeting-planned",
        "meeting-changed",
        "attendees-changed",
        "agenda-changed",
        "minutes-taken",
        "minutes-written",
        "resolution-changed",
        "minutes-sent",
        "charter-part-written",
        "charter-came-into-force",
        "memo-came-into-force",
        "duties-published",
        "sheet-opened",
        "sheet-signed",
        "sheet-refused",
    }
)

"""What happens to reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WeeklyReportEdited:
    week: str
    edition: int


@dataclass(frozen=True)
class WeeklyReportDrafted:
    week: str
    edition: int


@dataclass(frozen=True)
class ReportRhythmChanged:
    project: int


@dataclass(frozen=True)
class WeeklyReportSent:
    week: str
    edition: int
    fingerprint: str


@dataclass(frozen=True)
class WeeklyReportReopened:
    week: str
    edition: int

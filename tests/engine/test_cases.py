"""The dates that Microsoft Project and MPXJ computed for the same networks, equal to the minute of work."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from engine.answers import differences

CASES = sorted(Path(__file__).with_name("cases").glob("*.json"))

# Why the others differ: docs/scheduling-differences.md.
ALSO_EQUAL = {
    "External.mpp",
    "InvalidResourceAssignments.mpp",
    "ReadWorkWeeksInformation.mpp",
    "project-sort.mpp",
    "sample1.mpx",
}


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(folder / "scheduling" / name, "rt", encoding="utf-8") as file:
        return [json.loads(row) for row in file]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_committed_cases(path: Path) -> None:
    assert differences(json.loads(path.read_text(encoding="utf-8"))) == []


def test_microsoft_project(shared_data: Path) -> None:
    """Every case that must match does; of the others those that can."""
    cases = rows(shared_data, "msproject.jsonl.gz")
    different = {case["network"]["id"] for case in cases if differences(case)}
    assert {case["network"]["id"] for case in cases if case["must_match"]} & different == set()
    assert {case["network"]["id"] for case in cases if not case["must_match"]} - different == ALSO_EQUAL


def test_random_networks(shared_data: Path) -> None:
    """All link kinds, leads and lags, seven constraints, two calendars."""
    cases = rows(shared_data, "random.jsonl.gz")
    assert len(cases) == 400
    assert [case["network"]["id"] for case in cases if differences(case)] == []

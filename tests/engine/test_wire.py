"""`tongzhou schedule`: JSON in, JSON out, every fault told."""

import io
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongzhou.config.commands.schedule import run
from tongzhou.engine.network import NetworkInvalid
from tongzhou.engine.wire import answer_network, calendar_from_json, calendar_to_json, documents, network_from_json

HOURS = [["09:00", "12:00"], ["13:00", "18:00"]]
STD = {
    "days": {day: HOURS for day in ("MON", "TUE", "WED", "THU", "FRI")},
    "exceptions": [["2026-02-16", "2026-02-22", []], ["2026-02-14", "2026-02-14", HOURS]],
}


def plan(*tasks: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "id": "plan",
        "start": "2026-01-05T09:00",
        "calendars": {"std": STD},
        "calendar": "std",
        "tasks": list(tasks) or [{"id": 1, "duration": 480}],
        "links": [],
        **changes,
    }


def asked(text: str) -> tuple[int, list[Any]]:
    out = io.StringIO()
    code = run("-", io.StringIO(text), out)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def test_one_network_gives_one_answer(tmp_path: Path) -> None:
    """The smallest plan, from a file, pretty-printed: one day of work."""
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan(), indent=2), encoding="utf-8")
    out = io.StringIO()
    assert run(str(path), io.StringIO(), out) == 0
    answer = json.loads(out.getvalue())
    assert answer["tasks"] == {
        "1": {
            "early_start": "2026-01-05T09:00",
            "early_finish": "2026-01-05T18:00",
            "late_start": "2026-01-05T09:00",
            "late_finish": "2026-01-05T18:00",
            "total_slack": 0,
            "free_slack": 0,
            "critical": True,
        }
    }
    assert {key: answer[key] for key in ("id", "start", "finish", "conflicts", "warnings", "driving_chain")} == {
        "id": "plan",
        "start": "2026-01-05T09:00",
        "finish": "2026-01-05T18:00",
        "conflicts": [],
        "warnings": [],
        "driving_chain": [1],
    }


def test_json_lines_are_answered_in_order_and_a_cycle_is_an_answer() -> None:
    ring = plan({"id": 1, "duration": 480}, {"id": 2, "duration": 480}, id="ring")
    ring["links"] = [{"from": 1, "to": 2}, {"from": 2, "to": 1, "type": "SS", "lag": {"elapsed": 60}}]
    code, answers = asked(json.dumps(plan(id="first")) + "\n" + json.dumps(ring) + "\n\n" + json.dumps(plan(id="last")))
    assert code == 0
    assert [answer["id"] for answer in answers] == ["first", "ring", "last"]
    assert answers[1] == {
        "id": "ring",
        "error": "cycle",
        "cycles": [[{"task": 1, "link": "FS", "lag": 0}, {"task": 2, "link": "SS", "lag": {"elapsed": 60}}]],
    }


def test_everything_that_a_network_may_say() -> None:
    network = network_from_json(
        plan(
            {"id": 1, "percent": 33.33, "actual_start": "2026-01-05", "remaining": 240, "deadline": "2026-01-09"},
            {"id": 2, "duration": None},
            {"id": 3, "parent": 2, "duration": 960.0, "calendar": "std", "constraint": "FNLT", "date": "2026-01-08"},
            {"id": 4, "duration": 0, "cancelled": True, "constraint": "SNET", "date": "2026-01-08"},
            links=[
                {"from": 1, "to": 3, "type": "SS", "lag": {"percent": 50}},
                {"from": 1, "to": 4, "within": 480},
            ],
            status="2026-01-06T18:00",
            mode="forecast",
            honor_constraints=False,
            imposed_finish="2026-01-31T18:00",
        )
    )
    midnight = network.start - 540
    first, _, third, fourth = network.tasks
    assert (first.percent, first.actual_start, first.remaining, first.deadline) == (3333, midnight, 240, midnight + 5 * 1440)
    assert (third.parent, third.duration, third.constraint, third.date) == (2, 960, "FNLT", midnight + 4 * 1440)
    assert (fourth.cancelled, fourth.date) == (True, midnight + 3 * 1440)
    assert (network.links[0].lag.percent, network.links[1].within) == (50, 480)
    assert (network.mode, network.honor_constraints) == ("forecast", False)


def test_conflicts_and_warnings_are_written() -> None:
    fixed = plan(
        {"id": 1, "duration": 960, "deadline": "2026-01-05T18:00"},
        {"id": 2, "duration": 480, "constraint": "MSO", "date": "2026-01-06T09:00"},
        links=[{"from": 1, "to": 2, "type": "FS", "lag": 0}],
    )
    answer = json.loads(answer_network(fixed).text)
    link = {"from": 1, "to": 2, "type": "FS", "lag": 0}
    assert answer["conflicts"] == [{"task": 2, "constraint": "MSO", "date": "2026-01-06T09:00", "link": link, "minutes": 480}]
    assert answer["warnings"] == [{"kind": "deadline_missed", "task": 1, "link": None, "minutes": 480}]


def test_calendars_survive_the_way_there_and_back() -> None:
    night = {"days": {"MON": [["22:00", "24:00"]], "TUE": [["00:00", "06:00"]]}, "exceptions": STD["exceptions"]}
    written = calendar_to_json(calendar_from_json(night))
    assert written["days"]["MON"] == [["22:00", "24:00"]]
    assert written["exceptions"] == night["exceptions"]
    assert calendar_to_json(calendar_from_json(written)) == written
    assert calendar_from_json({"days": {"MON": [["22:00", "00:00"]]}}).week[0] == ((1320, 1440),)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"start": "soon"}, "start"),
        ({"start": "2026-01-05T25:00"}, "start"),
        ({"start": "2026-01-05T09:00+08:00"}, "start"),
        ({"start": None}, "start"),
        ({"start": "20260105"}, "start"),
        ({"calendar": 7}, "calendar"),
        ({"calendars": []}, "calendars"),
        ({"calendars": {"std": {"days": {"LUN": []}}}}, "calendars.std.days"),
        ({"calendars": {"std": {"days": {"MON": [["18:00", "09:00"]]}}}}, "calendars.std"),
        ({"calendars": {"std": {"days": {"MON": [["9", "10:00"]]}}}}, "calendars.std.days.MON"),
        ({"calendars": {"std": {"days": {}, "exceptions": [["2026-01-01"]]}}}, "calendars.std.exceptions[0]"),
        ({"mode": "dreamy"}, "mode"),
        ({"tasks": {}}, "tasks"),
        ({"tasks": [{"id": "one"}]}, "tasks[0].id"),
        ({"tasks": [{"id": 1, "duration": 1.5}]}, "tasks[0].duration"),
        ({"tasks": [{"id": 1, "duration": True}]}, "tasks[0].duration"),
        ({"tasks": [{"id": 1, "percent": 33.333}]}, "tasks[0].percent"),
        ({"tasks": [{"id": 1, "parent": "x"}]}, "tasks[0].parent"),
        ({"tasks": [{"id": 1, "constraint": ["MSO"]}]}, "tasks[0].constraint"),
        ({"links": [{"from": 1}]}, "links[0]"),
        ({"links": [{"from": 1, "to": 1, "lag": {"days": 1}}]}, "links[0].lag"),
    ],
)
def test_malformed_input_is_told_with_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(NetworkInvalid) as found:
        network_from_json({**plan(), **change})
    assert found.value.code == "malformed"
    assert str(found.value).startswith(f"{place}: ")


def test_invalid_networks_are_answered_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    lost = plan(links=[{"from": 1, "to": 9}], id="lost")
    empty = plan(calendars={"std": {"days": {}}}, id="empty")
    beyond = plan({"id": 1, "duration": 10**7}, start="9999-12-01T09:00", id="beyond")
    code, answers = asked("\n".join(map(json.dumps, (lost, empty, beyond, [1], plan()))))
    assert code == 1
    assert [answer.get("code", answer.get("error")) for answer in answers] == [
        "unknown_task",
        "calendar_empty",
        "out_of_range",
        "malformed",
        None,
    ]
    told = capsys.readouterr().err
    assert "unknown_task" in told
    assert "calendar_empty" in told


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"id": NaN}', "nonsense"])
def test_what_is_no_json_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(text) == (1, [])
    assert capsys.readouterr().err.startswith("tongzhou schedule: ")


def test_a_missing_file_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("/nowhere/plan.json", io.StringIO(), io.StringIO()) == 1
    assert "/nowhere/plan.json" in capsys.readouterr().err


def test_the_last_midnight_of_the_year_9999() -> None:
    """Round the clock from noon on the last day: twelve hours end at 24:00."""
    always = {"days": {day: [["00:00", "24:00"]] for day in ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")}}
    last = plan({"id": 1, "duration": 720}, start="9999-12-31T12:00", calendars={"std": always})
    assert json.loads(answer_network(last).text)["finish"] == "9999-12-31T24:00"


def test_the_command_starts_without_the_web_framework() -> None:
    code = "import sys, tongzhou.config.commands.schedule; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


MOMENTS = st.sampled_from((None, "2026-01-08", "2026-01-09T12:30", "2026-01-09 18:00:00", "soon", "20260105", 5))
ANY_TASK = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from((1, 2, 10**30, True, "1", 1.0)),
        "duration": st.sampled_from((None, 0, 480, 480.0, 0.5, True, "480")),
        "parent": st.sampled_from((None, 1, "1")),
        "calendar": st.sampled_from((None, "std", 7)),
        "constraint": st.sampled_from((None, "", "SNET", "MFO", ["MSO"])),
        "date": MOMENTS,
        "deadline": MOMENTS,
        "actual_start": MOMENTS,
        "actual_finish": MOMENTS,
        "percent": st.sampled_from((None, 0, 50, 33.33, 33.333, False, True, "5", [])),
        "remaining": st.sampled_from((None, 60, 60.0, "60")),
        "cancelled": st.sampled_from((None, True, False, 1)),
        "colour": st.just("red"),
    },
)
ANY_LINK = st.fixed_dictionaries(
    {},
    optional={
        "from": st.sampled_from((1, "1", None)),
        "to": st.sampled_from((2, 2.0)),
        "type": st.sampled_from((None, "FS", "XX", 5, "")),
        "lag": st.sampled_from((None, 0, 480, 1.5, {}, {"elapsed": 60}, {"percent": 50}, {"days": 1}, [1])),
        "within": st.sampled_from((None, 480, 480.0, True)),
    },
)


@given(
    st.lists(st.one_of(st.just({"id": 1, "duration": 480}), ANY_TASK), max_size=3),
    st.lists(st.one_of(st.just({"from": 1, "to": 2}), ANY_LINK), max_size=3),
)
@settings(max_examples=300)
def test_text_is_understood_as_its_data_is(tasks: list[Any], links: list[Any]) -> None:
    """Rows of known types and plain data give the same network, or the same words about what is malformed."""
    text = json.dumps(plan(*tasks, links=links))
    (read,) = documents(text)
    assert understood(read) == understood(json.loads(text, parse_float=Decimal))


def understood(data: Any) -> object:
    try:
        network = network_from_json(data)
    except NetworkInvalid as invalid:
        return str(invalid)
    return network.tasks, network.links


def test_documents_of_all_shapes() -> None:
    """One over many lines, one a line with rows of another kind among them, several in one line; a bad one spoils all."""
    pretty = json.dumps(plan(), indent=1)
    odd = json.dumps(plan({"id": 1, "duration": 480.0}))
    assert len(documents(pretty)) == 1
    assert documents(odd)[0]["tasks"] == [{"id": 1, "duration": Decimal("480.0")}]
    assert [type(found["tasks"][0]) is dict for found in documents(f"\ufeff{json.dumps(plan())}\n\n{odd}\r\n")] == [False, True]
    assert len(documents(f"{pretty} {odd}\n{odd}")) == 3
    assert json.loads(answer_network(documents('{"id": "\\ud800"}')[0]).text)["id"] == "\ud800"
    with pytest.raises(ValueError, match="Expecting"):
        documents(f"{odd}\n{odd[:-1]}")


def test_an_id_may_be_any_number() -> None:
    code, (answer,) = asked(json.dumps(plan(id=1.5)))
    assert (code, answer["id"]) == (0, 1.5)


def test_the_answer_is_written_as_the_encoder_writes_it() -> None:
    text = answer_network(plan({"id": 1, "duration": 960, "deadline": "2026-01-05"}, {"id": -2, "duration": 0}, id="甲")).text
    assert text == json.dumps(json.loads(text), ensure_ascii=False)

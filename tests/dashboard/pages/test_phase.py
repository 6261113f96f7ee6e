"""The page of a phase: what every unit has come to at its gates, which date binds, and who may decide it."""

from __future__ import annotations

import json

from starlette.testclient import TestClient

from dashboard.words.phases import GATE_SIGNS
from metrics.database import WriteSession
from metrics.queries.phase_gates import gate_rule
from metrics.queries.view import view_at
from metrics.supervision.gates import BindingDate, GateVerdict
from tests.dashboard.drawn import asked_window, nodes, said, window


def test_each_unit_stands_at_each_gate_with_a_word(evaluator: TestClient, submissions: WriteSession) -> None:
    def row(unit: str, month: str) -> str:
        tree = window(evaluator, "/phases/PH1", f"?month={month}&lang=en")
        (found,) = [said(n) for n in nodes(tree) if n["type"] == "Tr" and said(n).startswith(unit)]
        return found

    assert "Not due yet" in row("Duanzhou", "2019-09")  # 69.9 % online on the due day itself
    assert "Not met" in row("Duanzhou", "2019-10")
    assert "Rectifying" in row("Duanzhou", "2019-10")
    assert "Met on time" in row("Dinghu", "2019-10")
    assert "Not reported" in row("Gaoyao", "2019-10")
    assert set(GATE_SIGNS) == set(GateVerdict)


def test_the_round_shows_gates_without_a_number_and_both_dates(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    text = said(window(evaluator, "/phases/PH2", "?month=2019-09"))
    assert "自查评估、督导检查和整改完善(第一轮)" in text
    assert "2019年9月30日 / 2019年12月31日" in text
    assert "同一承诺有两个时限的，以任务时限为准" in text
    assert "没有设节点目标的阶段" in said(window(evaluator, "/phases/PH0", ""))


def test_an_evaluator_decides_which_date_binds_with_a_reason(evaluator: TestClient, submissions: WriteSession) -> None:
    (form,) = [
        json.loads(n["props"]["data-fields"])
        for n in nodes(window(evaluator, "/phases/PH2", ""))
        if n["props"].get("data-asks") == "gate_rule.bind"
    ]
    assert form == {"binding": "window_end"}
    ask = {"do": "gate_rule.bind", "fields": form | {"reason": ""}, "nth": 1}
    assert "须说明理由" in said(asked_window(evaluator, ask, "/phases/PH2"))
    ask = {"do": "gate_rule.bind", "fields": form | {"reason": "以工作目标为准"}, "nth": 2}
    text = said(asked_window(evaluator, ask, "/phases/PH2"))
    assert "同一承诺有两个时限的，以整改期末为准" in text
    assert "以工作目标为准" in text
    assert gate_rule(submissions, view_at(submissions)).binding is BindingDate.WINDOW_END


def test_others_see_the_rule_and_no_form(clerk: TestClient, submissions: WriteSession) -> None:
    assert [n for n in nodes(window(clerk, "/phases/PH2", "")) if n["props"].get("data-asks")] == []

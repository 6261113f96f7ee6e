"""A unit's sheet on its page: drawn from its own figures, sent by its clerk, signed by its leader, seen by no other."""

from __future__ import annotations

import json

from starlette.testclient import TestClient

from dashboard.window.ask import read_ask
from metrics.database import WriteSession
from metrics.principal import Role
from metrics.queries.self_assessments import self_assessments
from metrics.queries.view import view_at
from tests.dashboard.drawn import asked_window, forms, nodes, said, signed_in, use_secret, window
from tests.people import person

MOST_TARGETS = 100  # of which the API takes words
PAGE = "/phases/PH2/units/441202"


def test_a_sheet_may_have_words_on_as_many_targets_as_the_api_takes() -> None:
    own = ("phase", "unit", "drawn_at", "seen", "summary", "reason")
    fields = dict.fromkeys([*own, *(f"remark-TG-{number}" for number in range(MOST_TARGETS))], "已补齐")
    assert len(read_ask(json.dumps({"do": "self.submit", "fields": fields})).fields) == len(own) + MOST_TARGETS


def test_a_sheet_is_sent_and_signed(client: TestClient, submissions: WriteSession) -> None:
    person(submissions, "chen")
    use_secret(client, signed_in(submissions))
    tree = window(client, PAGE, "")
    form = forms(tree)["self.submit"]
    areas = [n["props"]["name"] for n in nodes(tree) if n["type"] == "Textarea"]
    assert {"summary", "remark-TG-05A"} <= set(areas)
    typed = dict.fromkeys(areas, "正在补齐")
    sent = said(asked_window(client, form | {"fields": form["fields"] | typed, "nth": 1}, PAGE))
    assert "尚未签发" in sent
    assert "69.90" in sent
    person(submissions, "li", role=Role.LEADER)
    use_secret(client, signed_in(submissions, "li"))
    assert set(forms(window(client, PAGE, ""))) == {"self.sign"}
    sign = forms(window(client, PAGE, ""))["self.sign"]
    asked_window(client, sign | {"nth": 1}, PAGE)
    (row,) = self_assessments(submissions, view_at(submissions))
    assert (row.signed_by, row.actor) == ("li", "chen")
    assert "1个单位中1个已报送自查报告" in said(window(client, "/phases/PH2", ""))


def test_the_bureau_sees_who_has_sent_none_and_another_unit_sees_nothing(
    evaluator: TestClient, submissions: WriteSession
) -> None:
    assert "缺报" in said(window(evaluator, "/phases/PH2", ""))
    assert forms(window(evaluator, PAGE, "")) == {}
    person(submissions, "zhao", units={"441203"})
    use_secret(evaluator, signed_in(submissions, "zhao"))
    assert "没有 441202 在 PH2 的自查评估" in said(window(evaluator, PAGE, ""))
    assert json.dumps(forms(window(evaluator, PAGE, ""))) == "{}"

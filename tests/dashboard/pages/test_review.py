"""The review: what a reviewer sees is what is verified, and nobody else can act."""

from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import func, select
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.models import LedgerEntry, Submission, SubmissionEvent
from metrics.principal import Role
from tests.beginnings import beginning
from tests.dashboard.drawn import (
    ask_body,
    asked_window,
    forms,
    nodes,
    of_class,
    said,
    signed_in,
    texts,
    use_secret,
    window,
)
from tests.people import person
from tests.posting import REVIEWER, post

SEPTEMBER = "?month=2019-09"


@beginning
def sent_back(session: WriteSession) -> dict[str, int]:
    """Submissions for September 2019 of two units, one with last month's beside it; unit → id."""
    found = {}
    post(session, principal=REVIEWER, unit="441202", period="2019-08", changes={"items_online": 800})
    for unit in ("441202", "441203"):
        found[unit] = post(session, principal=REVIEWER, unit=unit).id or 0
    return found


@pytest.fixture
def reviewer(client: TestClient, session: WriteSession, sent_back: dict[str, int]) -> TestClient:
    """A browser in which a reviewer is signed in."""
    person(session, "bureau", role=Role.REVIEWER)
    use_secret(client, signed_in(session, "bureau"))
    return client


def states(session: WriteSession) -> dict[str, tuple[str, int]]:
    rows = session.execute(
        select(Submission.unit_code, Submission.state, Submission.revision).where(Submission.period == date(2019, 9, 1))
    )
    return {row.unit_code: (row.state, row.revision) for row in rows}


def written(session: WriteSession) -> int | None:
    return session.scalar(select(func.count()).select_from(LedgerEntry))


def revise(session: WriteSession, tree: Any, **changes: int) -> None:
    """A revision of 441202 that lands while `tree` is on somebody's screen."""
    etag = f'"{forms(tree)["submission.verify"]["fields"]["seen"]}"'
    post(session, principal=REVIEWER, changes=changes, reason="更正", if_match=etag)


def test_the_queue_says_of_every_unit_where_its_submission_stands(reviewer: TestClient) -> None:
    tree = window(reviewer, "/review", SEPTEMBER)
    assert "2019年9月：已收2/11份，9个单位逾期未报，2份待审核" in said(tree)
    rows = [said(node) for node in nodes(of_class(tree, "queue")) if node["type"] == "Tr"]
    assert any(row.startswith("端州区待审核") for row in rows)
    assert any("广宁县未报" in row and "逾期未报" in row for row in rows)
    assert any("粤桂" in row and "选报" in row for row in rows)


def test_a_state_is_chosen_in_the_address(reviewer: TestClient) -> None:
    missing = said(of_class(window(reviewer, "/review", f"{SEPTEMBER}&state=missing"), "queue"))
    assert "广宁县" in missing
    assert "端州区" not in missing
    assert "没有处于该状态的月报" in said(window(reviewer, "/review", f"{SEPTEMBER}&state=returned"))


def test_a_submission_is_shown_beside_last_month_with_its_signs(
    reviewer: TestClient, sent_back: dict[str, int]
) -> None:
    tree = window(reviewer, f"/review/{sent_back['441202']}", SEPTEMBER)
    online = next(
        texts(row)
        for row in nodes(of_class(tree, "differences"))
        if row["type"] == "Tr" and "可网办事项数" in said(row)
    )
    assert online == ["可网办事项数", "项", "850", "800", "+50"]
    rate = next(
        texts(row) for row in nodes(of_class(tree, "rates")) if row["type"] == "Tr" and "网上可办率" in said(row)
    )
    assert rate == ["网上可办率", "%", "80.00", "85.00", "+5.00 百分点", "850 ÷ 1,000"]


def test_verifying_from_the_page_is_recorded_under_the_reviewers_name(
    reviewer: TestClient, session: WriteSession, sent_back: dict[str, int]
) -> None:
    path = f"/review/{sent_back['441202']}"
    after = asked_window(reviewer, forms(window(reviewer, path))["submission.verify"], path)
    assert "端州区 2019年9月：已审核" in said(of_class(after, "outcome-done"))
    assert states(session) == {"441202": ("verified", 1), "441203": ("submitted", 1)}
    event = session.execute(select(SubmissionEvent.actor, SubmissionEvent.action).order_by(SubmissionEvent.seq.desc()))
    assert tuple(event.first() or ()) == ("bureau", "verify")
    assert "submission.verify" not in forms(after)


def test_a_revision_that_came_meanwhile_is_shown_and_not_verified(
    reviewer: TestClient, session: WriteSession, sent_back: dict[str, int]
) -> None:
    path = f"/review/{sent_back['441202']}"
    seen = window(reviewer, path)
    revise(session, seen, items_online=840)
    after = asked_window(reviewer, forms(seen)["submission.verify"], path)
    refusal = texts(of_class(after, "outcome-refused"))
    assert refusal[-4:] == ["可网办事项数", "850", "840", "−10"]
    assert states(session)["441202"] == ("submitted", 2)
    asked_window(reviewer, forms(after)["submission.verify"], path)  # having seen it, the reviewer verifies it
    assert states(session)["441202"] == ("verified", 2)


def test_a_verification_that_was_voided_is_shown_with_the_difference(
    reviewer: TestClient, session: WriteSession, sent_back: dict[str, int]
) -> None:
    path = f"/review/{sent_back['441202']}"
    asked_window(reviewer, forms(window(reviewer, path))["submission.verify"], path)
    etag = forms(window(reviewer, path))["submission.send_back"]["fields"]["seen"]
    post(session, principal=REVIEWER, changes={"items_online": 845}, reason="更正", if_match=f'"{etag}"')
    tree = window(reviewer, path, "?show=differences")
    assert "陈 报送的第2版改动了数据，该审核随之失效。" in said(of_class(tree, "voided"))
    table = of_class(tree, "differences")
    assert "已审核（第1版）" in said(table)
    assert "850−5" in said(table)
    assert "1项与已审核内容不同" in said(of_class(window(reviewer, "/review", SEPTEMBER), "queue"))


@pytest.mark.parametrize("reason", ["", "   \n"])
def test_returning_needs_a_reason(
    reviewer: TestClient, session: WriteSession, sent_back: dict[str, int], reason: str
) -> None:
    path = f"/review/{sent_back['441202']}"
    form = forms(window(reviewer, path))["submission.send_back"]
    form["fields"]["reason"] = reason
    after = asked_window(reviewer, form, path)
    assert "请说明原因" in said(of_class(after, "outcome-refused"))
    assert states(session)["441202"] == ("submitted", 1)


def test_the_clerk_reads_why_a_submission_came_back(
    reviewer: TestClient, session: WriteSession, sent_back: dict[str, int]
) -> None:
    path = f"/review/{sent_back['441202']}"
    form = forms(window(reviewer, path))["submission.send_back"]
    form["fields"]["reason"] = "请核对基期材料数"
    asked_window(reviewer, form, path)
    assert states(session)["441202"] == ("returned", 1)
    person(session, "chen")
    use_secret(reviewer, signed_in(session, "chen"))
    assert "请核对基期材料数" in said(window(reviewer, "/units/441202"))


def test_several_are_verified_at_once_each_with_its_own_outcome(
    reviewer: TestClient, session: WriteSession, sent_back: dict[str, int]
) -> None:
    tree = window(reviewer, "/review", SEPTEMBER)
    boxes = [node["props"]["value"] for node in nodes(tree) if node["type"] == "Checkbox"]
    assert len(boxes) == 2
    detail = window(reviewer, f"/review/{sent_back['441202']}")
    revise(session, detail, items_online=840)
    form = {**forms(tree)["submission.verify_chosen"], "chosen": [*boxes, boxes[1], "s999999-r1-3", "nonsense"]}
    after = asked_window(reviewer, form, "/review", SEPTEMBER)
    assert states(session) == {"441202": ("submitted", 2), "441203": ("verified", 1)}
    assert len(of_class(after, "outcome-done")) == 1
    assert len(of_class(after, "outcome-refused")) == 3
    nothing = asked_window(reviewer, forms(after)["submission.verify_chosen"], "/review", SEPTEMBER)
    assert "请先勾选" in said(of_class(nothing, "outcome-refused"))


@pytest.mark.parametrize("role", [Role.CLERK, Role.EVALUATOR, Role.ASSESSOR, Role.ADMIN])
def test_nobody_but_a_reviewer_can_act(
    reviewer: TestClient, session: WriteSession, sent_back: dict[str, int], role: Role
) -> None:
    seen = forms(window(reviewer, f"/review/{sent_back['441202']}"))["submission.verify"]["fields"]["seen"]
    person(session, "other", role=role)
    use_secret(reviewer, signed_in(session, "other"))
    before = written(session)
    for do in ("submission.verify", "submission.send_back", "submission.reopen", "submission.verify_chosen"):
        asked = {"do": do, "fields": {"seen": seen, "reason": "核对"}, "chosen": [seen]}
        after = asked_window(reviewer, asked, "/review", SEPTEMBER)
        assert "无权执行此操作" in said(of_class(after, "outcome-refused"))
    assert written(session) == before
    assert states(session)["441202"] == ("submitted", 1)


@pytest.mark.parametrize("role", [Role.CLERK, Role.ASSESSOR, Role.ADMIN])
def test_the_review_is_not_for_everybody(
    reviewer: TestClient, session: WriteSession, sent_back: dict[str, int], role: Role
) -> None:
    person(session, "other", role=role)
    use_secret(reviewer, signed_in(session, "other"))
    for path in ("/review", f"/review/{sent_back['441203']}"):
        tree = window(reviewer, path)
        assert "审核由市级进行" in said(tree)
        assert forms(tree) == {}
        assert "鼎湖区" not in said(tree)
    assert "/review" not in [node["props"].get("href") for node in nodes(window(reviewer, "/"))]


def test_evaluators_look_and_do_not_act(reviewer: TestClient, session: WriteSession, sent_back: dict[str, int]) -> None:
    person(session, "wang", role=Role.EVALUATOR)
    use_secret(reviewer, signed_in(session, "wang"))
    for path in ("/review", f"/review/{sent_back['441202']}"):
        tree = window(reviewer, path, SEPTEMBER)
        assert "端州区" in said(tree)
        assert forms(tree) == {}


ADDRESSES = ("base=verified", "base=1", "base=x", "show=differences", "state=x", "as_of=1", "month=2001-01")


def test_any_address_of_the_review_has_a_page(reviewer: TestClient, sent_back: dict[str, int]) -> None:
    for path in ("/review", f"/review/{sent_back['441202']}"):
        for search in ADDRESSES:
            assert said(window(reviewer, path, f"?lang=en&{search}"))
    assert "没有编号为 999999999 的月报" in said(window(reviewer, "/review/999999999"))


def test_the_past_is_not_reviewed(reviewer: TestClient, sent_back: dict[str, int]) -> None:
    tree = window(reviewer, f"/review/{sent_back['441202']}", "?as_of=3")
    assert "审核只针对现在的月报" in said(tree)
    assert forms(tree) == {}


def odd_asks() -> list[Any]:
    """Texts that no page of ours sends."""
    good = {"do": "submission.verify", "fields": {"seen": "s1-r1-1"}, "chosen": []}
    odd: list[Any] = ["", "{", "null", "5", "[]", "\0", "[" * 5000, json.dumps(good)[:-1], '{"do": "\\ud800"}']
    wrong: dict[str, list[Any]] = {
        "do": [None, 5, "x", "__class__", "x" * 1000, "a\0b"],
        "fields": [None, [], {"seen": 5}, {"seen": "x\0"}, {"seen": "x" * 3000}, {str(n): "" for n in range(50)}],
        "chosen": [None, {}, [5], ["x\0"], ["s1-r1-1"] * 501],
        "nth": ["x", None, 1.5],
        "more": [1],
    }
    for key, values in wrong.items():
        odd += [{**copy.deepcopy(good), key: value} for value in values]
    odd += [
        {**good, "fields": {"seen": seen}}
        for seen in ("", '"', "s1-r1", "s-1-r1-1", "s" + "9" * 9 + "-r1-1", "s１-r1-1")
    ]
    return odd


def test_odd_asks_are_refused_in_words_and_store_nothing(reviewer: TestClient, session: WriteSession) -> None:
    before = written(session)
    for asked in odd_asks():
        after = asked_window(reviewer, asked)
        assert len(of_class(after, "outcome-refused")) == 1, asked
    assert written(session) == before


def test_an_ask_longer_than_any_form_is_refused(reviewer: TestClient) -> None:
    assert reviewer.post(CALLBACKS, json=ask_body(reviewer, "x" * 900_001)).status_code == 400
    body = ask_body(reviewer, {"do": "submission.verify"})
    values: list[Any] = [5, True, [], {}, "\ud800"]
    for value in values:
        bad = copy.deepcopy(body)
        bad["inputs"][0]["value"] = value
        content = json.dumps(bad)
        headers = {"Content-Type": "application/json"}
        assert reviewer.post(CALLBACKS, content=content, headers=headers).status_code == 400


ASKS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(do=ASKS | st.sampled_from(["submission.verify", "submission.send_back"]), fields=ASKS, chosen=ASKS)
@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
def test_any_ask_is_answered(reviewer: TestClient, do: Any, fields: Any, chosen: Any) -> None:
    body = ask_body(reviewer, {"do": do, "fields": fields, "chosen": chosen}, "/nowhere")
    assert reviewer.post(CALLBACKS, json=body).status_code in (200, 400)

"""`/bulletins`: a reviewer drafts, edits and issues on one page; others read what was issued."""

from __future__ import annotations

from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.dashboard.drawn import asked_window, forms, said, signed_in, use_secret, window
from tests.metrics.queries.test_views import post
from tests.people import person

PAGE = "/bulletins/2019-09"


def test_a_reviewer_drafts_edits_and_issues_on_one_page(client: TestClient, session: WriteSession) -> None:
    post(session, items_online=650)
    person(session, "bureau", role=Role.REVIEWER)
    use_secret(client, signed_in(session, "bureau"))
    assert "尚未签发通报" in said(window(client, "/bulletins"))
    offered = forms(window(client, PAGE))["bulletin.draft"]
    drawn = asked_window(client, offered | {"fields": {**offered["fields"], "basis": "submitted"}}, PAGE)
    assert "已新作第1号发布" in said(drawn)
    edit = forms(drawn)["bulletin.edit"]
    refused = asked_window(client, edit | {"fields": {**edit["fields"], "text": "{1.23%}"}}, PAGE)
    assert "不是本段的数据" in said(refused)
    kept = asked_window(client, edit | {"fields": {**edit["fields"], "text": "整改9项。"}}, PAGE)
    assert "含自行写入的数字" in said(kept)
    done = asked_window(client, forms(kept)["bulletin.issue"], PAGE)
    assert "第1版已签发并冻结" in said(done)
    assert "第1版已签发" in said(window(client, PAGE))


def test_others_are_shown_no_draft(evaluator: TestClient, session: WriteSession) -> None:
    post(session, items_online=650)
    assert "bulletin.draft" not in forms(window(evaluator, PAGE))
    assert "尚未签发通报" in said(window(evaluator, PAGE))

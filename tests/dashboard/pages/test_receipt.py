"""A receipt: who sent it, what its revision changed, the warnings that went with it, and lines to sign."""

from __future__ import annotations

import re

from sqlalchemy import select
from starlette.testclient import TestClient

from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.database import WriteSession
from metrics.ledger.verifying.later import read_printed
from metrics.models import Submission
from tests.dashboard.conftest import record
from tests.dashboard.drawn import nodes, of_class, said, window
from tests.dashboard.forms import act, entries
from tests.posting import post


def test_a_receipt_lists_each_warning_with_the_reason_given(clerk: TestClient, session: WriteSession) -> None:
    record(session, "441202", "2019-08", items_online=900, items_instant=100, systems_due=5, systems_connected=5)
    found, _shown = act(clerk, "sent", entries(acknowledged={"stock_moved": "机构合并"}))
    rows = [said(row) for row in nodes(of_class(window(clerk, found["receipt"]), "texts")) if row["type"] == "Tr"]
    moved = next(row for row in rows if "变动超过20%" in row)
    assert moved.endswith("机构合并")
    assert "同样：" in moved
    assert any(row.endswith("未说明") for row in rows)


def test_a_receipt_of_a_revision_says_what_it_changed_and_who_sent_it(clerk: TestClient, session: WriteSession) -> None:
    first = post(session)
    second = post(
        session, changes={"items_instant": 351, "startup_days": "39.5"}, reason="漏计一项", if_match=first.etag
    )
    receipt = of_class(window(clerk, f"/collect/receipt/{second.id}"), "receipt")
    revision = said(of_class(receipt, "receipt-revision"))
    assert revision.startswith("第2版更正了2个数更正理由 漏计一项")
    assert "即办件事项数 350 → 351" in revision
    assert "38.5 → 39.5" in revision
    rows = [said(row) for row in nodes(of_class(receipt, "receipt-values")) if row["type"] == "Tr"]
    assert "即办件事项数项✎本版已更正350 → 351" in rows
    assert "自建系统应接数个12" in rows
    assert len([row for row in rows if "→" in row]) == 2
    assert "报送人陈" in said(of_class(receipt, "facts"))
    english = said(of_class(window(clerk, f"/collect/receipt/{second.id}", "?lang=en"), "receipt"))
    assert "Revision 2 changed 2 figures" in english
    assert [said(line) for line in nodes(of_class(receipt, "signature-lines")) if line["type"] == "Li"] == [
        "填表人",
        "负责人",
        "单位盖章",
        "日期",
    ]


def test_a_receipt_of_a_first_submission_speaks_of_no_change(clerk: TestClient, session: WriteSession) -> None:
    receipt = of_class(window(clerk, f"/collect/receipt/{post(session).id}"), "receipt")
    assert of_class(receipt, "receipt-revision") == []
    assert "→" not in said(of_class(receipt, "receipt-values"))


def test_a_receipt_prints_the_first_checkpoint_over_it(clerk: TestClient, session: WriteSession) -> None:
    """By what is on paper it can be held against the ledger later: size, root, origin and the key's name."""
    sent = post(session)
    session.commit()
    assert "尚未签名" in said(of_class(window(clerk, f"/collect/receipt/{sent.id}"), "facts"))
    issued = issue_checkpoint(session)
    session.commit()
    record(session, "441203", "2019-09")
    session.commit()
    issue_checkpoint(session)
    session.commit()
    facts = said(of_class(window(clerk, f"/collect/receipt/{sent.id}"), "facts"))
    assert f"{issued.size}条，密钥 " in facts
    (printed,) = re.findall(r"根 ((?:[0-9a-f]{8} ?){8})", facts)
    assert read_printed(f"{issued.size} {printed}") == (issued.size, issued.root)


def test_another_unit_s_receipt_does_not_exist(clerk: TestClient, session: WriteSession) -> None:
    record(session, "441203", "2019-09")
    number = session.scalar(select(Submission.id))
    tree = window(clerk, f"/collect/receipt/{number}")
    assert of_class(tree, "receipt") == []
    assert f"没有编号为 {number} 的月报" in said(tree)

"""Writing a bulletin: drawn from a release that knows everything, edited in its words alone, frozen when issued."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from metrics.bulletin.document import Paragraph
from metrics.bulletin.present_draft import present_draft
from metrics.bulletin.words import editable, words_etag
from metrics.commands.create_release import create_release
from metrics.commands.issue_slip import SlipGiven, issue_slip
from metrics.commands.send_material import MaterialGiven, send_material
from metrics.commands.write_bulletin import BulletinDrafted, draft_bulletin, edit_bulletin, issue_bulletin
from metrics.database import Sessions, WriteSession
from metrics.errors import Conflict, Forbidden, Invalid, NotFound, Stale, VersionMissing
from metrics.models import BulletinAct, LedgerEntry
from metrics.principal import Principal, Role
from metrics.queries.bulletins import BulletinDraft, IssuedBulletin, bulletin_bytes, bulletin_month
from metrics.queries.releases import releases
from metrics.results import Basis
from tests.databases import Database
from tests.metrics.queries.test_views import BUREAU, post

MONTH = date(2019, 9, 1)


def drafted(session: WriteSession, *, basis: Basis = Basis.SUBMITTED) -> BulletinDraft:
    return draft_bulletin(session, MONTH, principal=BUREAU, basis=basis).draft


def edited(
    session: WriteSession, draft: BulletinDraft, key: str, text: str | None, language: str = "zh"
) -> BulletinDraft:
    return edit_bulletin(
        session, MONTH, principal=BUREAU, language=language, paragraph=key, text=text, if_match=draft.etag
    ).draft


def issued(session: WriteSession, draft: BulletinDraft, *, reason: str = "") -> IssuedBulletin:
    return issue_bulletin(session, MONTH, principal=BUREAU, reason=reason, if_match=draft.etag)


def paragraph(session: WriteSession, key: str, language: str = "zh") -> Paragraph:
    drawn = present_draft(session, bulletin_month(session, MONTH)).document(language).document
    return next(one for one in drawn.paragraphs if one.key == key)


def as_json(session: WriteSession, bulletin: IssuedBulletin, language: str = "zh") -> Any:
    return json.loads(bulletin_bytes(session, bulletin, f"{language}.json"))


def test_a_draft_makes_a_release_only_where_the_newest_does_not_know_everything(session: WriteSession) -> None:
    post(session, period="2019-08", items_online=650)
    post(session, items_online=700)
    first = draft_bulletin(session, MONTH, principal=BUREAU, basis=Basis.SUBMITTED)
    assert first.released
    assert first.draft.release == 1
    again = draft_bulletin(session, MONTH, principal=BUREAU, basis=Basis.SUBMITTED)
    assert (again.recorded, again.released, len(releases(session))) == (False, False, 1)
    post(session, items_online=710)
    third = draft_bulletin(session, MONTH, principal=BUREAU, basis=Basis.SUBMITTED)
    assert (third.released, third.draft.release) == (True, 2)


def test_what_is_issued_is_frozen_with_its_digests_in_the_ledger(session: WriteSession) -> None:
    post(session, items_online=700)
    bulletin = issued(session, drafted(session))
    leaf = json.loads(session.scalar(select(LedgerEntry.leaf).where(LedgerEntry.seq == bulletin.seq)) or "")
    kept = {file.name: bulletin_bytes(session, bulletin, file.name) for file in bulletin.files}
    assert {file["name"]: file["sha256"] for file in leaf["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in kept.items()
    }
    assert sorted(kept) == [
        f"{language}.{form}" for language in ("en", "zh") for form in ("docx", "html", "json", "pdf")
    ]
    assert bulletin_month(session, MONTH).draft is None


def test_issued_anew_it_says_what_changed_and_the_first_stays(session: WriteSession) -> None:
    post(session, items_online=700)
    first = issued(session, drafted(session))
    before = bulletin_bytes(session, first, "zh.pdf")
    post(session, items_online=710)
    with pytest.raises(Invalid, match="reason"):
        issued(session, drafted(session))
    second = issued(session, drafted(session), reason="端州区更正数据")
    assert (second.version, second.release) == (2, 2)
    changes = next(block for block in as_json(session, second)["blocks"] if block.get("key") == "changes")
    _, was, now = changes["rows"][[row[0] for row in changes["rows"]].index("主要指标 / 网上可办率 / 本月")]
    assert (was, now) == ("70.00%", "71.00%")
    assert bulletin_bytes(session, bulletin_month(session, MONTH).version(1), "zh.pdf") == before


def test_words_are_edited_and_figures_are_not(session: WriteSession) -> None:
    post(session, items_online=650)
    draft = drafted(session)
    key = "overall.TG-05A"
    assert "{65.00%}" in editable(paragraph(session, key))
    draft = edited(session, draft, key, "经核实,网上可办率{65.00%},须再提高5个百分点。")
    assert paragraph(session, key).text == "经核实,网上可办率65.00%,须再提高5个百分点。"
    assert paragraph(session, key).has_own_number
    with pytest.raises(Invalid) as refused:
        edited(session, draft, key, "网上可办率{99.99%}。")
    assert refused.value.code == "figure_typed_over"
    draft = edited(session, draft, key, None)
    assert not paragraph(session, key).edited
    acts = session.scalars(select(BulletinAct.act).order_by(BulletinAct.seq)).all()
    assert acts == ["draft", "edit", "edit"]


def test_an_edited_paragraph_follows_its_figures_into_a_newer_release(session: WriteSession) -> None:
    post(session, items_online=650)
    draft = edited(session, drafted(session), "overall.TG-05A", "全市{65.00%}。")
    post(session, items_online=660)
    assert drafted(session).release == draft.release + 1
    assert paragraph(session, "overall.TG-05A").text == "全市66.00%。"


def test_a_paragraph_with_a_number_of_its_own_is_marked_in_every_form(session: WriteSession) -> None:
    post(session, items_online=700)
    bulletin = issued(session, edited(session, drafted(session), "next.due", "请于10日内整改到位。"))
    said = next(block for block in as_json(session, bulletin)["blocks"] if block.get("key") == "next.due")
    assert (said["edited"], said["own_number"]) == (True, True)
    assert '整改到位。<span class="own-number">*</span>' in bulletin_bytes(session, bulletin, "zh.html").decode()
    assert any("*" in note for note in as_json(session, bulletin)["notes"])


def test_who_signs_goes_on_from_one_month_to_the_next(session: WriteSession) -> None:
    post(session, period="2019-08", items_online=650)
    post(session, items_online=700)
    august = date(2019, 8, 1)
    draft = draft_bulletin(session, august, principal=BUREAU, basis=Basis.SUBMITTED).draft
    said = {"language": "zh", "paragraph": "signature", "text": "某局\n{（签发日期）}"}
    draft = edit_bulletin(session, august, principal=BUREAU, if_match=draft.etag, **said).draft
    issue_bulletin(session, august, principal=BUREAU, reason="", if_match=draft.etag)
    drafted(session)
    assert paragraph(session, "signature").text.startswith("某局\n")


def test_only_a_reviewer_writes_and_only_what_was_seen_is_changed(session: WriteSession) -> None:
    post(session, items_online=700)
    clerk = Principal(user_id=2, username="chen", display_name="陈", role=Role.CLERK, units=frozenset({"441202"}))
    with pytest.raises(Forbidden):
        draft_bulletin(session, MONTH, principal=clerk, basis=Basis.SUBMITTED)
    with pytest.raises(NotFound):
        issue_bulletin(session, MONTH, principal=BUREAU, reason="", if_match='"x"')
    draft = drafted(session)
    edited(session, draft, "opening", "通报如下。")
    with pytest.raises(Stale):
        issued(session, draft)
    with pytest.raises(VersionMissing):
        issue_bulletin(session, MONTH, principal=BUREAU, reason="", if_match=None)
    with pytest.raises(Conflict):
        draft_bulletin(session, date(2021, 1, 1), principal=BUREAU, basis=Basis.SUBMITTED)


def test_an_edit_that_names_its_paragraph_is_in_nobodys_way(session: WriteSession) -> None:
    post(session, items_online=650)
    drafted(session)
    one, other = paragraph(session, "opening"), paragraph(session, "next.due")
    said: dict[str, Any] = {"language": "zh", "principal": BUREAU}
    edit_bulletin(session, MONTH, paragraph="opening", text="甲。", if_match=words_etag(one), **said)
    edit_bulletin(session, MONTH, paragraph="next.due", text="乙。", if_match=words_etag(other), **said)
    with pytest.raises(Stale):
        edit_bulletin(session, MONTH, paragraph="opening", text="丙。", if_match=words_etag(one), **said)
    assert paragraph(session, "opening").text == "甲。"


def test_open_slips_and_missing_material_are_named(session: WriteSession) -> None:
    post(session, items_online=650)
    issue_slip(session, principal=BUREAU, given=SlipGiven("441202", "网办补差", "请报进展", "2999-12-31"))
    drafted(session)
    assert paragraph(session, "problems.slips").text.startswith("未销号的督办单1件，其中逾期0件：端州区《网办补差》")
    assert "均未报送" in paragraph(session, "problems.material").text
    send_material(
        session,
        principal=BUREAU,
        given=MaterialGiven("441202", "2019-09", problems="无", next_month="继续", summary="已推进"),
    )
    drafted(session)
    said = paragraph(session, "problems.material", "en").text
    assert "Dinghu District" in said
    assert "Duanzhou District (" in said  # it came late


def drafted_without_waiting(sessions: Sessions) -> BulletinDrafted:
    with sessions.write() as session:
        session.execute(text("set local lock_timeout = '20ms'"))
        return draft_bulletin(session, MONTH, principal=BUREAU, basis=Basis.SUBMITTED)


def test_two_who_draft_at_once_have_one_draft_between_them(clean_database: Database) -> None:
    """The second is told while the first is at it, and has the first's draft afterwards."""
    sessions = Sessions(clean_database.engine)
    with sessions.write() as session:
        post(session, items_online=650)
    with sessions.write() as first:
        made = draft_bulletin(first, MONTH, principal=BUREAU, basis=Basis.SUBMITTED)
        with pytest.raises(Conflict) as told:
            drafted_without_waiting(sessions)
    assert told.value.code == "bulletin_busy"
    again = drafted_without_waiting(sessions)
    assert (again.draft, again.recorded, again.released) == (made.draft, False, False)
    with sessions.write() as session:
        post(session, items_online=651)
    with sessions.write() as first:
        create_release(first, principal=BUREAU, notes="其间", basis=Basis.SUBMITTED)
        with pytest.raises(Conflict) as told:
            drafted_without_waiting(sessions)
    assert told.value.code == "bulletin_busy"


def test_a_bulletin_is_signed_by_the_bureau_that_issues_bulletins(session: WriteSession) -> None:
    post(session, items_online=650)
    drafted(session)
    assert paragraph(session, "signature").text.startswith("肇庆市政务服务数据管理局\n")
    assert paragraph(session, "signature", "en").text.startswith("Zhaoqing Government Service")

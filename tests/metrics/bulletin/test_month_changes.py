"""What a bulletin says changed since the month before, held against the dataset `changes` of the same month."""

from __future__ import annotations

import pytest

from metrics.bulletin.document import BulletinDocument, DocumentTable
from metrics.bulletin.present_draft import present_draft
from metrics.bulletin.wording import STATUS_WORDS
from metrics.database import WriteSession
from metrics.queries.bulletins import bulletin_month
from metrics.results import Status
from tests.beginnings import beginning
from tests.metrics.commands.test_write_bulletin import MONTH, drafted, paragraph
from tests.metrics.publish.pulling import pulled, rows
from tests.metrics.queries.test_views import post

LANGUAGES = ["zh", "en"]


@beginning
def draft(session: WriteSession) -> WriteSession:
    """August and September of two units, one better and one worse; a third new in September; corrections of all."""
    for unit, month, online in (
        ("441202", "2019-08", 600),
        ("441203", "2019-08", 720),
        ("441202", "2019-09", 690),
        ("441203", "2019-09", 640),
        ("441204", "2019-09", 700),
        ("441202", "2019-09", 712),
        ("441204", "2019-09", 701),
    ):
        post(session, unit, month, reason="更正", items_online=online)
    drafted(session)
    return session


def document(session: WriteSession, language: str) -> BulletinDocument:
    return present_draft(session, bulletin_month(session, MONTH)).document(language).document


def table(session: WriteSession, language: str) -> DocumentTable:
    return next(one for one in document(session, language).tables if one.key == "turned")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_that_turned_stands_in_the_table_with_both_values_and_no_other(
    draft: WriteSession, language: str
) -> None:
    told = [row for row in rows(pulled(draft, "changes", period="2019-09", lang=language)) if row["kind"] == "status"]
    names = {row["target_code"]: row["target_name"] for row in rows(pulled(draft, "targets", lang=language))}
    ways = {"变差": "worse", "变好": "better"}
    found = [(unit, ways.get(way, way), name, *sides) for unit, name, way, *sides in table(draft, language).rows]

    def side(row: dict[str, str], status: str, value: str) -> str:
        return " ".join(part for part in (getattr(STATUS_WORDS[Status(row[status])], language), row[value]) if part)

    expected = [
        (
            row["unit_name"],
            row["turned"],
            names[row["target_code"]],
            side(row, "before", "value_before"),
            side(row, "after", "value_after"),
        )
        for row in told
        if row["turned"]
    ]
    assert [one[:3] for one in sorted(found)] == [one[:3] for one in sorted(expected)]
    # With its unit of measure the document writes what the file has as a bare number.
    for ours, theirs in zip(sorted(found), sorted(expected), strict=True):
        assert all(mine.startswith(other) for mine, other in zip(ours[3:], theirs[3:], strict=True))
    said = paragraph(draft, "changes.turned", language).figures
    assert (said["worse"], said["better"]) == tuple(
        str(sum(row["turned"] == way for row in told)) for way in ("worse", "better")
    )
    unjudged = {"", "no_data", "not_applicable"}
    news = [(row["before"] in unjudged, row["after"] in unjudged) for row in told]
    assert (said["newly"], said["no_longer"]) == (str(news.count((True, False))), str(news.count((False, True))))
    assert int(said["newly"]) > 0
    assert {"worse", "better"} <= {row["turned"] for row in told}


@pytest.mark.parametrize("language", LANGUAGES)
def test_verdicts_that_corrections_turned_and_submissions_that_came_are_those_of_the_file(
    draft: WriteSession, language: str
) -> None:
    told = rows(pulled(draft, "changes", period="2019-09", lang=language))
    flips = [row for row in told if row["kind"] == "flip"]
    said = paragraph(draft, "changes.flips", language)
    assert (said.figures["count"], said.figures["corrections"]) == (str(len(flips)), "2")
    parts = said.figures["flips"].split({"zh": "；", "en": " · "}[language])
    assert [row["unit_name"] for row in flips] == [
        next(row["unit_name"] for row in flips if part.startswith(row["unit_name"])) for part in parts
    ]
    assert {row["unit_code"] for row in flips} >= {"441202"}
    came = [row["unit_name"] for row in told if row["kind"] == "submission" and not row["before"]]
    assert paragraph(draft, "changes.came", language).figures["units"] == {"zh": "、", "en": ", "}[language].join(came)
    assert len(came) == 3


def test_of_a_first_month_nothing_is_compared_and_corrections_that_turned_nothing_are_said(
    session: WriteSession,
) -> None:
    for online in (700, 701):
        post(session, items_online=online)
    drafted(session)
    assert paragraph(session, "changes.turned").text == "2019年8月没有数据，不作比较。"
    assert paragraph(session, "changes.flips").text == "2019年9月数据更正1次，没有改变判定。"
    assert "turned" not in {one.key for one in document(session, "zh").tables}

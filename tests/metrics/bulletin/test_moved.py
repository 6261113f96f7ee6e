"""The paragraph on why a headline figure moved: both ways named, and nothing where nothing did."""

from __future__ import annotations

from metrics.bulletin.present_draft import present_draft
from metrics.database import WriteSession
from metrics.queries.bulletins import bulletin_month
from tests.beginnings import beginning
from tests.metrics.commands.test_write_bulletin import MONTH, drafted, paragraph
from tests.metrics.queries.test_views import post


@beginning
def draft(session: WriteSession) -> WriteSession:
    """Of August and September: one unit has 60 items more online, one 20 fewer, of 1,000 each."""
    for unit, month, online in (
        ("441202", "2019-08", 600),
        ("441203", "2019-08", 660),
        ("441202", "2019-09", 660),
        ("441203", "2019-09", 640),
    ):
        post(session, unit, month, items_online=online)
    drafted(session)
    return session


def test_it_names_both_effects_and_who_did_most(draft: WriteSession) -> None:
    assert paragraph(draft, "moved.TG-05A").text == (
        "网上可办率变动+2.00个百分点，其中各单位自身率变动贡献+2.00个百分点，分母变动贡献0.00个百分点。"
        "正向贡献最大的：端州区（+3.00）；负向贡献最大的：鼎湖区（−1.00）。"
    )
    assert paragraph(draft, "moved.TG-05A", "en").text == (
        "Online rate moved by +2.00 percentage points: +2.00 percentage points from the units' own rates and 0.00 "
        "percentage points from changed denominators. Largest contributions upward: Duanzhou District (+3.00); "
        "downward: Dinghu District (−1.00)."
    )


def test_it_names_who_is_in_one_sum_alone_and_who_is_carried(session: WriteSession) -> None:
    for unit, month, online in (
        ("441202", "2019-08", 600),
        ("441203", "2019-08", 660),
        ("441202", "2019-09", 660),
        ("441204", "2019-09", 700),
        ("441284", "2019-05", 900),  # counts to August, and no longer in September
    ):
        post(session, unit, month, items_online=online)
    drafted(session)
    assert (
        paragraph(session, "moved.TG-05A").text.split("负向贡献最大的：")[1].split("。", 1)[1]
        == "新计入：高要区。不再计入：四会市。沿用前期：鼎湖区。"
    )
    assert paragraph(session, "moved.TG-05A", "en").text.endswith(
        " Entered the sum: Gaoyao District. Left the sum: Sihui City. Carried from before: Dinghu District."
    )


def test_what_did_not_move_is_not_explained(draft: WriteSession) -> None:
    document = present_draft(draft, bulletin_month(draft, MONTH)).document("zh").document
    assert [one.key for one in document.paragraphs if one.key.startswith("moved.")] == ["moved.TG-05A"]

"""Score sheets from figures, submissions, material, slips and inquiries as they are known; by the rule of the month."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

from metrics.commands.act_on_slip import ActGiven, act_on_slip
from metrics.commands.issue_slip import SlipGiven, issue_slip
from metrics.commands.record_inquiry import InquiryGiven, record_inquiry
from metrics.commands.send_material import MaterialGiven, send_material
from metrics.commands.set_score_rule import set_score_rule, try_score_rule
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.periods import JudgedMonth
from metrics.queries.leaderboard import leaderboard
from metrics.queries.score_sheets import ScoreSheets, score_sheets
from metrics.queries.view import view_at
from metrics.supervision.scores import ScorePart, SlipOutcome, share_of
from metrics.supervision.slips import BUREAU_ACTS, SlipAct
from tests.beginnings import beginning
from tests.metrics.supervision.test_scores import EVEN, given_rule
from tests.posting import CLERK, REVIEWER
from tests.posting import post as posted
from tests.reference import competition_ranks

UNIT, OTHER = "441202", "441203"
SEPTEMBER = date(2019, 9, 1)


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T04:00:00+00:00")


def sheets(session: WriteSession, period: date = SEPTEMBER, *, as_of: int | None = None) -> ScoreSheets:
    return score_sheets(session, view_at(session, as_of=as_of), period)


def scored(session: WriteSession, unit: str = UNIT, *, as_of: int | None = None) -> Fraction | None:
    found = sheets(session, as_of=as_of).of(unit)
    assert found is not None
    return found.sheet.score


@beginning
def reported(session: WriteSession) -> WriteSession:
    """Two units' August and September 2019; UNIT's August came a day late."""
    for unit, online in ((UNIT, 680), (OTHER, 940)):
        for month, came in (("2019-08", "2019-09-06" if unit == UNIT else "2019-09-05"), ("2019-09", "2019-10-04")):
            posted(
                session,
                principal=REVIEWER,
                unit=unit,
                period=month,
                changes={"items_online": online},
                simulated_at=at(came),
            )
    return session


def test_attainment_is_the_leaderboards_and_ranks_are_of_exact_scores(reported: WriteSession) -> None:
    found = sheets(reported)
    board = {row.unit_code: row for row in leaderboard(reported, view_at(reported), month=JudgedMonth.of(SEPTEMBER))}
    assert {row.sheet.unit for row in found.rows} == board.keys()
    for row in found.rows:
        place = board[row.sheet.unit]
        assert share_of(row.sheet.facts, ScorePart.ATTAINMENT) == place.score
        assert {one.code: one.reached for one in row.sheet.facts.targets} == dict(place.attainments)
    ranked = [row for row in found.rows if row.rank is not None]
    assert {row.sheet.unit for row in ranked} == {UNIT, OTHER}
    scores = [row.sheet.score for row in ranked if row.sheet.score is not None]
    assert [row.rank for row in ranked] == competition_ranks(scores)
    assert all(row.sheet.score is None for row in found.rows if row.rank is None)


def test_what_came_late_and_what_is_missing_is_not_in_time(reported: WriteSession) -> None:
    material = MaterialGiven(UNIT, "2019-08", summary="平稳", problems="无", next_month="继续")
    send_material(reported, principal=REVIEWER, given=material, simulated_at=at("2019-09-03"))
    found = sheets(reported).of(UNIT)
    assert found is not None
    owed = {(one.what, one.period.month): one.on_time for one in found.sheet.facts.owed}
    # Nothing was reported before August; material is owed since the plan was issued in February.
    assert owed == {
        ("submission", 8): False,
        ("submission", 9): True,
        **{("material", month): month == 8 for month in range(2, 10)},
    }
    assert found.sheet.part(ScorePart.TIMELINESS).points == Fraction(100 * 2, 10)


RECEIVE, ANSWER = ActGiven(SlipAct.RECEIVE), ActGiven(SlipAct.ANSWER, text="已核对")


def slip(session: WriteSession, due_on: str, *acts: tuple[ActGiven, str], issued: str = "2019-05-06") -> str:
    """A slip to UNIT with what was done on which days; its number."""
    given = SlipGiven(UNIT, "核对", "请核对", due_on)
    done = issue_slip(session, principal=REVIEWER, given=given, simulated_at=at(issued))
    etag = done.etag
    for act, day in acts:
        by = REVIEWER if act.act in BUREAU_ACTS else CLERK
        etag = act_on_slip(session, done.slip, principal=by, given=act, if_match=etag, simulated_at=at(day)).etag
    return done.slip


def test_slips_count_by_their_day_in_force_within_the_year(reported: WriteSession) -> None:
    returned = ActGiven(SlipAct.RETURN, text="请补充")
    in_time = slip(reported, "2019-05-20", (RECEIVE, "2019-05-07"), (ANSWER, "2019-05-20"))
    late = slip(reported, "2019-06-20", (RECEIVE, "2019-05-07"), (ANSWER, "2019-06-21"))
    missing = slip(reported, "2019-07-20")
    back = slip(
        reported,
        "2019-08-20",
        (RECEIVE, "2019-05-07"),
        (ANSWER, "2019-05-08"),
        (returned, "2019-05-09"),
        (ANSWER, "2019-05-10"),
    )
    slip(reported, "2019-10-20")  # after the month
    slip(reported, "2018-12-20", issued="2018-12-01")  # before the year
    slip(reported, "2019-09-20", (ActGiven(SlipAct.WITHDRAW, text="交办有误"), "2019-05-08"))
    found = sheets(reported)
    own, other = found.of(UNIT), found.of(OTHER)
    assert own is not None
    assert other is not None
    assert {slip.number: slip.outcome for slip in own.sheet.facts.slips} == {
        in_time: SlipOutcome.IN_TIME,
        late: SlipOutcome.LATE,
        missing: SlipOutcome.LATE,
        back: SlipOutcome.SENT_BACK,
    }
    assert own.sheet.part(ScorePart.SLIPS).points == 25
    assert other.sheet.part(ScorePart.SLIPS).points is None


def inquire(session: WriteSession, round_: str, form: str, score: str, day: str, **more: object) -> str:
    given = InquiryGiven(UNIT, round_, form, score, "100", day, evidence="https://example.org/1")
    done = record_inquiry(
        session,
        39,
        principal=REVIEWER,
        given=replace(given, **{name: value for name, value in more.items() if name != "if_match"}),  # type: ignore[arg-type]  # its fields
        if_match=str(more["if_match"]) if "if_match" in more else None,
    )
    return done.etag


def test_the_newest_round_within_the_year_counts_as_known_then(reported: WriteSession) -> None:
    inquire(reported, "2017", "interview", "10", "2018-12-31")  # before the year
    inquire(reported, "2018", "interview", "60", "2019-01-20")
    first = newest_seq(reported)
    inquire(reported, "2019", "interview", "80", "2019-08-01")
    etag = inquire(reported, "2019", "questionnaire", "90", "2019-08-02")
    before = newest_seq(reported)
    inquire(reported, "2019", "questionnaire", "70", "2019-08-02", reason="计分有误", if_match=etag)
    inquire(reported, "2019-2", "interview", "1", "2019-10-01")  # after the month

    def points(seq: int | None) -> Fraction | None:
        found = sheets(reported, as_of=seq).of(UNIT)
        assert found is not None
        return found.sheet.part(ScorePart.INQUIRY).points

    assert [points(first), points(before), points(None)] == [60, 85, 75]


def test_a_version_holds_from_its_month_on_and_earlier_views_keep_theirs(reported: WriteSession) -> None:
    set_score_rule(reported, principal=REVIEWER, given=given_rule(valid_from="2030-01"))  # recorded today
    seen, score = newest_seq(reported), scored(reported)
    heavier = given_rule(valid_from="2019-09", weights={**EVEN, "timeliness": 0, "slips": 0, "inquiry": 0})
    view = view_at(reported)
    _rule, moves = try_score_rule(reported, view, principal=REVIEWER, given=heavier, period=SEPTEMBER)
    assert newest_seq(reported) == seen  # tried, and nothing stored
    set_score_rule(reported, principal=REVIEWER, given=heavier)
    now = sheets(reported)
    assert [(move.after.sheet.unit, move.after.sheet.score, move.after.rank) for move in moves] == [
        (row.sheet.unit, row.sheet.score, row.rank) for row in now.rows
    ]
    by_unit = {move.before.sheet.unit: move.before.sheet.score for move in moves}
    assert by_unit[UNIT] == score == scored(reported, as_of=seen)
    assert scored(reported) == 100 * (share_of(now.of(UNIT).sheet.facts, ScorePart.ATTAINMENT) or 0)  # type: ignore[union-attr]  # it is there
    assert sheets(reported, date(2019, 8, 1)).rule.seq is None


def test_a_units_own_people_see_their_sheet_and_no_rank(reported: WriteSession) -> None:
    view = replace(view_at(reported), own=frozenset({UNIT}))
    (row,) = score_sheets(reported, view, SEPTEMBER).rows
    assert (row.sheet.unit, row.sheet.score, row.rank) == (UNIT, scored(reported), None)
    assert score_sheets(reported, replace(view, public=True), SEPTEMBER).rows == ()


def test_nothing_known_is_no_score(session: WriteSession) -> None:
    found = sheets(session, datetime.now(UTC).date().replace(day=1))
    assert found.rows
    assert all(row.sheet.score is None and row.rank is None for row in found.rows)

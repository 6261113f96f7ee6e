"""What the headings of sections say: of nothing, of one, of many, of each state, in both languages, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from dashboard.locale import speaking
from dashboard.words import section_findings as found
from dashboard.words.section_findings import RankingEnds
from metrics.results import Rate
from metrics.submission_states import State
from metrics.supervision.freshness import Stopped, Stream
from metrics.supervision.gates import GateVerdict as Gate
from metrics.supervision.scores import ScorePart, ScoreRule
from metrics.task_reports import TaskStatus as Task

NAMES = {"A": "Trips", "B": "Windows"}
PARTS = {part: part.value for part in ScorePart}


def says(words: str, en: str, zh: str, language: str) -> None:
    assert words == (en if language == "en" else zh)


both = pytest.mark.parametrize("language", ["en", "zh"])


@both
@pytest.mark.parametrize(
    ("statuses", "en", "zh"),
    [
        ([], "", ""),
        ([Task.DONE], "The 1 task is completed", "1项任务已全部完成"),
        ([Task.DONE] * 3, "All 3 tasks are completed", "3项任务已全部完成"),
        ([Task.NOT_REPORTED] * 2, "Nothing was reported on the 2 tasks", "2项任务均未报告"),
        ([Task.NOT_REPORTED], "Nothing was reported on the 1 task", "1项任务均未报告"),
        (
            [Task.IN_PROGRESS, Task.NOT_STARTED, Task.TO_BE_CONFIRMED, Task.NOT_REPORTED],
            "None of the 4 tasks is overdue, blocked or completed",
            "4项任务中没有逾期、受阻或已完成的",
        ),
        ([Task.OVERDUE], "Of 1 task, 1 overdue", "1项任务中，1项逾期"),
        ([Task.BLOCKED, Task.IN_PROGRESS], "Of 2 tasks, 1 blocked", "2项任务中，1项受阻"),
        (
            [Task.OVERDUE, Task.OVERDUE, Task.SILENT, Task.DONE, Task.BLOCKED],
            "Of 5 tasks, 2 overdue, 1 blocked, 1 without an update for two months, 1 completed",
            "5项任务中，2项逾期、1项受阻、1项两个月未更新、1项已完成",
        ),
    ],
)
def test_tasks(statuses: list[Task], en: str, zh: str, language: str) -> None:
    with speaking(language):
        says(found.tasks_found(statuses), en, zh, language)


def test_every_state_of_a_task_has_a_heading() -> None:
    with speaking("en"):
        assert all(found.tasks_found([status, Task.IN_PROGRESS]) for status in Task)


@both
@pytest.mark.parametrize(
    ("units", "en", "zh"),
    [
        ([], "No gate applies to these units", "这些单位没有适用的节点目标"),
        ([{"A": Gate.NOT_APPLICABLE}], "No gate applies to these units", "这些单位没有适用的节点目标"),
        ([{"A": Gate.LATE}], "The gate is met by every unit", "1项节点目标各单位均已达标"),
        (
            [{"A": Gate.ON_TIME, "B": Gate.IN_WINDOW}] * 2,
            "All 2 gates are met by every unit",
            "2项节点目标各单位均已达标",
        ),
        (
            [{"A": Gate.ON_TIME, "B": Gate.NOT_MET}, {"A": Gate.NO_DATA, "B": Gate.NOT_APPLICABLE}],
            "Windows is met by the fewest, 0 of 1 units",
            "达标单位最少的是Windows，1个单位中0个达标",
        ),
        (
            [{"A": verdict} for verdict in Gate],
            "Trips is met by the fewest, 3 of 7 units",
            "达标单位最少的是Trips，7个单位中3个达标",
        ),
    ],
)
def test_gates(units: list[dict[str, Gate]], en: str, zh: str, language: str) -> None:
    with speaking(language):
        says(found.gates_found(units, NAMES), en, zh, language)


@both
@pytest.mark.parametrize(
    ("sent", "of", "late", "en", "zh"),
    [
        (0, 1, 0, "0 of 1 unit has sent a self-assessment", "1个单位中0个已报送自查报告"),
        (9, 12, 0, "9 of 12 units have sent a self-assessment", "12个单位中9个已报送自查报告"),
        (
            9,
            12,
            2,
            "9 of 12 units have sent a self-assessment, 2 of them late",
            "12个单位中9个已报送自查报告，其中2个迟报",
        ),
    ],
)
def test_self_assessments(sent: int, of: int, late: int, en: str, zh: str, language: str) -> None:
    with speaking(language):
        says(found.sent_found(sent, of, late=late), en, zh, language)


@both
@pytest.mark.parametrize(
    ("states", "en", "zh"),
    [
        ([], "Nobody has to report for this month", "本月没有需要报送的单位"),
        ([State.VERIFIED], "The 1 submission is verified", "1份月报已全部审核通过"),
        ([State.VERIFIED] * 12, "All 12 submissions are verified", "12份月报已全部审核通过"),
        ([State.NOT_REPORTED] * 2, "None of the 2 submissions has come", "2份月报均未报送"),
        ([State.SUBMITTED, State.VERIFIED], "Of 2 submissions, 1 waits to be verified", "2份月报中，1份待审核"),
        (
            [State.SUBMITTED, State.SUBMITTED, State.SENT_BACK, State.NOT_REPORTED, State.VERIFIED],
            "Of 5 submissions, 2 wait to be verified, 1 was sent back, 1 has not come",
            "5份月报中，2份待审核、1份已退回、1份未报",
        ),
    ],
)
def test_the_queue(states: list[State], en: str, zh: str, language: str) -> None:
    with speaking(language):
        says(found.queue_found(states), en, zh, language)


def stopped(unit: str, month: int) -> Stopped:
    since = date(2020, month, 1)
    return Stopped(Stream.SUBMISSIONS, unit, "", None, since, since, 1, 1, 1)


@both
@pytest.mark.parametrize(
    ("rows", "en", "zh"),
    [
        ([], "Nothing has stopped", "没有停报"),
        ([("a", 9)], "Only a has stopped, since Sep 2020", "仅a停报，自2020年9月起"),
        ([("a", 9), ("a", 10)], "Only a has stopped, since Sep 2020", "仅a停报，自2020年9月起"),
        ([("a", 10), ("b", 9)], "b stopped first: nothing since Sep 2020", "b停报最早，自2020年9月起"),
        (
            [("a", 9), ("b", 9), ("c", 9), ("c", 11)],
            "a and 2 more stopped first: nothing since Sep 2020",
            "a等停报最早（另2个同期），自2020年9月起",
        ),
    ],
)
def test_what_stopped(rows: list[tuple[str, int]], en: str, zh: str, language: str) -> None:
    with speaking(language):
        names = [unit for unit, _month in rows]
        says(found.stopped_found([stopped(*row) for row in rows], names), en, zh, language)


@both
@pytest.mark.parametrize(
    ("scores", "en", "zh"),
    [
        ([None], "The 1 unit has no score", "1个单位均无得分"),
        ([None, None], "None of 2 units has a score", "2个单位均无得分"),
        ([Fraction(88)], "1 of 1 unit scored: 88.00 points", "1个单位中1个有得分，为88.00分"),
        ([Fraction(88), None], "1 of 2 units scored: 88.00 points", "2个单位中1个有得分，为88.00分"),
        (
            [Fraction(88), None, Fraction(71, 2)],
            "2 of 3 units scored, from 35.50 to 88.00 points",
            "3个单位中2个有得分，35.50分至88.00分",
        ),
    ],
)
def test_scores(scores: list[Fraction | None], en: str, zh: str, language: str) -> None:
    with speaking(language):
        says(found.scores_found(scores), en, zh, language)


@both
@pytest.mark.parametrize(
    ("weights", "en", "zh"),
    [
        ((1, 1, 1, 1), "Every part weighs the same", "各部分权重相同"),
        ((6, 2, 1, 1), "attainment weighs most, 60 % of the score", "attainment权重最大，占60 %"),
        (
            (4, 4, 1, 1),
            "attainment, timeliness weigh most, 40 % of the score each",
            "attainment、timeliness权重最大，各占40 %",
        ),
    ],
)
def test_weights(weights: tuple[int, ...], en: str, zh: str, language: str) -> None:
    rule = ScoreRule(weights={part: Decimal(weight) for part, weight in zip(ScorePart, weights, strict=True)})
    with speaking(language):
        says(found.weights_found(rule, PARTS), en, zh, language)


@both
@pytest.mark.parametrize(
    ("shares", "en", "zh"),
    [
        ([], "No inquiry covered anybody in these months", "考核范围内没有测评"),
        ([(Fraction(4, 5), "a")], "One inquiry result: a, 80.00 % of full marks", "测评结果1份：a，得满分的80.00 %"),
        (
            [(Fraction(4, 5), "a"), (Fraction(1, 3), "b")],
            "2 inquiry results, the lowest of b: 33.33 % of full marks",
            "测评结果2份，最低的是b：得满分的33.33 %",
        ),
    ],
)
def test_inquiries(shares: list[tuple[Fraction, str]], en: str, zh: str, language: str) -> None:
    with speaking(language):
        says(found.inquiries_found(shares), en, zh, language)


def rates(*values: int | None) -> list[Rate]:
    return [
        Rate(
            "a", date(2020, month + 1, 1), "x", None, None, None if v is None else Fraction(v), State.VERIFIED, 1, 0, 1
        )
        for month, v in enumerate(values)
    ]


@both
@pytest.mark.parametrize(
    ("courses", "en", "zh"),
    [
        ([], "No core indicator has two months to compare", "核心指标均不足两个月，无法比较"),
        ([("Trips", "%", rates(70))], "No core indicator has two months to compare", "核心指标均不足两个月，无法比较"),
        (
            [("Trips", "%", rates(None, 70))],
            "No core indicator has two months to compare",
            "核心指标均不足两个月，无法比较",
        ),
        (
            [("Trips", "%", rates(70, None, 75))],
            "The 1 core indicator rose from Jan 2020 to Mar 2020",
            "2020年1月至2020年3月，1个核心指标全部上升",
        ),
        (
            [("Trips", "%", rates(70, 75)), ("Windows", "%", rates(60, 61))],
            "All 2 core indicators rose from Jan 2020 to Feb 2020; most: Trips, +5.00 pp",
            "2020年1月至2020年2月，2个核心指标全部上升；变动最大的是Trips，+5.00个百分点",
        ),
        (
            [("Trips", "%", rates(70, 75)), ("Windows", "%", rates(60, 40)), ("Days", "days", rates(9, 9))],
            "Of 3 core indicators, 1 rose, 1 fell, 1 is unchanged from Jan 2020 to Feb 2020; most: Windows, −20.00 pp",
            "2020年1月至2020年2月，3个核心指标中，1个上升、1个下降、1个持平；变动最大的是Windows，−20.00个百分点",
        ),
    ],
)
def test_trends(courses: list[tuple[str, str, list[Rate]]], en: str, zh: str, language: str) -> None:
    with speaking(language):
        says(found.trends_found(courses), en, zh, language)


@both
@pytest.mark.parametrize(
    ("ends", "en", "zh"),
    [
        (None, "Nobody has a value to rank", "没有可排名的数值"),
        (RankingEnds(1, 1, "a", "9 %", "a", "9 %"), "Only a has a value: 9 %", "仅a有数值：9 %"),
        (RankingEnds(4, 4, "a", "9 %", "d", "9 %"), "All 4 stand at 9 %", "4个单位均为9 %"),
        (RankingEnds(2, 1, "a", "9 %", "b", "1 %"), "a is first with 9 %, b last with 1 %", "a第一，9 %；b末位，1 %"),
        (
            RankingEnds(4, 3, "a", "9 %", "d", "1 %"),
            "3 units share the first place with 9 %; d is last with 1 %",
            "3个单位并列第一，9 %；d末位，1 %",
        ),
    ],
)
def test_a_ranking(ends: RankingEnds | None, en: str, zh: str, language: str) -> None:
    with speaking(language):
        says(found.ranking_found(ends), en, zh, language)


@both
@pytest.mark.parametrize(
    ("changes", "en", "zh"),
    [
        ([], "No unit has this month and the one before", "没有单位同时有本月和上月的数据"),
        ([None], "No unit has this month and the one before", "没有单位同时有本月和上月的数据"),
        ([1, None], "Of 1 unit, 1 rose since the month before", "较上月，1个单位中，1个上升"),
        (
            [1, 2, -1, 0, 0],
            "Of 5 units, 2 rose, 1 fell, 2 are unchanged since the month before",
            "较上月，5个单位中，2个上升、1个下降、2个持平",
        ),
    ],
)
def test_how_units_moved(changes: list[int | None], en: str, zh: str, language: str) -> None:
    exact = [None if change is None else Fraction(change) for change in changes]
    with speaking(language):
        says(found.moved_found(exact), en, zh, language)

"""The dataset of verdicts, written from whole columns, is what each verdict says of itself."""

from __future__ import annotations

from datetime import date

from metrics.commands.override_light import override_light
from metrics.database import WriteSession
from metrics.periods import JudgedMonth, format_period
from metrics.principal import Role
from metrics.publish.columns import exact, iso
from metrics.publish.dataset import Pull, Wording
from metrics.publish.progress import PROGRESS
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import View, view_at
from metrics.results import Light, Progress
from metrics.rounding import shown, shown_distance
from tests.metrics.publish.pulling import as_far_as_told
from tests.metrics.queries.test_views import post
from tests.people import person


def told(verdict: Progress, words: Wording) -> tuple[object, ...]:
    """The row of one verdict."""
    plan, lines, projection = words.view.plan, words.lines[verdict.indicator_code], verdict.projection
    reached = None if projection is None else projection.on
    return (
        verdict.unit_code,
        words.units[verdict.unit_code],
        verdict.target_code,
        words.say(plan.target_revision(verdict.target_code, verdict.target_revision).name),
        verdict.indicator_code,
        verdict.comparator,
        exact(verdict.threshold),
        iso(verdict.due_on),
        iso(verdict.evaluated_on),
        verdict.period and format_period(verdict.period),
        None if verdict.value is None else shown(verdict.value, lines=lines),
        verdict.status.value,
        verdict.timing and verdict.timing.value,
        verdict.light.value,
        None if verdict.gap is None else shown_distance(verdict.gap),
        None if verdict.required_pace is None else shown_distance(verdict.required_pace),
        None if projection is None else shown(projection.value, lines=lines),
        iso(reached),
        verdict.regressed,
        None if verdict.present_pace is None else shown_distance(verdict.present_pace),
        exact(verdict.shortfall),
        verdict.override and verdict.override.light.value,
    )


def same(session: WriteSession, view: View, pull: Pull, month: JudgedMonth | None) -> int:
    """How many rows there are, all of them what the verdicts one by one say."""
    words = Wording(session, view, language=pull.language)
    judged = progress_by_unit(
        session, view, month=month, units=pull.units or None, targets=pull.targets or None
    ).progress
    asked = [one for one in judged if not pull.indicators or one.indicator_code in pull.indicators]
    rows = list(PROGRESS.rows(session, view, pull))
    slow = [told(verdict, words) for verdict in asked]
    assert as_far_as_told(rows, slow) == slow
    return len(rows)


def test_a_row_says_what_the_verdict_says(session: WriteSession) -> None:
    for place, month in enumerate(("2019-03", "2019-04", "2019-05", "2019-06", "2019-07", "2019-08")):
        post(session, "441202", month, items_online=600 + 19 * place, items_one_window=990 - 70 * place)
        post(session, "441203", month, items_online=699, startup_days="41.5")
    view = view_at(session)
    override_light(
        session,
        principal=person(session, "han", role=Role.EVALUATOR),
        unit="441202",
        target="TG-05A",
        period=date(2019, 8, 1),
        light=Light.RED,
        reason="实地核查",
    )
    view = view_at(session)
    assert same(session, view, Pull(), None) > 200
    assert same(session, view, Pull(language="en", on=date(2019, 5, 20)), JudgedMonth.of_day(date(2019, 5, 20))) > 200
    assert same(session, view, Pull(on=date(2018, 5, 20)), JudgedMonth.of_day(date(2018, 5, 20)))
    assert same(session, view, Pull(units=("441202",), indicators=("online_rate",)), None) == 1

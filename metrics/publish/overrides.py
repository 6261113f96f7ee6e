"""The dataset of lights set by hand."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, instant
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull, Wording
from metrics.queries.overrides import OverrideRow, overrides
from metrics.queries.view import View


def _decisions(session: ReadSession, view: View, pull: Pull) -> Iterator[OverrideRow]:
    for row in overrides(session, view):
        wanted = (not pull.units or row.unit_code in pull.units) and (
            not pull.targets or row.target_code in pull.targets
        )
        if wanted and pull.wants(row.period):
            yield row


def _target_name(row: OverrideRow, words: Wording) -> str | None:
    revisions = words.view.plan.general_targets.get(row.target_code)
    return None if revisions is None else words.say(revisions[-1].name)


OVERRIDES = Dataset[OverrideRow](
    name="overrides",
    title=Text(zh="人工调整的灯色", en="Lights set by hand"),
    grain=Text(
        zh="一行为一次人工调整或撤销;对该单位下一次报送即失效",
        en="One row per decision, taking back included; it lapses with the unit's next submission",
    ),
    columns=(
        c.SEQ.of(lambda row, _: row.seq),
        c.UNIT_CODE.of(lambda row, _: row.unit_code),
        c.UNIT_NAME.of(lambda row, words: words.units.get(row.unit_code, "")),
        c.TARGET_CODE.of(lambda row, _: row.target_code),
        c.TARGET_NAME.of(_target_name),
        c.PERIOD.of(lambda row, _: format_period(row.period)),
        column(
            "light",
            Kind.CODE,
            "人工灯色,空为撤销",
            "Light set: green, amber, red, grey; empty: taken back",
            lambda row, _: row.light,
        ),
        column(
            "computed",
            Kind.CODE,
            "按规则的灯色",
            "Light that the rules gave when it was decided",
            lambda row, _: row.computed,
        ),
        c.REASON.of(lambda row, _: row.reason),
        column("actor", Kind.TEXT, "调整人", "Who decided", lambda row, _: row.actor),
        c.RECORDED_AT.of(lambda row, _: instant(row.recorded_at)),
    ),
    order=("seq",),
    parameters=EVERYWHERE | {"unit", "target", "period", "period_from", "period_to"},
    records=_decisions,
    own_units_only=True,
)

"""The dataset of lights set by hand."""

from __future__ import annotations

from collections.abc import Generator

from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull, Row
from metrics.publish.writing import instant, unit_names
from metrics.queries.overrides import overrides
from metrics.queries.view import View


def _override_rows(session: ReadSession, view: View, pull: Pull) -> Generator[Row, None, None]:
    names = unit_names(session, view, language=pull.language)
    targets = {code: revisions[-1].name for code, revisions in view.plan.target_revisions.items()}
    for row in overrides(session, view):
        wanted = (not pull.units or row.unit_code in pull.units) and (
            not pull.targets or row.target_code in pull.targets
        )
        if wanted and pull.wants(row.period):
            name = targets.get(row.target_code)
            yield (
                row.seq,
                row.unit_code,
                names.get(row.unit_code, ""),
                row.target_code,
                None if name is None else name.in_language(pull.language),
                format_period(row.period),
                row.light,
                row.computed,
                row.reason,
                row.actor,
                instant(row.recorded_at),
            )


OVERRIDES = Dataset(
    name="overrides",
    title=Text(zh="人工调整的灯色", en="Lights set by hand"),
    grain=Text(
        zh="一行为一次人工调整或撤销;对该单位下一次报送即失效",
        en="One row per decision, taking back included; it lapses with the unit's next return",
    ),
    columns=(
        c.SEQ,
        c.UNIT_CODE,
        c.UNIT_NAME,
        c.TARGET_CODE,
        c.TARGET_NAME,
        c.PERIOD,
        column("light", Kind.CODE, "人工灯色,空为撤销", "Light set: green, amber, red, grey; empty: taken back"),
        column("computed", Kind.CODE, "按规则的灯色", "Light that the rules gave when it was decided"),
        c.REASON,
        column("actor", Kind.TEXT, "调整人", "Who decided"),
        column("recorded_at", Kind.INSTANT, "入库时间", "Recorded at"),
    ),
    order=("seq",),
    parameters=EVERYWHERE | {"unit", "target", "period", "period_from", "period_to"},
    rows=_override_rows,
    own_units_only=True,
)

"""The dataset of single element values, as rows and, for CSV, as lines that the database writes."""

from __future__ import annotations

from collections.abc import Generator

from sqlalchemy import func, select

from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.as_csv import cell_text
from metrics.publish.cells import FORMULA_STARTS
from metrics.publish.columns import column
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull, Row
from metrics.publish.writing import instant, unit_names
from metrics.queries.observation_lines import Written, observation_lines
from metrics.queries.observations import Chosen, chosen_values, observations
from metrics.queries.view import View


def _chosen(pull: Pull) -> Chosen:
    return Chosen(
        units=pull.units,
        elements=pull.elements,
        periods=pull.periods,
        period_from=pull.period_from,
        period_to=pull.period_to,
        history=pull.history,
        after_seq=pull.after_seq,
    )


def _element_names(view: View, language: str) -> dict[str, tuple[str, str]]:
    return {e.code: (e.name.in_language(language), e.unit_of_measure.in_language(language)) for e in view.plan.elements}


def _observation_rows(session: ReadSession, view: View, pull: Pull) -> Generator[Row, None, None]:
    names = unit_names(session, view, language=pull.language)
    elements = _element_names(view, pull.language)
    for row in observations(session, view, _chosen(pull)):
        name, unit_of_measure = elements.get(row.element_code, ("", ""))
        yield (
            row.seq,
            row.unit_code,
            names.get(row.unit_code, ""),
            format_period(row.period),
            row.element_code,
            name,
            format(row.value, "f"),
            unit_of_measure,
            row.revision,
            row.state,
            instant(row.recorded_at),
            row.submission_id,
            None if view.public else row.reason or None,
        )


def _observation_lines(session: ReadSession, view: View, pull: Pull) -> Generator[tuple[bytes, int], None, None]:
    names, elements = unit_names(session, view, language=pull.language), _element_names(view, pull.language)
    written = Written(
        units={code: cell_text(name) for code, name in names.items()},
        elements={code: (cell_text(name), cell_text(measure)) for code, (name, measure) in elements.items()},
        formula_starts=FORMULA_STARTS,
    )
    return observation_lines(session, view, _chosen(pull), written=written, limit=pull.limit, offset=pull.offset)


def _count(session: ReadSession, view: View, pull: Pull) -> int:
    return session.scalar(select(func.count()).select_from(chosen_values(view, _chosen(pull)).subquery())) or 0


OBSERVATIONS = Dataset(
    name="observations",
    title=Text(zh="填报数据", en="Observations"),
    grain=Text(
        zh="一行为一个填报单位、报告期、填报项的现行数值;history=true 时为其每个版本",
        en="One row per unit × period × element as it stands; with history=true one per revision",
    ),
    columns=(
        c.SEQ,
        c.UNIT_CODE,
        c.UNIT_NAME,
        c.PERIOD,
        c.ELEMENT_CODE,
        c.ELEMENT_NAME,
        column("value", Kind.NUMBER, "数值", "Value, exact"),
        c.UNIT_OF_MEASURE,
        c.REVISION,
        column(
            "state",
            Kind.CODE,
            "状态:submitted 暂未审核、verified 已审核、returned 已退回、superseded 已被更正",
            "State: submitted, verified, returned, superseded (a later revision holds)",
        ),
        column("recorded_at", Kind.INSTANT, "入库时间", "Recorded at"),
        column("submission_id", Kind.INTEGER, "月报编号", "Submission"),
        c.REASON,
    ),
    order=("seq", "element_code"),
    parameters=EVERYWHERE | {"unit", "period", "period_from", "period_to", "element", "basis", "history", "after_seq"},
    rows=_observation_rows,
    csv_lines=_observation_lines,
    count=_count,
    own_units_only=True,
)

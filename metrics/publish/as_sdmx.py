"""Observations and rates in the SDMX-CSV 2.0 profile: one line an observation, keyed by its dimensions.

Each is a dataset of its own made of the rows of another: the same parameters, rights and order. There are no revisions
side by side, since a key stands once in a message; what was known earlier is another pull, with `as_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Generic

from metrics.database import ReadSession
from metrics.publish.columns import column, heading
from metrics.publish.dataset import AnyDataset, Cell, Cells, Column, Dataset, Kind, Pull, Record
from metrics.publish.observations import OBSERVATIONS
from metrics.publish.rates import RATES, RatesPart
from metrics.publish.shape import SHAPE
from metrics.queries.breaks import Breaks, breaks
from metrics.queries.observations import ObservedValue
from metrics.queries.view import View
from metrics.submission_states import State

MEDIA_TYPE = "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8"
AGENCY, VERSION = "BIAOCHI", "1.0"
_NOT_TAKEN = {"history", "bom", *SHAPE}  # a key stands once, its columns are fixed; a mark would be part of STRUCTURE
# CL_OBS_STATUS of the SDMX cross-domain code lists.
_NORMAL, _UNVALIDATED, _LOW_RELIABILITY, _NOT_COLLECTED, _CANNOT_EXIST = "A", "V", "U", "L", "M"
_BREAK, _IMPUTED = "B", "I"  # carried: a receiving agency filled a gap with what was reported before
_STATUS = {State.VERIFIED: _NORMAL, State.SUBMITTED: _UNVALIDATED, State.SENT_BACK: _LOW_RELIABILITY}

_OBS_VALUE = heading("OBS_VALUE", Kind.NUMBER, "数值", "Value; empty: missing, see OBS_STATUS")
_OBS_STATUS = heading(
    "OBS_STATUS",
    Kind.CODE,
    "A 已审核、V 暂未审核、U 已退回、I 含沿用前期的单位、B 系列中断、L 未报、M 不适用",
    "A verified, V not validated, U sent back, I holds units carried from an earlier period, B series breaks, L not "
    "reported, M not applicable (CL_OBS_STATUS)",
)
_PRE_BREAK_VALUE = heading(
    "PRE_BREAK_VALUE",
    Kind.NUMBER,
    "中断处按原口径的数值,无则为空",
    "Where the series breaks, the value as it was defined before; empty: there was none",
)


@dataclass(frozen=True, slots=True)
class Marked(Generic[Record]):
    """A record of the plain dataset, and where series break."""

    record: Record
    breaks: Breaks


Told = Callable[[Record, Breaks], Cells]


def _profile(
    dataset: Dataset[Record], *, dimension: str, status: Told[Record], before: Told[Record]
) -> Dataset[Marked[Record]]:
    """`dataset` as SDMX-CSV. `dimension`: the column that is its own dimension beside unit and period.

    `status`: OBS_STATUS of a record; `before`: PRE_BREAK_VALUE.
    """
    plain = {column.name: _of_marked(column) for column in dataset.columns}
    area, own, time = (plain.pop(name) for name in ("unit_code", dimension, "period"))
    value = plain.pop("value")
    flow = f"{AGENCY}:{dataset.name.upper()}({VERSION})"
    columns: tuple[Column[Marked[Record]], ...] = (
        column("STRUCTURE", Kind.CODE, "结构类型:dataflow", "Kind of structure: dataflow", lambda *_: "dataflow"),
        column("STRUCTURE_ID", Kind.CODE, "数据流", "Dataflow, with agency and version", lambda *_: flow),
        column("ACTION", Kind.CODE, "动作:I 信息", "Action: I, information", lambda *_: "I"),
        column("FREQ", Kind.CODE, "频率:M 月", "Frequency: M, monthly", lambda *_: "M"),
        replace(area, name="REF_AREA"),
        replace(own, name=dimension.upper().removesuffix("_CODE")),
        replace(time, name="TIME_PERIOD"),
        _OBS_VALUE.of(value.value),
        _OBS_STATUS.of(lambda marked, _: status(marked.record, marked.breaks)),
        _PRE_BREAK_VALUE.of(lambda marked, _: before(marked.record, marked.breaks)),
        *(_attribute(column) for column in plain.values()),
    )

    def records(session: ReadSession, view: View, pull: Pull) -> Iterator[Marked[Record]]:
        found = breaks(session, view)
        for record in dataset.records(session, view, pull):
            yield Marked(record, found)

    return Dataset(
        name=f"{dataset.name}.sdmx",
        title=dataset.title,
        grain=dataset.grain,
        columns=columns,
        order=dataset.order,
        parameters=dataset.parameters - _NOT_TAKEN,
        records=records,
        counts=dataset.counts,
        in_parts=dataset.in_parts,
        media_type=MEDIA_TYPE,
    )


def _of_marked(given: Column[Record]) -> Column[Marked[Record]]:
    plain = given.value
    return Column(given.name, given.kind, given.title, lambda marked, words: plain(marked.record, words))


def _attribute(given: Column[Record]) -> Column[Record]:
    name = {"unit_of_measure": "UNIT_MEASURE", "unit_name": "REF_AREA_NAME"}.get(given.name, given.name.upper())
    return replace(given, name=name)


def _observed(row: ObservedValue, found: Breaks) -> str:
    cell = (row.unit_code, row.element_code, row.period)
    if cell in found.counts or (row.unit_code, row.period) in found.units:
        return _BREAK
    return _STATUS[State(row.state)]


def _counted_before(row: ObservedValue, found: Breaks) -> str | None:
    value = found.counts.get((row.unit_code, row.element_code, row.period))
    return None if value is None else format(value, "f")


def _computed(part: RatesPart, found: Breaks) -> list[Cell]:
    """A rate without a value has a denominator of 0, and cannot exist, or none at all, and was not reported."""
    units, indicators = part.plan.units, part.plan.indicators
    made_of = [{*one.numerator.elements, *one.denominator.elements} for one in indicators]
    broken = {unit for unit, month in found.units if month == part.period}
    recounted = {(unit, element) for unit, element, month in found.counts if month == part.period}
    cells: list[Cell] = []
    for unit, indicator, state, reported, applicable, carried in zip(
        part.unit.tolist(),
        part.indicator.tolist(),
        part.states(),
        part.reported.tolist(),
        part.applicable.tolist(),
        part.counts("carried"),
        strict=True,
    ):
        code = units[unit].code
        if not applicable:
            cells.append(_CANNOT_EXIST if reported else _NOT_COLLECTED)
        elif code in broken or any((code, element) in recounted for element in made_of[indicator]):
            cells.append(_BREAK)
        else:
            status = _STATUS[State(str(state))]
            cells.append(_IMPUTED if carried and status != _LOW_RELIABILITY else status)
    return cells


SDMX_DATASETS: dict[str, AnyDataset] = {
    profile.name: profile
    for profile in (
        _profile(OBSERVATIONS, dimension="element_code", status=_observed, before=_counted_before),
        _profile(RATES, dimension="indicator_code", status=_computed, before=lambda *_: None),
    )
}

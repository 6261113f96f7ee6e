"""Observations and rates in the SDMX-CSV 2.0 profile: one line an observation, keyed by its dimensions.

Each is a dataset of its own made of the rows of another: the same parameters, rights and order. There are no revisions
side by side, since a key stands once in a message; what was known earlier is another pull, with `as_of`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from metrics.publish.columns import column, heading
from metrics.publish.dataset import AnyDataset, Cell, Cells, Column, Dataset, Kind, Record
from metrics.publish.observations import OBSERVATIONS
from metrics.publish.rates import RATES, RatesPart
from metrics.publish.shape import SHAPE
from metrics.queries.observations import ObservedValue
from metrics.submission_states import State

MEDIA_TYPE = "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8"
_AGENCY, _VERSION = "BIAOCHI", "1.0"
_NOT_TAKEN = {"history", "bom", *SHAPE}  # a key stands once, its columns are fixed; a mark would be part of STRUCTURE
# CL_OBS_STATUS of the SDMX cross-domain code lists.
_NORMAL, _UNVALIDATED, _LOW_RELIABILITY, _NOT_COLLECTED, _CANNOT_EXIST = "A", "V", "U", "L", "M"
_STATUS = {State.VERIFIED: _NORMAL, State.SUBMITTED: _UNVALIDATED, State.SENT_BACK: _LOW_RELIABILITY}

_OBS_VALUE = heading("OBS_VALUE", Kind.NUMBER, "数值", "Value; empty: missing, see OBS_STATUS")
_OBS_STATUS = heading(
    "OBS_STATUS",
    Kind.CODE,
    "A 已审核、V 暂未审核、U 已退回、L 未报、M 不适用",
    "A verified, V not validated, U sent back, L not reported, M not applicable (CL_OBS_STATUS)",
)


def _profile(dataset: Dataset[Record], *, dimension: str, status: Callable[[Record], Cells]) -> Dataset[Record]:
    """`dataset` as SDMX-CSV. `dimension`: the column that is its own dimension beside unit and period."""
    plain = {column.name: column for column in dataset.columns}
    area, own, time = (plain.pop(name) for name in ("unit_code", dimension, "period"))
    value = plain.pop("value")
    flow = f"{_AGENCY}:{dataset.name.upper()}({_VERSION})"
    columns = (
        column("STRUCTURE", Kind.CODE, "结构类型:dataflow", "Kind of structure: dataflow", lambda *_: "dataflow"),
        column("STRUCTURE_ID", Kind.CODE, "数据流", "Dataflow, with agency and version", lambda *_: flow),
        column("ACTION", Kind.CODE, "动作:I 信息", "Action: I, information", lambda *_: "I"),
        column("FREQ", Kind.CODE, "频率:M 月", "Frequency: M, monthly", lambda *_: "M"),
        replace(area, name="REF_AREA"),
        replace(own, name=dimension.upper().removesuffix("_CODE")),
        replace(time, name="TIME_PERIOD"),
        _OBS_VALUE.of(value.value),
        _OBS_STATUS.of(lambda record, _: status(record)),
        *(_attribute(column) for column in plain.values()),
    )
    return replace(
        dataset,
        name=f"{dataset.name}.sdmx",
        columns=columns,
        parameters=dataset.parameters - _NOT_TAKEN,
        csv_lines=None,
        count=None,
        media_type=MEDIA_TYPE,
        history=None,
    )


def _attribute(given: Column[Record]) -> Column[Record]:
    name = {"unit_of_measure": "UNIT_MEASURE", "unit_name": "REF_AREA_NAME"}.get(given.name, given.name.upper())
    return replace(given, name=name)


def _observed(row: ObservedValue) -> str:
    return _STATUS[State(row.state)]


def _computed(part: RatesPart) -> list[Cell]:
    """A rate without a value has a denominator of 0, and cannot exist, or none at all, and was not reported."""
    rows = zip(part.states(), part.reported.tolist(), part.applicable.tolist(), strict=True)
    return [
        _STATUS[State(str(state))] if applicable else _CANNOT_EXIST if reported else _NOT_COLLECTED
        for state, reported, applicable in rows
    ]


SDMX_DATASETS: dict[str, AnyDataset] = {
    profile.name: profile
    for profile in (
        _profile(OBSERVATIONS, dimension="element_code", status=_observed),
        _profile(RATES, dimension="indicator_code", status=_computed),
    )
}

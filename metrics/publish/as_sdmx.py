"""Observations and rates in the SDMX-CSV 2.0 profile: one line an observation, keyed by its dimensions.

Each is a dataset of its own made of the rows of another: the same parameters, rights and order. There are no revisions
side by side, since a key stands once in a message; what was known earlier is another pull, with `as_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace

from metrics.database import ReadSession
from metrics.publish.columns import column
from metrics.publish.dataset import Cell, Column, Dataset, Kind, Pull, Row
from metrics.publish.figures import RATES
from metrics.publish.observed import OBSERVATIONS
from metrics.queries.view import View

MEDIA_TYPE = "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8"
_AGENCY, _VERSION = "BIAOCHI", "1.0"
_NOT_TAKEN = {"history", "bom"}  # a key stands once; a mark before STRUCTURE would be part of its name
# CL_OBS_STATUS of the SDMX cross-domain code lists.
_NORMAL, _UNVALIDATED, _LOW_RELIABILITY, _NOT_COLLECTED, _CANNOT_EXIST = "A", "V", "U", "L", "M"
_STATUS = {"verified": _NORMAL, "submitted": _UNVALIDATED, "returned": _LOW_RELIABILITY}

_FRAME = (
    column("STRUCTURE", Kind.CODE, "结构类型:dataflow", "Kind of structure: dataflow"),
    column("STRUCTURE_ID", Kind.CODE, "数据流", "Dataflow, with agency and version"),
    column("ACTION", Kind.CODE, "动作:I 信息", "Action: I, information"),
    column("FREQ", Kind.CODE, "频率:M 月", "Frequency: M, monthly"),
)
_REF_AREA = column("REF_AREA", Kind.CODE, "填报单位代码", "Reporting unit's code")
_TIME_PERIOD = column("TIME_PERIOD", Kind.PERIOD, "报告期", "Period, as of its last day")
_OBS_VALUE = column("OBS_VALUE", Kind.NUMBER, "数值", "Value; empty: missing, see OBS_STATUS")
_OBS_STATUS = column(
    "OBS_STATUS",
    Kind.CODE,
    "A 已审核、V 暂未审核、U 已退回、L 未报、M 不适用",
    "A verified, V not validated, U returned, L not reported, M not applicable (CL_OBS_STATUS)",
)
_DIMENSIONS = {"unit_code": _REF_AREA, "period": _TIME_PERIOD}


def _profile(dataset: Dataset, *, dimension: str, status: Callable[[dict[str, Cell]], str]) -> Dataset:
    """`dataset` as SDMX-CSV. `dimension`: the column that is its own dimension beside unit and period."""
    code = dimension.upper().removesuffix("_CODE")
    by_name = {given.name: given for given in dataset.columns}
    attributes = [name for name in by_name if name not in (*_DIMENSIONS, dimension, "value")]
    columns = (
        *_FRAME,
        _REF_AREA,
        replace(by_name[dimension], name=code),
        _TIME_PERIOD,
        _OBS_VALUE,
        _OBS_STATUS,
        *(_attribute(by_name[name]) for name in attributes),
    )
    frame = ("dataflow", f"{_AGENCY}:{dataset.name.upper()}({_VERSION})", "I", "M")
    names = tuple(by_name)

    def rows(session: ReadSession, view: View, pull: Pull) -> Generator[Row, None, None]:
        with closing(dataset.rows(session, view, pull)) as plain:
            for row in plain:
                cells = dict(zip(names, row, strict=True))
                keyed = (cells["unit_code"], cells[dimension], cells["period"])
                yield (*frame, *keyed, cells["value"], status(cells), *(cells[name] for name in attributes))

    return replace(
        dataset,
        name=f"{dataset.name}.sdmx",
        columns=columns,
        parameters=dataset.parameters - _NOT_TAKEN,
        rows=rows,
        csv_lines=None,
        count=None,
        media_type=MEDIA_TYPE,
    )


def _attribute(given: Column) -> Column:
    name = {"unit_of_measure": "UNIT_MEASURE", "unit_name": "REF_AREA_NAME"}.get(given.name, given.name.upper())
    return replace(given, name=name)


def _observed(cells: dict[str, Cell]) -> str:
    return _STATUS[str(cells["state"])]


def _computed(cells: dict[str, Cell]) -> str:
    """A rate without a value has a denominator of 0, and cannot exist, or none at all, and was not reported."""
    if cells["value"] is not None:
        return _observed(cells)
    return _NOT_COLLECTED if cells["denominator"] is None else _CANNOT_EXIST


SDMX_DATASETS: dict[str, Dataset] = {
    profile.name: profile
    for profile in (
        _profile(OBSERVATIONS, dimension="element_code", status=_observed),
        _profile(RATES, dimension="indicator_code", status=_computed),
    )
}

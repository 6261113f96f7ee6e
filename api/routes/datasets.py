"""Every dataset at `/{dataset}.csv`, `.json`, `.xlsx` and `.parquet`; what it is, at `/{dataset}.schema.json`.

Observations and rates are at `/{dataset}.sdmx.csv` too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from email.utils import format_datetime
from typing import IO, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from api.attachment import attachment
from api.dependencies import FinishedRead
from api.ledger_place import place_headers
from api.parameters import refuse_unknown_parameters
from api.security.dependencies import Reader, reader
from api.security.routes import PLAIN
from metrics.methods import PRESENT
from metrics.plan.model import Text
from metrics.plan.store import plan_at
from metrics.publish.as_sdmx import SDMX_DATASETS
from metrics.publish.catalogue import DATASETS
from metrics.publish.closed_counts import refuse_closed_counts, within_own_units
from metrics.publish.dataset import AnyDataset
from metrics.publish.going_on import refuse_other_history
from metrics.publish.pull import (
    CSV_ONLY,
    LISTS,
    check_codes,
    cursor_for,
    parse_pull,
)
from metrics.publish.release_files import require_released
from metrics.publish.rendering import MEDIA_TYPES, Rendered, render, table_schema
from metrics.queries.blindness import blind_view
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.method_change import MethodChange, method_change
from metrics.queries.reader_view import own_units_view, view_for
from metrics.queries.view import View

router = APIRouter(tags=["read"])

_CHUNK = 1024 * 1024
_PARAMETERS: dict[str, Text] = {
    "unit": Text(zh="单位代码,可重复", en="unit code, repeatable"),
    "period": Text(zh="报告期 YYYY-MM,可重复", en="period YYYY-MM, repeatable"),
    "period_from": Text(zh="起始报告期", en="first period"),
    "period_to": Text(zh="终止报告期", en="last period"),
    "peer": Text(zh="同组单位代码,可重复", en="code of a unit to compare with, repeatable"),
    "under": Text(zh="汇总单位代码", en="code of a unit that adds up others"),
    "element": Text(zh="填报项代码,可重复", en="element code, repeatable"),
    "indicator": Text(zh="指标代码,可重复", en="indicator code, repeatable"),
    "target": Text(zh="目标代码,可重复", en="target code, repeatable"),
    "group": Text(zh="任务分组代码,可重复", en="code of a group of tasks, repeatable"),
    "kind": Text(zh="任务类别,可重复", en="kind of task, repeatable"),
    "lead": Text(zh="牵头单位代码,可重复", en="code of a lead unit, repeatable"),
    "phase": Text(zh="阶段代码,有节点在其中的;可重复", en="code of a phase with a milestone in it, repeatable"),
    "task": Text(zh="任务序号,可重复", en="number of a task, repeatable"),
    "state": Text(zh="状态,可重复", en="state, repeatable"),
    "on": Text(zh="评估日 YYYY-MM-DD", en="day judged, YYYY-MM-DD"),
    "basis": Text(zh="submitted 或 verified", en="submitted or verified"),
    "history": Text(zh="true 为全部版本", en="true: every revision"),
    "after_seq": Text(zh="只要此序号之后入库的", en="only what was recorded after this sequence number"),
    "after_hash": Text(
        zh="取得 after_seq 那次的 X-As-Of-Hash;账本已不同时拒绝(409)",
        en="the X-As-Of-Hash that came with after_seq; refused (409) where the ledger is another one by now",
    ),
    "as_of": Text(zh="截至:日期、时刻或序号", en="what was known then: a day (its end), a moment or a sequence number"),
    "since": Text(
        zh="自何时起的变化:日期、时刻或序号;不给则为两个报告期之间",
        en="changes since then: a day (its end), a moment or a sequence number; without it, between two months",
    ),
    "release": Text(zh="数据发布序号:截至与口径同该次发布", en="number of a release: its vintage and basis"),
    "columns": Text(zh="所取的列,依次以逗号分隔", en="columns in this order, separated by commas"),
    "sort": Text(zh="排序的列,以逗号分隔,- 为降序", en="columns to sort by, separated by commas, - for descending"),
    "where": Text(
        zh="行的条件:列:值,值;列:<数(*:有值,空:无值)",
        en="conditions on rows: column:cell,cell;column:<number (*: any cell, nothing: none)",
    ),
    "across": Text(zh="target:一行一个单位,列为 目标代码.列名", en="target: a row a unit, columns CODE.column"),
    "limit": Text(zh="每页行数;不给则全部", en="rows a page; without it everything is streamed"),
    "cursor": Text(zh="取自上一页的 Link 头", en="from the Link header of the page before"),
    "lang": Text(zh="zh 或 en", en="zh or en"),
    "bom": Text(zh="1:带 BOM,供 Excel 与 WPS", en="1: with a byte-order mark, for Excel and WPS"),
}


def _pull_route(dataset: AnyDataset, form: str) -> Callable[..., Response]:
    def pull_dataset(request: Request, principal: Reader, session: FinishedRead) -> Response:
        asked = parse_pull(dataset, _given(request), form=form, timezone=lambda: plan_at(session).document.timezone)
        pull = within_own_units(asked, dataset, principal=principal)
        if principal is None:
            require_released(dataset)
        view = view_for(session, public=principal is None, as_of=pull.as_of, basis=pull.basis, numbered=pull.release)
        view = own_units_view(blind_view(session, view, principal=principal), principal=principal)
        check_codes(pull, view.plan)
        refuse_closed_counts(pull, dataset, view)
        refuse_other_history(session, pull, view)
        synthetic = is_demonstration_loaded(session)
        rendered = render(dataset, session=session, view=view, pull=pull, form=form)
        headers = _headers(dataset, form=form, rendered=rendered, view=view, synthetic=synthetic)
        headers |= place_headers(session, seq=view.seq, after=pull.after_seq)
        if dataset.by_method:
            headers["X-Method"] = _method(method_change(session, view), timezone=view.plan.document.timezone)
        if rendered.next_offset is not None:
            headers["Link"] += f', <{_next_address(request, rendered.next_offset, view)}>; rel="next"'
        if {rendered.etag, "*"} & _tags(request.headers.get("if-none-match", "")):
            rendered.file.close()
            return Response(status_code=304, headers=_without_body(headers))
        headers["Content-Length"] = str(rendered.size)
        return StreamingResponse(_chunks(rendered.file), headers=headers)

    pull_dataset.__doc__ = f"{dataset.title.zh} / {dataset.title.en}. {dataset.grain.zh}。{dataset.grain.en}."
    return pull_dataset


def _schema_route(dataset: AnyDataset) -> Callable[..., Response]:
    def describe_dataset() -> Response:
        return JSONResponse(table_schema(dataset))

    describe_dataset.__doc__ = f"Table Schema of {dataset.name}."
    return describe_dataset


def _given(request: Request) -> dict[str, list[str]]:
    return {name: request.query_params.getlist(name) for name in request.query_params}


def _headers(dataset: AnyDataset, *, form: str, rendered: Rendered, view: View, synthetic: bool) -> dict[str, str]:
    headers = {
        **attachment(f"biaochi-{dataset.name}-seq{view.seq}", form, synthetic=synthetic),
        "Content-Type": dataset.media_type or MEDIA_TYPES[form],
        "ETag": rendered.etag,
        "Repr-Digest": rendered.digest,
        "Link": f'</api/v1/{dataset.name}.schema.json>; rel="describedby"',
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Cookie",
    }
    if view.recorded_at is not None:
        headers["Last-Modified"] = format_datetime(view.recorded_at, usegmt=True)
    return headers


def _method(change: MethodChange | None, *, timezone: str) -> str:
    """The number of the method verdicts are given by; where it changed after the moment asked for, that and the words.

    `2; before=1; seq=812; changed="2026-11-30T…"; note*=UTF-8''…`, the note in both languages (RFC 8187).
    """
    if change is None:
        return str(PRESENT.number)
    said = change.sentence(timezone=timezone)
    changed = change.recorded_at.isoformat()
    note = quote(f"{said.zh} {said.en}")
    return f"{change.after}; before={change.before}; seq={change.seq}; changed=\"{changed}\"; note*=UTF-8''{note}"


def _without_body(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in ("Content-Type", "Content-Disposition")}


def _tags(header: str) -> set[str]:
    """The entity tags of an If-None-Match header, weak ones without their mark (RFC 9110, 13.1.2)."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def _next_address(request: Request, offset: int, view: View) -> str:
    """The same pull, one page further, pinned to the place in the ledger at which it began."""
    kept = [(n, v) for n, v in request.query_params.multi_items() if n not in ("cursor", "as_of")]
    return f"{request.url.path}?{urlencode([*kept, ('cursor', cursor_for(offset=offset, seq=view.seq))])}"


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _described(dataset: AnyDataset, name: str) -> str:
    if name in dataset.choices:
        words = dataset.choices[name]
        return f"{' 或 '.join(words)}:在其中另行排名 / {' or '.join(words)}: ranked among themselves"
    return f"{_PARAMETERS[name].zh} / {_PARAMETERS[name].en}"


def _schema(dataset: AnyDataset, name: str) -> dict[str, Any]:
    if name not in LISTS or name in dataset.single:
        return {"type": "string"}
    schema: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
    if name in dataset.numbers:
        fewest, most = dataset.numbers[name]
        schema |= {"minItems": fewest, "maxItems": most, "uniqueItems": True}
    return schema


def _documented(dataset: AnyDataset, form: str) -> dict[str, Any]:
    return {
        "parameters": [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": _described(dataset, name),
                "schema": _schema(dataset, name),
            }
            for name in sorted(dataset.parameters if form == "csv" else dataset.parameters - CSV_ONLY)
        ]
    }


def _add(dataset: AnyDataset, *, forms: Iterable[str]) -> None:
    identifier = dataset.name.replace(".", "_")
    for form in forms:
        media_type = dataset.media_type or MEDIA_TYPES[form]
        router.add_api_route(
            f"/{dataset.name}.{form}",
            _pull_route(dataset, form),
            methods=["GET"],
            name=f"{identifier}_{form}",
            operation_id=f"pull_{identifier}_{form}",
            response_class=Response,
            responses={200: {"content": {media_type.partition(";")[0]: {}}}, 304: {"description": "unchanged"}},
            openapi_extra=_documented(dataset, form),
        )
    if dataset.name in PLAIN:
        router.add_api_route(
            f"/{dataset.name}",
            _pull_route(dataset, "json"),
            methods=["GET"],
            name=dataset.name,
            operation_id=f"list_{dataset.name}",
            response_class=Response,
            responses={200: {"content": {"application/json": {}}}, 304: {"description": "unchanged"}},
            openapi_extra=_documented(dataset, "json"),
        )
    router.add_api_route(
        f"/{dataset.name}.schema.json",
        _schema_route(dataset),
        methods=["GET"],
        name=f"{identifier}_schema",
        operation_id=f"describe_{identifier}",
        dependencies=[Depends(reader), Depends(refuse_unknown_parameters)],
    )


for _dataset in DATASETS.values():
    _add(_dataset, forms=MEDIA_TYPES)
for _dataset in SDMX_DATASETS.values():
    _add(_dataset, forms=("csv",))


def _check_parameters_are_described() -> None:
    missing = {name for dataset in DATASETS.values() for name in dataset.parameters} - set(_PARAMETERS)
    if missing:
        raise RuntimeError(f"parameters without a description: {sorted(missing)}")


_check_parameters_are_described()

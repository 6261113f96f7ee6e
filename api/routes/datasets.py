"""Every dataset at `/{dataset}.csv`, `.json`, `.xlsx` and `.parquet`; what it is, at `/{dataset}.schema.json`.

Observations and rates are at `/{dataset}.sdmx.csv` too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from email.utils import format_datetime
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from api.attachment import attachment
from api.dataset_schemas import documented_pull, pull_answers
from api.dependencies import FinishedPull
from api.ledger_place import place_headers
from api.parameters import refuse_unknown_parameters
from api.security.dependencies import Reader, reader
from api.security.routes import PLAIN
from api.spooled import sent, takes_gzip
from metrics.database import ReadSession
from metrics.ledger.entry import entry_before_was_earlier
from metrics.methods import PRESENT
from metrics.plan.store import plan_at
from metrics.publish.as_sdmx import SDMX_DATASETS
from metrics.publish.catalogue import DATASETS
from metrics.publish.closed_counts import refuse_closed_counts, within_own_units
from metrics.publish.dataset import AnyDataset
from metrics.publish.going_on import refuse_other_history
from metrics.publish.packing import PACKED
from metrics.publish.pull import check_pull, cursor_for, parse_pull
from metrics.publish.release_files import require_released
from metrics.publish.rendering import MEDIA_TYPES, Rendered, render, table_schema
from metrics.queries.blindness import blind_view
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.method_change import MethodChange, method_change
from metrics.queries.reader_view import own_units_view, view_for
from metrics.queries.view import View
from metrics.replica import read_from

router = APIRouter(tags=["read"])


def _pull_route(plain: AnyDataset, form: str) -> Callable[..., Response]:
    def pull_dataset(request: Request, principal: Reader, session: FinishedPull) -> Response:
        given = _given(request)
        dataset = plain.asked(given)
        asked = parse_pull(dataset, given, form=form, timezone=lambda: plan_at(session).document.timezone)
        pull = within_own_units(asked, dataset, principal=principal)
        if principal is None:
            require_released(dataset)
        view = view_for(session, public=principal is None, as_of=pull.as_of, basis=pull.basis, numbered=pull.release)
        view = own_units_view(blind_view(session, view, principal=principal), principal=principal)
        check_pull(pull, view)
        refuse_closed_counts(pull, dataset, view)
        refuse_other_history(session, pull, view)
        synthetic = is_demonstration_loaded(session)
        packed = form in PACKED and takes_gzip(request)
        rendered = render(dataset, session=session, view=view, pull=pull, form=form, packed=packed)
        headers = _headers(dataset, form=form, rendered=rendered, view=view, synthetic=synthetic)
        place = place_headers(session, seq=view.seq, after=pull.after_seq)
        headers |= place
        if (source := read_from(session)) is not None:
            headers["X-Read-From"] = source
        if dataset.by_method:
            headers["X-Method"] = _method(method_change(session, view), timezone=view.plan.document.timezone)
        if rendered.next_offset is not None:
            headers["Link"] += f', <{_next_address(request, rendered.next_offset, place)}>; rel="next"'
        if packed:
            headers |= {"Content-Encoding": "gzip", "Unencoded-Digest": rendered.plain_digest}
        since_then = dataset.by_ledger_alone and _nothing_since(request, session, view, headers.get("Last-Modified"))
        return sent(request, rendered, headers, since_then=since_then)

    pull_dataset.__doc__ = f"{plain.title.zh} / {plain.title.en}. {plain.grain.zh}。{plain.grain.en}."
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
        "Vary": "Authorization, Cookie, Accept-Encoding",
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


def _nothing_since(request: Request, session: ReadSession, view: View, modified: str | None) -> bool:
    """True if `request` names the moment `modified` of the view's newest entry, and no other moment it may stand for.

    A moment in a header is a second long: where two entries share one, the reader may have been told of the first only.
    Only those who see everything are answered by it: to others, other rights or another release show other rows.
    """
    if modified is None or not view.shows_every_count or request.headers.get("if-modified-since") != modified:
        return False
    return entry_before_was_earlier(session, view.seq)


def _next_address(request: Request, offset: int, place: dict[str, str]) -> str:
    """The same pull, one page further, pinned to the place in the ledger at which it began, and to its hash."""
    kept = [(n, v) for n, v in request.query_params.multi_items() if n not in ("cursor", "as_of")]
    cursor = cursor_for(offset=offset, seq=int(place["X-As-Of-Seq"]), ledger_hash=place["X-As-Of-Hash"])
    return f"{request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"


def _add(dataset: AnyDataset, *, forms: Iterable[str]) -> None:
    identifier = dataset.name.replace(".", "_")
    title = f"{dataset.title.zh} / {dataset.title.en}"
    for form in forms:
        router.add_api_route(
            f"/{dataset.name}.{form}",
            _pull_route(dataset, form),
            methods=["GET"],
            name=f"{identifier}_{form}",
            operation_id=f"pull_{identifier}_{form}",
            summary=f"{title} (.{form})",
            response_class=Response,
            responses=pull_answers(dataset, form),
            openapi_extra=documented_pull(dataset, form),
        )
    if dataset.name in PLAIN:
        router.add_api_route(
            f"/{dataset.name}",
            _pull_route(dataset, "json"),
            methods=["GET"],
            name=dataset.name,
            operation_id=f"list_{dataset.name}",
            summary=title,
            response_class=Response,
            responses=pull_answers(dataset, "json"),
            openapi_extra=documented_pull(dataset, "json"),
        )
    _describe(dataset)
    if dataset.history is not None:
        _describe(dataset.history)


def _describe(dataset: AnyDataset) -> None:
    identifier = dataset.name.replace(".", "_")
    router.add_api_route(
        f"/{dataset.name}.schema.json",
        _schema_route(dataset),
        methods=["GET"],
        name=f"{identifier}_schema",
        summary=f"{dataset.title.zh} / {dataset.title.en}: Table Schema",
        operation_id=f"describe_{identifier}",
        dependencies=[Depends(reader), Depends(refuse_unknown_parameters)],
    )


for _dataset in DATASETS.values():
    _add(_dataset, forms=MEDIA_TYPES)
for _dataset in SDMX_DATASETS.values():
    _add(_dataset, forms=("csv",))

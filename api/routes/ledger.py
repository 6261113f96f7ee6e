"""The ledger for those who want to see for themselves: checkpoints, entries, proofs, keys, and the verifier."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import BaseModel

from api.dependencies import ReadDatabase, WriteDatabase
from api.ledger_place import place_headers
from api.security.dependencies import Reader
from metrics.authority import authority_of
from metrics.commands.issue_checkpoint import issue_checkpoint
from metrics.database import read_session
from metrics.errors import Message, NotFound
from metrics.ledger.entry import newest_seq
from metrics.ledger.verifier import verifier_source
from metrics.ledger.witnessing.known import service_policy
from metrics.principal import Principal
from metrics.publish.going_on import require_same_history
from metrics.queries.cosignatures import (
    WitnessStanding,
    newest_checkpoint,
    standings,
    with_cosignatures,
    witnessed_checkpoint,
)
from metrics.queries.ledger import Consistency, Inclusion, KnownKey, consistency, inclusion, known_keys, ledger_entries

router = APIRouter(tags=["trust"])

_AT_ONCE = 500
_LINES = "application/x-ndjson"
Seq = Annotated[int, Query(ge=1, le=2**53)]
OptionalSeq = Annotated[int | None, Query(ge=1, le=2**53)]
_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable, or a size that the ledger does not have"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
}
_NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"description": "No such entry"}}


class Keys(BaseModel):
    items: list[KnownKey]


class Witnesses(BaseModel):
    items: list[WitnessStanding]


@router.get(
    "/ledger/checkpoint",
    response_class=PlainTextResponse,
    responses={**_REFUSED, **_NOT_FOUND},
)
def signed_checkpoint(
    reader: Reader,
    session: WriteDatabase,
    witnessed: Annotated[
        bool, Query(description="The newest that enough witnesses have signed; 404 without one")
    ] = False,
) -> PlainTextResponse:
    """The signed head of the tree over everything recorded so far (C2SP tlog-checkpoint). Keep it.

    Below the ledger's signature stand those of witnesses that saw it (C2SP tlog-cosignature): they come within seconds
    of it, so one that is asked for just now may have none yet.
    """
    if witnessed:
        issued = witnessed_checkpoint(session, service_policy())
    else:
        made = issue_checkpoint(session)
        issued = with_cosignatures(session, size=made.size, root=made.root, note=made.note)
    name = f"biaochi-checkpoint-{issued.size}.txt"
    headers = place_headers(session, seq=issued.size) | {"Content-Disposition": f'inline; filename="{name}"'}
    return PlainTextResponse(issued.note, headers=headers)


@router.get("/checkpoint", response_class=PlainTextResponse, responses=_NOT_FOUND)
def published_checkpoint(session: ReadDatabase) -> PlainTextResponse:
    """The newest checkpoint that was signed, with witnesses' signatures, for anybody, without an account.

    It is at most ten minutes older than the newest entry, and says of the ledger how many entries it has, no more.
    """
    found = newest_checkpoint(session)
    if found is None:
        message = Message("尚无检查点。", "There is no checkpoint yet.")
        raise NotFound(code="checkpoint_missing", message=message)
    return PlainTextResponse(found.note)


@router.get(
    "/ledger/entries",
    response_class=StreamingResponse,
    responses={200: {"content": {_LINES: {"schema": {"type": "string"}}}}, **_REFUSED},
)
def pull_ledger_entries(
    request: Request,
    reader: Reader,
    start: Annotated[int, Query(ge=1, le=2**53, description="First sequence number")] = 1,
    limit: Annotated[int | None, Query(ge=1, le=2**53, description="Without it, all that follow")] = None,
    after_hash: Annotated[
        str | None,
        Query(pattern="^[0-9a-f]{64}$", description="The X-As-Of-Hash held for the entry before `start`"),
    ] = None,
) -> StreamingResponse:
    """The entries, one JSON object a line: `seq`, `leaf_hash`, and `leaf` where the reader may see it.

    A clerk sees the leaves of their own units and of the plan, an anonymous reader those of releases; of the rest only
    the hash. Refused (409) where the entries before `start` are not there, or are not those that the reader holds.
    """
    with read_session() as session:  # ended before the answer streams: entries never change
        newest = newest_seq(session)
        require_same_history(session, seq=start - 1, known=newest, held=after_hash, parameter="start")
        headers = place_headers(session, seq=newest, after=start - 1 if start > 1 else None)
    end = newest if limit is None else min(newest, start + limit - 1)
    if end < newest:
        headers["Link"] = f'<{request.url.path}?start={end + 1}&limit={limit}>; rel="next"'
    return StreamingResponse(_lines(reader, start=start, end=end), media_type=_LINES, headers=headers)


@router.get("/ledger/proof", responses={**_REFUSED, **_NOT_FOUND})
def inclusion_proof(reader: Reader, session: ReadDatabase, seq: Seq, size: OptionalSeq = None) -> Inclusion:
    """That entry `seq` is among the first `size` entries (default: all)."""
    return inclusion(session, seq=seq, size=size)


@router.get("/ledger/consistency", responses={400: _REFUSED[400]})
def consistency_proof(
    session: ReadDatabase,
    first: Annotated[int, Query(alias="from", ge=1, le=2**53, description="Size of the earlier checkpoint")],
    second: Annotated[int | None, Query(alias="to", ge=1, le=2**53, description="Size of the later one")] = None,
) -> Consistency:
    """That the first `to` entries (default: all) begin with the first `from` ones: nothing was rewritten since.

    For anybody, as the published checkpoint is: hashes alone, and what has a salt cannot be guessed from its hash.
    """
    return consistency(session, first=first, second=second)


@router.get("/ledger/keys", responses=_REFUSED)
def ledger_keys(reader: Reader, session: ReadDatabase) -> Keys:
    """Every public key that ever signed checkpoints. Compare with one you got by another way."""
    return Keys(items=known_keys(session))


@router.get("/ledger/witnesses", responses=_REFUSED)
def ledger_witnesses(reader: Reader, session: ReadDatabase) -> Witnesses:
    """The witnesses that are asked to sign checkpoints: how far each signed, and what is amiss, if anything is."""
    return Witnesses(items=standings(session, service_policy()))


@router.get("/verify.py", response_class=Response, responses={200: {"content": {"text/x-python": {}}}})
def verifier_file() -> Response:
    """The verifier: one file, no libraries but Python's own, works offline. Read it before you run it."""
    return Response(
        verifier_source().encode(),
        media_type="text/x-python; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="verify.py"'},
    )


def _lines(reader: Principal | None, *, start: int, end: int) -> Iterator[bytes]:
    for first in range(start, end + 1, _AT_ONCE):
        with read_session(authority_of(reader)) as session:
            found = ledger_entries(session, principal=reader, start=first, end=min(end, first + _AT_ONCE - 1))
        for entry in found:
            line = {"seq": entry.seq, "leaf_hash": entry.leaf_hash.hex(), "leaf": entry.leaf}
            yield json.dumps(line, ensure_ascii=False).encode() + b"\n"

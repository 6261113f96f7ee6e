"""`/codelists/{name}.csv` and `.json`: every code that can stand in a column, with its name in Chinese and English."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from api.dependencies import ReadDatabase
from api.security.dependencies import Reader
from metrics.database import ReadSession
from metrics.errors import Message, NotFound
from metrics.publish.as_csv import lines, neutralised
from metrics.publish.codelists import Codelist, codelists
from metrics.publish.rendering import MEDIA_TYPES
from metrics.queries.reader_view import view_for

router = APIRouter(prefix="/codelists", tags=["read"])
_REFUSED: dict[int | str, dict[str, Any]] = {
    401: {"description": "Nobody known is asking"},
    404: {"description": "No such codelist; nothing released"},
}
_COLUMNS = ("code", "name_zh", "name_en", "parent")


class CodeOut(BaseModel):
    """One code. `parent`: the code into which it is rolled up, or whose part it is."""

    code: str
    name_zh: str
    name_en: str
    parent: str | None


class CodelistOut(BaseModel):
    """A codelist. `fixed`: the same whatever the plan."""

    name: str
    title_zh: str
    title_en: str
    fixed: bool
    codes: int


class CodelistsOut(BaseModel):
    """Every codelist, those of the plan first."""

    items: list[CodelistOut]


@router.get("", responses=_REFUSED)
def list_codelists(principal: Reader, session: ReadDatabase) -> CodelistsOut:
    """Every codelist: its name, its title, and how many codes it has."""
    known = _known(session, public=principal is None).values()
    items = [
        CodelistOut(name=one.name, title_zh=one.title.zh, title_en=one.title.en, fixed=one.fixed, codes=len(one.codes))
        for one in known
    ]
    return CodelistsOut(items=items)


@router.get(
    "/{name}.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}, **_REFUSED},
)
def codelist_csv(principal: Reader, session: ReadDatabase, name: str) -> Response:
    """One codelist in its order: code, name in Chinese and in English, and the code above it."""
    rows = [
        (one.code, neutralised(one.name_zh), neutralised(one.name_en), one.parent)
        for one in _codes(session, name, public=principal is None)
    ]
    return Response(lines([_COLUMNS, *rows]), media_type=MEDIA_TYPES["csv"], headers=_HEADERS)


@router.get("/{name}.json", responses=_REFUSED)
def codelist_json(principal: Reader, session: ReadDatabase, name: str) -> list[CodeOut]:
    """The same as an array of objects."""
    return _codes(session, name, public=principal is None)


_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}


def _known(session: ReadSession, *, public: bool) -> dict[str, Codelist]:
    return codelists(view_for(session, public=public).plan)


def _codes(session: ReadSession, name: str, *, public: bool) -> list[CodeOut]:
    known = _known(session, public=public)
    if name not in known:
        names = ", ".join(known)
        message = Message(
            f"没有代码表 {name[:60]};有 {names}。", f"There is no codelist {name[:60]}; there are {names}."
        )
        raise NotFound("codelist_unknown", message)
    return [
        CodeOut(code=one.code, name_zh=one.name.zh, name_en=one.name.en, parent=one.parent) for one in known[name].codes
    ]

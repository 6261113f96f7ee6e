"""A file dropped on the form: looked over, shown, and sent as it is if the clerk says so.

Reading and posting are those of `POST /submissions/files`; looking over is its dry run.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State

from dashboard.answering import Said, answered
from dashboard.entries import LONGEST_REASON, is_storable, malformed
from dashboard.grids.file_preview import file_preview, sent_file
from dashboard.locale import _
from dashboard.place import Place
from metrics.commands.idempotent import once
from metrics.commands.keep_refused_file import keep_refused_file
from metrics.commands.post_file import FileRequest, post_file
from metrics.database import WriteSession, read_session, write_session
from metrics.errors import BadRequest, BiaochiError, Conflict, Invalid, Message
from metrics.intake.file_reading import FileReading
from metrics.intake.reading import read_file
from metrics.plan.store import plan_at
from metrics.principal import Action, Principal

Component = Any

LARGEST_DROPPED = 4 * 1024 * 1024  # bytes of a file
LONGEST_CONTENTS = LARGEST_DROPPED * 4 // 3 + 1000  # characters of its data address
_LONGEST_NAME = 200
_NOT_IN_A_NAME = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_KEYS = {"key", "reason", "versions"}


@dataclass(frozen=True, slots=True)
class Dropped:
    """The file as it came."""

    name: str
    content: bytes


def install_dropped_file(app: Dash) -> None:
    """Register the callbacks of the drop area on `app`."""
    app.callback(
        Output("collect-file-said", "data"),
        Output("collect-file-shown", "children"),
        Input("collect-file", "contents"),
        State("collect-file", "filename"),
        State("url", "search"),
        prevent_initial_call=True,
    )(look_over)
    app.callback(
        Output("collect-whole-said", "data"),
        Output("collect-whole-shown", "children"),
        Input("collect-whole", "data"),
        State("collect-file", "contents"),
        State("collect-file", "filename"),
        State("url", "search"),
        prevent_initial_call=True,
    )(send_whole)
    for name in ("file", "whole"):
        app.clientside_callback(
            ClientsideFunction("biaochi_collect", f"after_{name}"),
            Output(f"collect-{name}-said-taken", "data"),
            Input(f"collect-{name}-said", "data"),
        )


def look_over(contents: str | None, filename: str | None, search: str | None) -> tuple[Said, Component]:
    """What the file would do, and what is wrong in it. Said: the figures that the form can take over."""
    if not contents:
        return {}, None
    return answered(search, lambda principal, place: _look_over(principal, dropped(contents, filename), place))


def send_whole(
    asked: str | None, contents: str | None, filename: str | None, search: str | None
) -> tuple[Said, Component]:
    """Post every return of the file, or none. Shown: their receipts."""
    return answered(search, lambda principal, place: _send(principal, dropped(contents, filename), asked, place))


def dropped(contents: str | None, filename: str | None) -> Dropped:
    """The file in a data address. Raises BadRequest for anything else, and for a file that is too large."""
    head, comma, body = (contents or "").partition(",")
    try:
        content = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not comma or not head.startswith("data:") or not head.endswith(";base64") or not content:
        raise BadRequest("file_unreadable", Message("没有收到文件内容。", "No file has arrived, or it is empty."))
    if len(content) > LARGEST_DROPPED:
        most = LARGEST_DROPPED // 1024 // 1024
        raise BadRequest(
            "file_too_large",
            Message(f"页面上传的文件不能超过 {most} MB。", f"A file for this page has at most {most} MB."),
        )
    return Dropped(_NOT_IN_A_NAME.sub("", filename or "")[:_LONGEST_NAME], content)


def _read(file: Dropped) -> FileReading:
    with read_session() as session:
        plan = plan_at(session)
    return read_file(file.name, file.content, plan)  # no connection is held meanwhile


def _look_over(principal: Principal, file: Dropped, place: Place) -> tuple[Said, Component]:
    principal.require(Action.POST_RETURN)
    reading = _read(file)
    posted, refused, kept = None, None, None
    try:
        with write_session() as session:
            plan = plan_at(session)
            request = FileRequest(reason=_("Looking over"))  # the reason is written when it is sent
            posted = post_file(session, plan=plan, principal=principal, reading=reading, request=request, dry_run=True)
    except (Invalid, Conflict) as found:
        refused = found
        kept = _keep(principal, file, reading, found)
    own = {sent.key: _texts(reading, sent.key) for sent in reading.returns if principal.may_post_for(sent.unit)}
    said: Said = {"returns": own, "versions": dict(posted.versions) if posted else {}}
    return said, file_preview(plan, reading, posted=posted, refused=refused, kept=kept, own=set(own))


def _texts(reading: FileReading, key: str) -> dict[str, str]:
    """Element code → what is to be recorded, or what stands in the file where that is refused."""
    sent = next(sent for sent in reading.returns if sent.key == key)
    return {cell.element: cell.read if cell.recorded is None else cell.recorded for cell in sent.cells}


def _keep(principal: Principal, file: Dropped, reading: FileReading, refused: BiaochiError) -> int | None:
    """Keep a refused workbook for its marked copy; the number under which it is kept."""
    if reading.kind != "xlsx":
        return None
    with write_session() as session:
        return keep_refused_file(
            session,
            principal=principal,
            name=reading.name,
            kind=reading.kind,
            content=file.content,
            problems=refused.problems,
            now=datetime.now(UTC),
        )


def _send(principal: Principal, file: Dropped, asked: str | None, place: Place) -> tuple[Said, Component]:
    principal.require(Action.POST_RETURN)
    key, request = _request(asked)
    reading = _read(file)
    with write_session() as session:
        plan = plan_at(session)
        answer = once(
            session,
            principal=principal,
            key=key,
            asked={"request": "form file", "sha256": reading.sha256, "reason": request.reason}
            | {"versions": dict(request.versions)},
            do=lambda: _post(session, principal, reading, request),
        )
    return {"sent": True}, sent_file(plan, answer.body["returns"], place=place)


def _post(session: WriteSession, principal: Principal, reading: FileReading, request: FileRequest) -> dict[str, Any]:
    posted = post_file(session, plan=plan_at(session), principal=principal, reading=reading, request=request)
    return {"returns": [each.as_dict() for each in posted.returns]}


def _request(asked: str | None) -> tuple[str, FileRequest]:
    """What the page says with the file: the attempt's key, the reason, and the versions that were shown."""
    try:
        body = json.loads(asked or "")
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict) or set(body) != _KEYS or not isinstance(body["versions"], dict):
        raise malformed()
    texts = [body["key"], body["reason"], *body["versions"], *body["versions"].values()]
    if not all(isinstance(text, str) and len(text) <= LONGEST_REASON and is_storable(text) for text in texts):
        raise malformed()
    return body["key"], FileRequest(reason=body["reason"], versions=body["versions"])

"""A file dropped on the form: looked over, shown as it is read, and sent as it was shown if the clerk says so.

Reading and posting are those of `POST /submissions/files`; looking over is its dry run.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State

from dashboard.form.answer import Said, answered
from dashboard.form.entries import LONGEST_REASON, is_storable, malformed
from dashboard.form.file_preview import Looked, file_preview, sent_file
from dashboard.locale import _, language
from dashboard.window.address import Address
from metrics.audit_acts import AuditAction
from metrics.auditing.writing import note_error
from metrics.authority import authority_of
from metrics.commands.idempotency_keys import once
from metrics.commands.keep_refused_file import keep_refused_file
from metrics.commands.post_file import post_file
from metrics.commands.posted_file import FileRequest
from metrics.database import WriteSession, read_session, write_session
from metrics.errors import BadRequest, BiaochiError, Conflict, Invalid, Message, Unconfirmed
from metrics.forms import parse_values
from metrics.intake.file_questions import Opened
from metrics.intake.file_reading import FileReading, FileSubmission
from metrics.intake.reading import read_file
from metrics.intake.reading_digest import DIGEST_REFUSALS
from metrics.limits.body_sizes import LARGEST_DROPPED
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.present_act import doing
from metrics.principal import Principal, Scope
from metrics.queries.accounts import display_names
from metrics.queries.cells_read import cells_read
from metrics.queries.confirmed_layouts import confirmation_of
from metrics.value_types import as_json_object

Component = Any

_LONGEST_NAME = 200
_NOT_IN_A_NAME = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_KEYS = {"key", "reason", "versions", "reading", "answers"}


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
        Input("collect-answers", "data"),
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


def look_over(
    contents: str | None, answers: str | None, filename: str | None, search: str | None
) -> tuple[Said, Component]:
    """What the file would do, and what is wrong in it. Said: the figures that the form can take over, and the digest.

    `answers`: what was chosen for a file, and its hash, so that answers for an earlier file are left out.
    """
    if not contents:
        return {}, None
    return answered(
        search,
        lambda principal, address: _look_over(principal, dropped(contents, filename), answers, address),
        action=AuditAction.TRY,
    )


def send_whole(
    asked: str | None, contents: str | None, filename: str | None, search: str | None
) -> tuple[Said, Component]:
    """Post every submission of the file, or none. Shown: their receipts."""
    return answered(
        search,
        lambda principal, address: _send(principal, dropped(contents, filename), asked, address),
        action=AuditAction.POST_SUBMISSION,
    )


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


def _read(file: Dropped, answers: Mapping[str, str], opened: Opened | None) -> FileReading:
    with read_session() as session:
        plan = plan_at(session)
    return read_file(file.name, file.content, plan, answers=answers, opened=opened)  # no connection is held meanwhile


def _opened(address: Address) -> Opened | None:
    """The form beside which the file was dropped."""
    unit, period = address.keeps("unit"), address.keeps("period")
    return None if unit is None or period is None else Opened(unit, period)


def _look_over(principal: Principal, file: Dropped, asked: str | None, address: Address) -> tuple[Said, Component]:
    principal.require(Scope.POST_SUBMISSION)
    answers = _answers(asked, file)
    reading = _read(file, answers, _opened(address))
    posted, refused, kept = None, None, None
    request = FileRequest(reason=_("Preview"), answers=answers)  # the reason is written when it is sent
    try:
        with write_session(authority_of(principal)) as session:
            plan = plan_at(session)
            posted = post_file(session, plan=plan, principal=principal, reading=reading, request=request, dry_run=True)
    except (Invalid, Conflict) as found:
        refused = found
        note_error(found)
        kept = None if isinstance(found, Unconfirmed) else _keep(principal, file, reading, found)
    with read_session(authority_of(principal)) as session:
        cells, confirmation = cells_read(session, plan, reading), confirmation_of(session, reading)
        by = confirmation.confirmed_by or ""
        by = display_names(session, [by]).get(by, by)
    mine = [sent for sent in reading.submissions if principal.may_post_for(sent.unit)]
    own = {sent.key: _texts(plan, sent) for sent in mine} if _may_fill(reading) else {}
    said: Said = {
        "returns": own,
        "understood": {sent.key: sum(cell.recorded is not None for cell in sent.cells) for sent in mine},
        "versions": dict(posted.versions) if posted else {},
        "file": reading.sha256,
        "answers": dict(answers),
        "reading": posted.looked_over.digest if posted and posted.looked_over else "",
    }
    return said, file_preview(plan, Looked(reading, cells, confirmation, by, posted, refused, kept, own))


def _answers(asked: str | None, file: Dropped) -> dict[str, str]:
    """The answers that were given for this very file. Raises BadRequest for what no page of ours sends."""
    body = _object(asked) if asked else {"file": "", "answers": {}}
    if not {"file", "answers"} <= set(body) or not isinstance(body["answers"], dict):
        raise malformed()
    answers = body["answers"]
    if not all(_is_text(text) for text in (*answers, *answers.values())):
        raise malformed()
    return answers if body["file"] == hashlib.sha256(file.content).hexdigest() else {}


def _may_fill(reading: FileReading) -> bool:
    """True if the form may take the figures over: nothing is asked, and what is wrong is wrong in single figures.

    A measure, a heading or a row that was refused makes every figure of the file doubtful: that is mended in the file.
    """
    return not reading.open_questions and all(problem.code.startswith("value_") for problem in reading.problems)


def _texts(plan: Plan, sent: FileSubmission) -> dict[str, str]:
    """Element code → what is to be recorded. What is refused comes as it is written only if the form refuses it too;
    a struck-out figure would look like any other there, so its cell stays as it is.
    """
    texts = {cell.element: cell.recorded for cell in sent.cells if cell.recorded is not None}
    refused = {cell.element: cell.read for cell in sent.cells if cell.recorded is None and cell.read.strip()}
    return texts | {code: text for code, text in refused.items() if parse_values(plan, {code: text}).problems}


def _keep(principal: Principal, file: Dropped, reading: FileReading, refused: BiaochiError) -> int | None:
    """Keep a refused workbook for its marked copy; the number under which it is kept."""
    if reading.kind != "xlsx":
        return None
    with doing(AuditAction.KEEP_FILE), write_session(authority_of(principal)) as session:
        return keep_refused_file(
            session,
            principal=principal,
            name=reading.name,
            kind=reading.kind,
            content=file.content,
            problems=refused.problems,
            now=datetime.now(UTC),
        )


def _send(principal: Principal, file: Dropped, asked: str | None, address: Address) -> tuple[Said, Component]:
    principal.require(Scope.POST_SUBMISSION)
    key, request = _request(asked)
    reading = _read(file, request.answers, _opened(address))
    try:
        with write_session(authority_of(principal)) as session:
            plan = plan_at(session)
            answer = once(
                session,
                principal=principal,
                key=key,
                asked={"request": "form file", "sha256": reading.sha256} | request.as_dict(),
                do=lambda: _post(session, principal, reading, request),
            )
    except Unconfirmed as refused:
        if refused.code not in DIGEST_REFUSALS:
            raise
        note_error(refused)
        return {"refused": refused.message.in_language(language()), "look_again": True}, None
    return {"sent": True}, sent_file(plan, answer.body["returns"], address=address)


def _post(session: WriteSession, principal: Principal, reading: FileReading, request: FileRequest) -> dict[str, Any]:
    posted = post_file(session, plan=plan_at(session), principal=principal, reading=reading, request=request)
    return {"returns": [as_json_object(each) for each in posted.submissions]}


def _request(asked: str | None) -> tuple[str, FileRequest]:
    """What the page says with the file: the attempt's key, the reason, and what was shown: versions, answers, digest.

    Raises BadRequest without a digest: the page sends nothing that it did not show.
    """
    body = _object(asked)
    if set(body) != _KEYS or not isinstance(body["versions"], dict) or not isinstance(body["answers"], dict):
        raise malformed()
    versions, answers = body["versions"], body["answers"]
    texts = [body["key"], body["reason"], body["reading"], *versions, *versions.values(), *answers, *answers.values()]
    if not all(_is_text(text) for text in texts) or not body["reading"]:
        raise malformed()
    request = FileRequest(reason=body["reason"], versions=versions, reading=body["reading"], answers=answers)
    return body["key"], request


def _object(asked: str | None) -> dict[str, Any]:
    try:
        body = json.loads(asked or "")
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise malformed()
    return body


def _is_text(text: object) -> bool:
    return isinstance(text, str) and len(text) <= LONGEST_REASON and is_storable(text)

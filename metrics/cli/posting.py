"""A file of submissions sent from the command line: looked over, confirmed by whoever sits at the terminal, posted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import typer

from metrics.cli.connection import opened_database
from metrics.cli.file_preview import ask, how_to_go_on, is_watched, show_reading
from metrics.cli.progress import bar
from metrics.cli.refusals import bytes_of
from metrics.commands.confirm_reading import open_questions, unconfirmed
from metrics.commands.post_file import post_file, post_file_once
from metrics.commands.posted_file import FileRequest, PostedFile
from metrics.database import read_session, write_session
from metrics.errors import Invalid
from metrics.intake.file_reading import FileReading
from metrics.intake.limits import LARGEST_FILE
from metrics.intake.reading import read_file
from metrics.intake.reading_digest import is_of_unanswered
from metrics.intake.refusals import refuse_file
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.principal import Principal
from metrics.queries.confirmed_layouts import confirmation_of
from metrics.queries.principals import principal_by_username
from metrics.usernames import plain_username


def send_file(path: Path, request: FileRequest, *, username: str, key: str, dry_run: bool, as_json: bool) -> None:
    """Post the file, or with `dry_run` check it, and print what became of it.

    Raises what `post_file` refuses, and Unconfirmed if the reading is to be confirmed and nobody is there to do so.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise refuse_file("file_too_large")
    with opened_database():
        with read_session() as session:
            principal, plan = principal_by_username(session, plain_username(username)), plan_at(session)
        sent = _Sent(path.name, bytes_of(path), plan, principal)
        if dry_run:
            found, _request = _look_over(sent, request, watched=False)
            _show(found, as_json=as_json)
            return
        if not request.reading and _is_to_be_confirmed(sent, request):
            request = _confirmed(sent, request, as_json=as_json)
        answered = _post(sent, request, key=key)
    typer.echo(json.dumps(answered, ensure_ascii=False, indent=2) if as_json else _words(answered, dry_run=False))


@dataclass(slots=True)
class _Sent:
    """The file, and who sends it. It is read once with the same answers."""

    name: str
    content: bytes
    plan: Plan
    principal: Principal
    _readings: dict[frozenset[tuple[str, str]], FileReading] = field(default_factory=dict)

    def read(self, answers: Mapping[str, str]) -> FileReading:
        key = frozenset(answers.items())
        if key not in self._readings:
            self._readings[key] = read_file(self.name, self.content, self.plan, answers=answers)
        return self._readings[key]


def _is_to_be_confirmed(sent: _Sent, request: FileRequest) -> bool:
    with read_session() as session:
        return confirmation_of(session, sent.read(request.answers)).needed


def _confirmed(sent: _Sent, request: FileRequest, *, as_json: bool) -> FileRequest:
    """`request` with what whoever sits at the terminal answered and confirmed.

    Raises Unconfirmed if nobody does, having shown what there is to confirm; Exit if somebody says no.
    """
    watched = is_watched() and not as_json
    found, request = _look_over(sent, request, watched=watched)
    assert found.looked_over is not None  # noqa: S101  it was a dry run
    if watched:
        show_reading(found)
        for line in _remarked(found.as_dict()):
            typer.echo(line)
        if typer.confirm("与文件核对无误,报送? / Is this what the file says? Send it"):
            return replace(request, reading=found.looked_over.digest)
        typer.echo("未报送。/ Not sent.", err=True)
        raise typer.Exit(1)
    _show(found, as_json=as_json, refused=True)
    still_open = bool(found.reading.open_questions)
    raise open_questions(found.reading) if still_open else unconfirmed(found.reading, found.looked_over.confirmation)


def _show(found: PostedFile, *, as_json: bool, refused: bool = False) -> None:
    """Print the answer to a dry run; for people every figure, and what to add to the command to have it stored.

    `refused`: the latter says how a refusal is to be taken, on standard error.
    """
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=2))
        return
    show_reading(found)
    typer.echo(_words(found.as_dict(), dry_run=True))
    for line in how_to_go_on(found):
        typer.echo(line, err=refused)


def _look_over(sent: _Sent, request: FileRequest, *, watched: bool) -> tuple[PostedFile, FileRequest]:
    """A dry run of the file, and `request` with the answers; who sits at the terminal is asked what is open.

    Raises what the dry run refuses, unless answers may yet change that.
    """
    while True:
        reading = sent.read(request.answers)
        asked = reading.open_questions if watched else ()
        try:
            with bar(sent.name) as begin, write_session() as session:
                found = post_file(
                    session,
                    plan=plan_at(session),
                    principal=sent.principal,
                    reading=reading,
                    request=request,
                    dry_run=True,
                    advance=begin(2 * len(reading.submissions)),
                )
        except Invalid:
            if not asked:
                raise
        else:
            if not asked:
                return found, request
        request = replace(request, answers={**request.answers, **ask(asked)})


def _post(sent: _Sent, request: FileRequest, *, key: str) -> dict[str, Any]:
    reading = sent.read(request.answers)
    unanswered = sent.read({}) if request.answers and is_of_unanswered(request.reading) else None
    asked = json.dumps([reading.sha256, request.as_dict()], sort_keys=True)
    own = f"import-{hashlib.sha256(asked.encode()).hexdigest()[:40]}"
    with bar(sent.name) as begin, write_session() as session:
        answer = post_file_once(
            session,
            plan=plan_at(session),
            principal=sent.principal,
            reading=reading,
            request=request,
            key=key or own,
            unanswered=unanswered,
            advance=begin(2 * len(reading.submissions)),
        )
    posted: dict[str, Any] = answer.body["posted"]
    return posted


def _words(answer: dict[str, Any], *, dry_run: bool) -> str:
    """The answer for people: what there is to say of it, and what became of every submission."""
    lines = _remarked(answer)
    for sent in answer["returns"]:
        place = "" if sent["seq"] is None else f" seq {sent['seq']}"
        lines.append(
            f"{sent['unit']} {sent['period']} r{sent['revision']}{place}: {sent['changed']} 项变化 / changed, "
            f"{sent['unchanged']} 项不变 / unchanged"
        )
    lines += [f"--version '{name}={etag}'" for name, etag in answer["versions"].items() if dry_run]
    done = ("试运行,未保存", "A dry run: nothing was stored") if dry_run else ("已处理", "Done")
    lines.append(f"{done[0]}:{len(answer['returns'])} 份月报。 {done[1]}: {len(answer['returns'])} submissions.")
    return "\n".join(lines)


def _remarked(answer: dict[str, Any]) -> list[str]:
    """What was read otherwise than it was written, what was left out, and every warning."""
    lines = [f"~ {_place(c)} {c['about']}: {c['read']!r} -> {c['recorded']}" for c in answer["changes"]]
    lines += [f"! {_place(n)} {n['message']['zh']} {n['message']['en']}" for n in answer["notices"]]
    for sent in answer["returns"]:
        lines += [f"? {sent['unit']} {w['code']}: {w['message']['zh']} {w['message']['en']}" for w in sent["warnings"]]
    return lines


def _place(said: dict[str, Any]) -> str:
    sheet, row, column = (said[name] or "" for name in ("sheet", "row", "column"))
    return f"{sheet}{'!' if sheet and row else ''}{column}{row}"

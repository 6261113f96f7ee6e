"""`biaochi ledger check | checkpoint | keys | rotate | restored`: the ledger looked through, signed, and declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from metrics.cli.command import Command
from metrics.cli.connection import opened_database
from metrics.cli.refusals import bytes_of
from metrics.errors import Conflict, Message, Problem

if TYPE_CHECKING:
    from metrics.database import ReadSession

MOST_SHOWN = 1000
_LONGEST_REASON = 1000  # characters

app = typer.Typer(help="账本:核查、检查点、密钥、恢复 / The ledger: check, sign, keys, restored.", no_args_is_help=True)


@app.command("check", cls=Command)
def check_command(
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True, dir_okay=False, help="以前保存的检查点,可重复 / a checkpoint kept elsewhere, repeatable"
        ),
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="其公钥,可重复,默认为库中公钥 / its key; default: the database's own")
    ] = None,
) -> None:
    """核查账本 / Look through entries, tables, tree, signatures and guards. Names all that is bad; exit code 1.

    也对照密钥旁边签名器的记忆:账本被退回、改写的,即使库内处处相符也会指出。
    连记忆也被换掉的,用 --checkpoint 对照另外保存的检查点。
    It is held against what the signer remembers beside the key as well, so that a ledger that was set back or rewritten
    is named although all of the database fits. Where that was exchanged too, a checkpoint kept elsewhere shows it
    (--checkpoint).
    """
    from metrics.database import read_session
    from metrics.guards.objects import is_comparable
    from metrics.guards.whole_check import guard_problems, ledger_problems
    from metrics.ledger.checking.checkpoints import kept_checkpoint
    from metrics.ledger.checking.remembered import held_against, recalled
    from metrics.ledger.entry import newest_seq
    from metrics.queries.ledger import known_keys

    with ExitStack() as opening:
        opened = opening.enter_context(opened_database(current_schema=False))
        remembered = recalled()  # before the snapshot begins
        session = opening.enter_context(read_session())
        _require_this_version(session)
        problems = guard_problems(session)
        with _refused_by(problems):
            newest, comparable = newest_seq(session), is_comparable(session.connection())
            with progress_bar("核查账本 / Checking", total=newest) as progress:
                problems += ledger_problems(session, progress=progress)
        positions, seen = _positions(opened.owner)
        problems += [*positions, *held_against(session, remembered)]
        keys = key or [known.verifier_key for known in known_keys(session)]
        for path in checkpoint or ():
            problems += kept_checkpoint(session, bytes_of(path), keys=keys, name=path.name)
    if problems:
        raise _wrong(problems)
    typer.echo(f"账本 {newest} 条,全部相符。\nAll {newest} entries of the ledger are right.")
    _say_unseen(remembered=remembered is not None, comparable=comparable, positions=seen)


def _require_this_version(session: ReadSession) -> None:
    """Raise Unavailable where the database is to be migrated first; not where only its number was changed."""
    from metrics.guards.objects import is_of_another_version
    from metrics.server.migration import schema_refusal

    connection = session.connection()
    if is_of_another_version(connection) and (refusal := schema_refusal(connection)) is not None:
        raise refusal


@contextmanager
def _refused_by(guards: list[Problem]) -> Iterator[None]:
    """Where the service's role may not read all of it, what is wrong with the guards is named, and that it is not read.

    Raises Conflict then; where every guard is whole it is another matter, for who called.
    """
    from psycopg.errors import InsufficientPrivilege
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except DBAPIError as refused:
        if not guards or not isinstance(refused.orig, InsufficientPrivilege):
            raise
        said = str(refused.orig).splitlines()[0]
        unread = Message(
            f"服务角色读不了全部内容,其余未核查:先恢复以上各项,再核查一次。({said})",
            "The service's role may not read all of it, so the rest was not looked at: put these right and check "
            f"again. ({said})",
        )
        raise _wrong([*guards, Problem("ledger_unread", unread, "")]) from refused


def _wrong(problems: list[Problem]) -> Conflict:
    return Conflict(
        code="ledger_wrong",
        message=Message(
            f"账本及其防护有 {len(problems)} 处不符。",
            f"The ledger and what guards it are wrong in {len(problems)} places.",
        ),
        problems=problems[:MOST_SHOWN],
    )


def _say_unseen(*, remembered: bool, comparable: bool, positions: bool) -> None:
    """Say what could not be looked at here."""
    from metrics.guards.reference import PRINTED_BY

    if not remembered:
        typer.echo(
            "此处没有签名器的记忆,账本是否接续签过名的内容未对照。\n"
            "What the signer remembers is not here: that the ledger goes on from what was signed was not looked at."
        )
    if not comparable:
        typer.echo(
            f"本服务器不是 PostgreSQL {PRINTED_BY}:条件、默认值和视图的内容未比对。\n"
            f"The server is not PostgreSQL {PRINTED_BY}: conditions, defaults and the text of views were not compared."
        )
    if not positions:
        typer.echo(
            "未给出所有者的地址(BIAOCHI_MIGRATION_URL):各序列的位置未核查。\n"
            "Without the owner's address (BIAOCHI_MIGRATION_URL) the positions of sequences were not looked at."
        )


def _positions(owner: str) -> tuple[list[Problem], bool]:
    """What is wrong with where sequences stand, as the owner sees it; False if the address is not the owner's."""
    from metrics.database import make_engine
    from metrics.guards.positions import may_see_positions, position_problems

    engine = make_engine(owner, pool_size=1)
    try:
        with engine.connect() as connection:
            return list(position_problems(connection)), may_see_positions(connection)
    finally:
        engine.dispose()


@app.command("checkpoint", cls=Command)
def checkpoint_command() -> None:
    """签发检查点 / Print the signed checkpoint over everything recorded so far. Keep it outside this machine."""
    from metrics.commands.issue_checkpoint import issue_checkpoint
    from metrics.database import write_session

    with opened_database(), write_session() as session:
        issued = issue_checkpoint(session)
    typer.echo(issued.note, nl=False)


@app.command("keys", cls=Command)
def keys_command() -> None:
    """列出公钥 / List the public keys, tab-separated, with a heading. The last one is in use."""
    from metrics.database import read_session
    from metrics.queries.ledger import known_keys

    with opened_database(), read_session() as session:
        found = known_keys(session)
    typer.echo("since\tuntil\tverifier_key\thanded_over")
    for key in found:
        until = "" if key.until is None else key.until.isoformat(timespec="seconds")
        signed_for = {None: "first", True: "yes", False: "no"}[key.handed_over]
        typer.echo(f"{key.since.isoformat(timespec='seconds')}\t{until}\t{key.verifier_key}\t{signed_for}")


@app.command("rotate", cls=Command)
def rotate_command(
    reason: Annotated[str, typer.Option(help="原因,记入账本 / why; goes into the ledger")],
) -> None:
    """更换密钥 / Take a new key into use; the old one, if it is still here, signs the change.

    打印新公钥:请像第一次那样另行公布。
    Prints the new public key: publish it by another way, as the first one.
    """
    from metrics.commands.issue_checkpoint import rotate_key
    from metrics.database import write_session
    from metrics.queries.ledger import known_keys

    with opened_database(), write_session() as session:
        issued = rotate_key(session, actor="biaochi ledger rotate", reason=_said(reason))
        key = known_keys(session)[-1]
    typer.echo(f"新密钥自第 {issued.size} 条起使用。 The new key is in use from entry {issued.size} on.", err=True)
    typer.echo(key.verifier_key)


@app.command("restored", cls=Command)
def restored_command(
    reason: Annotated[str, typer.Option(help="原因,记入账本 / why; goes into the ledger")],
) -> None:
    """声明已恢复备份 / Say that the database was restored on purpose, after which the service signs and records again.

    账本记下签过名的与现有的两个头,开始新的一期;手中有较晚检查点的人会看到这一声明。
    An entry names the head that was signed and the one found, and a new epoch begins, of which every reader is told.
    """
    from metrics.commands.issue_checkpoint import declare_restored
    from metrics.database import write_session

    with opened_database(), write_session() as session:
        issued = declare_restored(session, actor="biaochi ledger restored", reason=_said(reason))
    typer.echo("已声明;检查点如下,请公布。 Declared. Publish this checkpoint:", err=True)
    typer.echo(issued.note, nl=False)


def _said(reason: str) -> str:
    """What was given as a reason. Raises BadParameter for one that says nothing or too much."""
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise typer.BadParameter(f"1–{_LONGEST_REASON} 字 / characters", param_hint="--reason")
    return reason.strip()


@contextmanager
def progress_bar(title: str, *, total: int) -> Iterator[Callable[[int], None] | None]:
    """A progress bar on standard error, if that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as shown:
        task = shown.add_task(title, total=total)
        yield lambda done: shown.update(task, completed=done)

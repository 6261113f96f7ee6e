"""Loading history: a tidy CSV of any length, checked whole before the first figure of it is stored.

A refused file stores nothing. A load that breaks off leaves whole parts; the same file again skips what is stored
already with the same figures, and goes on with the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import TextIOWrapper
from typing import IO

from metrics.database import ReadSession
from metrics.errors import BiaochiError, Invalid, Message, Problem
from metrics.forms import as_given
from metrics.history.cells import HistoryCells, Rows
from metrics.history.month_tables import Sorted
from metrics.history.parts import Begin, StoredPart, store_in_parts
from metrics.history.preparation import Preparing, read_prepared
from metrics.history.refusal import Places
from metrics.history.staging import staged
from metrics.history.tidy_file import TidyFile, open_tidy_file
from metrics.moments import WRITTEN, read_moment
from metrics.passing_files import passing_file
from metrics.period_states import PeriodState, period_locked
from metrics.plan.model import Plan
from metrics.plan.store import plan_at
from metrics.principal import Principal, Scope
from metrics.queries.period_states import period_states


@dataclass(frozen=True, slots=True)
class LoadedHistory:
    """What became of a file of history.

    `rows`: figures in the file; `rows_skipped`: those stored already with the same value. `submissions` were stored in
    `parts` transactions, `submissions_skipped` were there. `warnings`: how many the plan's checks gave, none of them
    acknowledged. `first_seq` and `last_seq`: of what was stored; others' entries may lie between. `longest_hold`:
    milliseconds for which the ledger was held at most.
    """

    rows: int
    rows_skipped: int
    submissions: int
    submissions_skipped: int
    warnings: int
    parts: int
    first_seq: int | None
    last_seq: int | None
    longest_hold: int
    dry_run: bool


@dataclass(frozen=True, slots=True)
class LoadProgress:
    """Who watches a load: told how many bytes of the file were read, and how many of how many submissions stored."""

    read: Callable[[int, int], None] = lambda done, total: None
    stored: Callable[[int, int], None] = lambda done, total: None


def load_history(
    begin: Begin,
    content: IO[bytes],
    *,
    principal: Principal,
    received: str = "",
    dry_run: bool = False,
    watched: LoadProgress | None = None,
    now: datetime | None = None,
) -> LoadedHistory:
    """Check the whole open file `content` and store what of it is not stored yet.

    `received`: when the submissions of rows that say nothing of it were first received; empty: nobody knows, and they
    are shown as loaded history, neither late nor in time. `begin` begins a transaction, of which there is one for
    checking and one for each part that is stored. A dry run only checks.

    Raises Forbidden without the scope `bulk`, Invalid with up to 1,000 bad places, Conflict if somebody sent one of the
    submissions or locked its month meanwhile.
    """
    principal.require(Scope.BULK)
    watched, actor = watched or LoadProgress(), principal.username
    with passing_file() as file, TextIOWrapper(file, "utf-8", newline="\n") as kept:
        plan, found = _checked(begin, content, kept, received=received, now=now or datetime.now(UTC), watched=watched)
        if dry_run:
            return replace(found, dry_run=True)
        kept.seek(0)
        parts: list[StoredPart] = []
        done = 0
        for part in store_in_parts(begin, plan, read_prepared(kept, actor=actor), actor=actor):
            parts.append(part)
            done += part.submissions
            watched.stored(done, found.submissions)
    return replace(
        found,
        parts=len(parts),
        first_seq=parts[0].first if parts else None,
        last_seq=parts[-1].last if parts else None,
        longest_hold=round(max((part.held for part in parts), default=0) * 1000),
    )


def _checked(
    begin: Begin, content: IO[bytes], kept: IO[str], *, received: str, now: datetime, watched: LoadProgress
) -> tuple[Plan, LoadedHistory]:
    """What there is to store, written to `kept`. Raises Invalid with everything that is wrong."""
    file, places = open_tidy_file(content), Places()
    with begin() as session:
        plan = plan_at(session)
        cells = HistoryCells(plan, file, places, now, _moment(received, plan, now=now))
        preparing = Preparing(plan, file, places, kept, cells.doubtful, _closed(session, plan, now))
        rows = skipped = 0
        with staged(plan, _read(file, cells, watched)) as laid_down:
            sorting = Sorted(plan, file, places)
            for some in laid_down.sorted(session):
                table, known = sorting.table(some)
                rows += int((some["row"] > 0).sum())
                skipped += known
                preparing.add(table)
        places.refuse()
    if not rows:
        raise _only_headings()
    return plan, LoadedHistory(
        rows=rows,
        rows_skipped=skipped,
        submissions=preparing.submissions,
        submissions_skipped=preparing.skipped,
        warnings=preparing.warnings,
        parts=0,
        first_seq=None,
        last_seq=None,
        longest_hold=0,
        dry_run=False,
    )


def _read(file: TidyFile, cells: HistoryCells, watched: LoadProgress) -> Iterator[Rows]:
    batches = file.batches()
    with ThreadPoolExecutor(max_workers=1) as ahead:
        following = ahead.submit(next, batches, None)
        while (batch := following.result()) is not None:
            # Split into columns outside Python, while what is before it is looked up.
            following = ahead.submit(next, batches, None)
            yield cells.read(batch)
            watched.read(batch.bytes_read, file.size)


def _only_headings() -> Invalid:
    return Invalid(
        "file_empty",
        Message(
            "文件只有表头,没有数据行。请填入数据后再导入。",
            "The file has headings and no row below them. Put the figures in and load it again.",
        ),
    )


def _moment(text: str, plan: Plan, *, now: datetime) -> datetime | None:
    if not text.strip():
        return None
    moment = read_moment(text, timezone=lambda: plan.document.timezone)
    if moment is not None and moment <= now:
        return moment
    given = as_given(text)
    message = Message(
        f"received_at 写作“{given}”,须是已经过去的时间,可写作:{WRITTEN.zh}。",
        f"received_at is {given!r}; it has to be a moment that is over. Write {WRITTEN.en}.",
    )
    raise Invalid("received_unknown", message, [Problem("received_unknown", message, "/received_at", given=given)])


def _closed(session: ReadSession, plan: Plan, now: datetime) -> Callable[[str, date], BiaochiError | None]:
    """What says of a submission, by unit and period, the lock that stops it."""
    states = period_states(session)
    nothing = PeriodState(lock=None, exceptions={})

    def closed(unit: str, period: date) -> BiaochiError | None:
        state = states.get(period, nothing)
        lock = state.lock_for(unit, at=now)
        if lock is None:
            return None
        return period_locked(period, lock, ended=state.exceptions.get(unit), timezone=plan.document.timezone)

    return closed

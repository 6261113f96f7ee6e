"""Progress of a command, shown to whoever watches it on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(title: str) -> Iterator[Callable[[int], Callable[[], None]]]:
    """A bar if standard error is a terminal: it turns until the number of steps is known, then counts."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda steps: lambda: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=None)

        def begin(steps: int) -> Callable[[], None]:
            progress.update(task, total=steps, completed=0)
            return lambda: progress.advance(task)

        yield begin

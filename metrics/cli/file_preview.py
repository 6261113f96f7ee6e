"""A file as it is read, on the command line: every figure in a table, the questions, and how they are answered."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from metrics.commands.posted_file import PostedFile
from metrics.forms import plain
from metrics.intake.file_reading import Question
from metrics.periods import format_period
from metrics.queries.cells_read import CellRead

_WIDTH = 160  # characters where no terminal says how wide it is
# Below one another, so that on a terminal of 80 characters the names keep their room.
_HEADINGS = ("填报项\nElement", "文件中\nWritten", "读作\nRead as", "单元格\nCell", "上月\nLast", "增减\nDifference")


def is_watched() -> bool:
    """True if somebody sits at a terminal, to look at a table and to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def show_reading(looked_over: PostedFile) -> None:
    """Print every figure of the file as it is written and as it is read, beside last month's."""
    found = looked_over.looked_over
    if found is None:
        return
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    for key, cells in found.cells.items():
        table = Table(title=Text(key), title_justify="left", box=box.SIMPLE_HEAD)
        for heading in _HEADINGS:
            figures = heading[:2] in ("读作", "上月", "增减")
            table.add_column(heading, justify="right" if figures else "left", overflow="fold")
        for cell in cells:
            table.add_row(*(Text(_printable(text)) for text in _row(cell)), style=_style(cell))
        console.print(table)


def _row(cell: CellRead) -> tuple[str, ...]:
    difference = cell.difference
    return (
        f"{cell.name.zh} {cell.element}",
        cell.written,
        "—" if cell.read is None else cell.read,
        str(cell.place),
        _last(cell),
        "—" if difference is None else f"{'+' if difference > 0 else ''}{plain(difference)}",
    )


def _last(cell: CellRead) -> str:
    """Last month's figure; of what is owed less often the last one, with its month."""
    if cell.last is None:
        return "—"
    return plain(cell.last) if cell.month is None else f"{plain(cell.last)} ({format_period(cell.month)})"


def _style(cell: CellRead) -> str:
    """What is read otherwise than it is written stands out."""
    return "" if cell.read == cell.written else "bold"


def ask(questions: Iterable[Question]) -> dict[str, str]:
    """The answers of whoever sits at the terminal: question's id → choice."""
    answers = {}
    for question in questions:
        typer.echo(f"? {_question(question)}")
        for number, choice in enumerate(question.choices, start=1):
            typer.echo(f"  {number}  {_printable(choice.label.zh)} {_printable(choice.label.en)}")
        answers[question.id] = question.choices[_chosen(len(question.choices)) - 1].value
    return answers


def _chosen(most: int) -> int:
    """The number that is typed, from 1 to `most`; asked for until it is one."""
    while True:
        typed = str(typer.prompt(f"选择 / choice (1-{most})")).strip()
        if typed.isascii() and typed.isdigit() and 1 <= int(typed[:9]) <= most:
            return int(typed)


def how_to_go_on(looked_over: PostedFile) -> list[str]:
    """What to add to the command so that exactly this reading is stored: the digest, and an answer to each question."""
    found, reading = looked_over.looked_over, looked_over.reading
    if found is None or not found.confirmation.needed:
        return []
    lines = [f"? {_question(question)}" for question in reading.open_questions]
    for question in reading.questions:
        values = question.answer or "|".join(choice.value for choice in question.choices)
        lines.append(f"--answer '{question.id}={values}'")
    return [*lines, f"--reading {found.digest}"]


def _question(question: Question) -> str:
    message = question.message
    return _printable(f"{question.place}: {question.given!r}  {message.zh} {message.en}")


def _printable(text: str) -> str:
    """`text` without what would move a terminal's cursor or change its colours."""
    return "".join(character if character.isprintable() else "�" for character in text)

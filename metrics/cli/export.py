"""`biaochi export DATASET`: the same bytes as the API's `/{dataset}.csv`, `.json`, `.xlsx` and `.parquet`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Annotated

import typer

from metrics.cli.connection import opened_database
from metrics.cli.refusals import written_whole
from metrics.errors import Message, NotFound

# As in `metrics.publish.catalogue`, which takes half a second to load.
DATASET_NAMES = (
    "observations",
    "rates",
    "progress",
    "comparison",
    "changes",
    "leaderboard",
    "contributions",
    "peers",
    "revisions",
    "attention",
    "commitments",
    "freshness",
    "submissions",
    "bulletins",
    "announcements",
    "targets",
    "tasks",
    "milestones",
    "task_reports",
    "task_checks",
    "task_contradictions",
    "task_sanctions",
    "task_silence",
    "task_standings",
    "units",
    "elements",
    "indicators",
    "assessments",
    "overrides",
    "phases",
    "gates",
    "materials",
    "work_plans",
    "fundings",
    "slips",
    "slip_acts",
    "self_assessments",
    "findings",
    "rectifications",
    "scores",
    "score_rules",
    "inquiries",
)


def export_command(
    dataset: Annotated[str, typer.Argument(help="数据集 / one of: " + ", ".join(DATASET_NAMES))],
    parameters: Annotated[
        list[str] | None,
        typer.Argument(help="与网址参数相同,如 period=2019-09 unit=CODE / as in the address: name=value, repeatable"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="写入文件,默认标准输出 / file; default: standard output")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", "-f", help="csv、json、xlsx、parquet;默认按文件后缀,否则 csv / default: the file's ending"
        ),
    ] = None,
) -> None:
    """导出数据集 / Export a dataset, with the parameters of the API."""
    from metrics.publish.catalogue import DATASETS
    from metrics.publish.rendering import MEDIA_TYPES

    if dataset not in DATASETS:
        raise NotFound(
            code="dataset_unknown",
            message=Message(
                f"没有数据集“{dataset}”。", f"There is no dataset {dataset!r}; there are {', '.join(DATASETS)}."
            ),
        )
    given = _given(parameters or ())
    form = form or ("csv" if output is None else output.suffix.removeprefix("."))
    if form not in MEDIA_TYPES:
        hint = "--format" if output is None else "--format, -o 的后缀 / the ending of -o"
        raise typer.BadParameter(f"{form!r}: {' / '.join(MEDIA_TYPES)}", param_hint=hint)
    if output is not None:
        with written_whole(output) as target:
            rows, seq = _pull(dataset, given, form, target)
        typer.echo(f"{output}: {rows} 行 / rows, seq {seq}", err=True)
        return
    _pull(dataset, given, form, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _pull(dataset: str, given: dict[str, list[str]], form: str, target: IO[bytes]) -> tuple[int, int]:
    """Write the dataset to `target`; how many rows it has, and up to which entry of the ledger it is."""
    from metrics.database import read_session
    from metrics.ledger.continuation import doubt_where_read
    from metrics.plan.store import plan_at
    from metrics.publish.catalogue import DATASETS
    from metrics.publish.going_on import refuse_other_history
    from metrics.publish.pull import check_pull, parse_pull
    from metrics.publish.rendering import render
    from metrics.queries.reader_view import view_for

    with opened_database(), read_session() as session:
        chosen = DATASETS[dataset].asked(given)
        pull = parse_pull(chosen, given, form=form, timezone=lambda: plan_at(session).document.timezone)
        view = view_for(session, public=False, as_of=pull.as_of, basis=pull.basis, numbered=pull.release)
        check_pull(pull, view)
        refuse_other_history(session, pull, view)
        rendered = render(chosen, session=session, view=view, pull=pull, form=form)
        doubt = doubt_where_read(session)
    if doubt is not None:
        typer.echo(f"{doubt.code}: {doubt.message.zh} {doubt.message.en}", err=True)
    with rendered.file as file:
        shutil.copyfileobj(file, target)
    return rendered.rows, view.seq


def _given(parameters: Iterable[str]) -> dict[str, list[str]]:
    """Parameters by name, as an address has them. Raises BadParameter for one without `=`."""
    given: dict[str, list[str]] = {}
    for parameter in parameters:
        name, equals, value = parameter.partition("=")
        if not equals:
            raise typer.BadParameter(f"{parameter!r}: name=value")
        given.setdefault(name, []).append(value)
    return given

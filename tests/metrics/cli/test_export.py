"""`biaochi export`: the API's bytes on the command line, a file whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metrics.cli.export import DATASET_NAMES
from metrics.database import read_session, use_engine
from metrics.publish.catalogue import DATASETS
from metrics.publish.rendering import MEDIA_TYPES
from metrics.queries.reader_view import view_for
from metrics.queries.view import View
from tests.databases import Database
from tests.metrics.cli.conftest import Run
from tests.metrics.publish.pulling import pulled
from tests.moments import MOMENTS


@pytest.mark.parametrize("form", MEDIA_TYPES)
@pytest.mark.parametrize("said", ["by its ending", "by --format"])
def test_a_file_holds_what_the_address_answers(
    run: Run, clean_database: Database, tmp_path: Path, form: str, said: str
) -> None:
    file = tmp_path / ("units." + form if said == "by its ending" else "units")
    options = () if said == "by its ending" else ("--format", form)
    code, _, errors = run("export", "units", "lang=en", "-o", str(file), *options)
    assert code == 0
    assert "rows" in errors
    with use_engine(clean_database.engine), read_session() as session:
        assert file.read_bytes() == pulled(session, "units", form=form, lang="en")
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_of_a_ledger_that_is_not_the_one_signed_it_is_said_beside_the_rows(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, rows, errors = run("export", "units")
    assert errors == ""
    memory = tmp_path / "ahead"
    memory.write_text(json.dumps({"size": 1_000_000, "root": "00" * 32, "epoch": 1}))
    monkeypatch.setenv("BIAOCHI_LEDGER_MEMORY", str(memory))
    code, shown, errors = run("export", "units")
    assert (code, shown) == (0, rows)
    assert errors.startswith("ledger_set_back: 账本被退回")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nothing",), 1),
        (("units", "colour=red"), 1),
        (("units", "lang"), 2),
        (("units", "-o", "units.pdf"), 2),
        (("units", "--format", "xls"), 2),
    ],
)
def test_what_cannot_be_exported_is_said(run: Run, arguments: tuple[str, ...], code: int) -> None:
    assert run("export", *arguments)[0] == code


@pytest.mark.parametrize("text", MOMENTS)
def test_a_moment_is_the_instant_that_the_api_and_pages_take_it_for(
    run: Run, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    asked: list[object] = []

    def view_seen(*given: Any, **named: Any) -> View:
        asked.append(named["as_of"])
        return view_for(*given, **named)

    monkeypatch.setattr("metrics.queries.reader_view.view_for", view_seen)
    code, _, errors = run("export", "units", f"as_of={text}")
    assert asked == [MOMENTS[text]]
    assert (code, "has not come" in errors) == (1, True)


def test_the_help_names_every_dataset() -> None:
    assert tuple(DATASETS) == DATASET_NAMES

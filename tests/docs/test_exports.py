"""docs/exports.md says what the program does: every dataset, every column in order, every parameter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from metrics.publish.as_sdmx import SDMX_DATASETS
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import AnyDataset, Pull
from metrics.publish.rendering import render
from metrics.queries.view import view_at
from tests.callers import caller
from tests.metrics.queries.test_views import post

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def test_the_page_describes_just_the_datasets_there_are() -> None:
    assert set(SECTIONS) == set(DATASETS)


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))
def test_columns_stand_in_their_order_with_type_and_meaning(dataset: AnyDataset) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*?) \| (.*?) \|$", SECTIONS[dataset.name], re.MULTILINE)
    assert rows == [(c.name, c.kind.value, c.title.zh, c.title.en) for c in dataset.columns]


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))
def test_parameters_and_order_are_named(dataset: AnyDataset) -> None:
    section = SECTIONS[dataset.name]
    assert set(re.findall(r"`(\w+)`", section.partition("Takes: ")[2].partition(".\n")[0])) == set(dataset.parameters)
    assert f"Ordered by: {', '.join(dataset.order)}." in section


@pytest.mark.parametrize("message", SDMX_DATASETS.values(), ids=list(SDMX_DATASETS))
def test_columns_of_sdmx_messages_stand_in_their_order(session: WriteSession, message: AnyDataset) -> None:
    section = PAGE.partition(f"**{message.name}**")[2].partition("\n**")[0].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*?) \| (.*?) \|$", section, re.MULTILINE)
    assert rows == [(c.name, c.kind.value, c.title.zh, c.title.en) for c in message.columns]
    post(session)
    written = render(message, session=session, view=view_at(session), pull=Pull(), form="csv")
    with written.file as file:
        assert file.readline().decode() == ",".join(name for name, *_ in rows) + "\r\n"


def test_headers_are_those_that_are_named(client: TestClient, session: WriteSession) -> None:
    paragraph = PAGE.partition("\nHeaders: ")[2].partition("\n\n")[0]
    said = set(re.findall(r"`([A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)*)(?:`|: )", paragraph))
    post(session)
    reader = caller(client, session, "third", Role.ASSESSOR)
    answer = client.get("/api/v1/rates.csv?limit=1", headers=reader.headers)
    sent = set(answer.headers) - set(client.get("/healthz").headers) | {"content-type", "content-length"}
    assert sent == {name.lower() for name in said} - {"if-none-match"} - {"HEAD".lower()}
    assert 'rel="next"' in answer.headers["link"]


def test_every_parameter_is_explained() -> None:
    table = PAGE.partition("## 参数")[2].partition("## 数据集")[0]
    explained = set(re.findall(r"`(\w+)`", table))
    assert {name for dataset in DATASETS.values() for name in dataset.parameters} <= explained

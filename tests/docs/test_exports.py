"""docs/exports.md explains every header and parameter; its tables are drawn (`sections.py`)."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from metrics.publish.catalogue import DATASETS
from tests.callers import caller
from tests.metrics.queries.test_views import post

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")


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

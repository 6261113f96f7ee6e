"""How releases and pulls are cited: in both languages, with an identifier that stays, and as programs read it."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from metrics.database import WriteSession
from metrics.plan.store import plan_at
from metrics.publish.catalogue import DATASETS
from metrics.publish.citation import dataset_citation, ledger_identity
from metrics.queries.view import view_at
from metrics.settings import settings
from tests.api.routes.test_public_read import publish
from tests.callers import Caller
from tests.metrics.queries.test_views import post

API = "/api/v1"


def test_a_release_is_cited_alike_in_its_package_and_as_a_file(
    bureau: Caller, session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIAOCHI_PUBLIC_URL", "https://gauge.example/")
    monkeypatch.setenv("BIAOCHI_DATA_LICENCE", "https://creativecommons.org/licenses/by/4.0/")
    settings.cache_clear()
    post(session)
    session.commit()
    publish(bureau)
    package = json.loads(bureau.client.get(f"{API}/releases/1/datapackage.json", headers=bureau.headers).content)
    answer = bureau.client.get(f"{API}/releases/1.cff", headers=bureau.headers)
    assert answer.headers["content-type"] == "text/yaml; charset=utf-8"
    file = yaml.safe_load(answer.text)
    assert package["id"] == file["identifiers"][0]["value"]
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", package["id"])
    for text in package["citation"].values():
        assert package["id"] in text
        assert "https://gauge.example/releases/1" in text
    assert package["citation"]["zh"].startswith("肇庆市政务服务数据管理局. ")
    assert package["citation"]["en"].startswith("Zhaoqing Government Service and Data Administration (")
    assert package["licenses"] == [{"path": "https://creativecommons.org/licenses/by/4.0/"}]
    assert (file["cff-version"], file["type"], file["version"]) == ("1.2.0", "dataset", "1")
    assert {"message", "title", "authors", "date-released", "url", "license-url"} <= file.keys()
    assert file["authors"] == [{"name": "肇庆市政务服务数据管理局"}]


def test_every_dataset_has_an_identifier_that_stays_whatever_is_recorded(session: WriteSession) -> None:
    def urns() -> list[str]:
        view = view_at(session)
        assert view.recorded_at is not None
        return [
            dataset_citation(
                plan_at(session),
                ledger=ledger_identity(session),
                name=name,
                title=dataset.title,
                seq=view.seq,
                day=view.recorded_at,
                address="",
                synthetic=True,
            ).urn
            for name, dataset in DATASETS.items()
        ]

    post(session)
    first = urns()
    post(session, "441203")
    assert urns() == first
    assert len(set(first)) == len(DATASETS)

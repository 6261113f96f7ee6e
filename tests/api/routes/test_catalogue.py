"""The DCAT catalogue names what the reader may pull, at addresses that answer."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.publish.catalogue import DATASETS
from metrics.publish.release_files import RELEASED
from metrics.settings import settings
from tests.api.routes.test_public_read import publish
from tests.callers import Caller, refusal
from tests.catalogue_shapes import OURS, violations, without
from tests.matrices import dealt
from tests.metrics.queries.test_views import post

API = "/api/v1"
ADDRESS = f"{API}/catalogue.jsonld"


def entries(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["dct:identifier"]: entry for entry in document["dcat:dataset"] if "dct:identifier" in entry}


def read(caller: Caller) -> dict[str, Any]:
    response = caller.client.get(ADDRESS, headers=caller.headers)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/ld+json"
    document: dict[str, Any] = response.json()
    return document


def test_every_dataset_stands_in_it_with_addresses_that_answer(bureau: Caller, session: WriteSession) -> None:
    post(session)
    session.commit()
    document = read(bureau)
    assert {text["@language"] for text in document["dct:description"]} == {"zh", "en"}
    assert [language["@id"].rpartition("/")[2] for language in document["dct:language"]] == ["ZHO", "ENG"]
    found = entries(document)
    assert set(found) == set(DATASETS)
    named = [entry["dcat:distribution"] for entry in found.values()]
    assert all(len(forms) >= 4 for forms in named)
    # One function answers all forms of a dataset; to read one is to render it.
    asked = [form for place, forms in enumerate(named) for form in dealt(forms, place)]
    addresses = {form[where]["@id"] for form in asked for where in ("dcat:downloadURL", "dct:conformsTo")}
    assert len(addresses) == 2 * len(asked) >= 2 * len(DATASETS)
    for address in sorted(addresses):
        answer = bureau.client.head(address, headers=bureau.headers)
        assert answer.status_code == 200, address
    titles = [distribution["dct:title"] for distribution in found["rates"]["dcat:distribution"]]
    assert "rates.sdmx.csv" in titles
    assert found["rates"]["dct:temporal"]["dcat:startDate"]["@value"] == "2019-09-01"
    assert found["rates"]["dct:temporal"]["dcat:endDate"]["@value"] == "2019-09-30"


def test_a_release_stands_in_it_with_the_digests_of_its_files(bureau: Caller, session: WriteSession) -> None:
    post(session)
    session.commit()
    publish(bureau, "bulletin")
    release = entries(read(bureau))["release-1"]
    assert release["dct:description"] == {"@value": "bulletin", "@language": "zh"}
    file = next(f for f in release["dcat:distribution"] if f.get("dct:title") == "rates.csv")
    content = bureau.client.get(file["dcat:downloadURL"]["@id"], headers=bureau.headers).content
    assert hashlib.sha256(content).hexdigest() == file["spdx:checksum"]["spdx:checksumValue"]["@value"]
    assert str(len(content)) == file["dcat:byteSize"]["@value"]


def test_it_is_closed_to_strangers(client: TestClient) -> None:
    refusal(client.get(ADDRESS), 401)


@pytest.mark.usefixtures("public_read")
def test_a_stranger_finds_what_is_released_and_no_later_month(
    client: TestClient, bureau: Caller, session: WriteSession
) -> None:
    assert refusal(client.get(ADDRESS), 404)["code"] == "nothing_released"
    post(session)
    session.commit()
    publish(bureau)
    post(session, period="2019-11")
    session.commit()
    found = entries(client.get(ADDRESS).json())
    assert set(found) == {*RELEASED, "release-1"}
    assert found["rates"]["dct:temporal"]["dcat:endDate"]["@value"] == "2019-09-30"
    assert entries(read(bureau))["rates"]["dct:temporal"]["dcat:endDate"]["@value"] == "2019-11-30"


@pytest.fixture
def licensed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody may be asked, and the data have a licence."""
    monkeypatch.setenv("BIAOCHI_CONTACT", "data@gauge.example")
    monkeypatch.setenv("BIAOCHI_DATA_LICENCE", "https://creativecommons.org/licenses/by/4.0/")
    monkeypatch.setenv("BIAOCHI_PUBLIC_URL", "https://gauge.example/")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("licensed")
def test_it_has_the_shape_of_dcat_ap_and_each_dataset_one_name(bureau: Caller, session: WriteSession) -> None:
    post(session)
    session.commit()
    publish(bureau)
    document = read(bureau)
    here = "https://gauge.example/api/v1/catalogue.jsonld"
    assert violations(json.dumps(document), address=here, shapes=[OURS]) == []
    names = [entry["@id"] for entry in document["dcat:dataset"]]
    assert len(set(names)) == len(names)
    assert entries(document)["rates"]["@id"] == f"{here}#rates"
    assert document["dcat:contactPoint"]["vcard:hasEmail"] == {"@id": "mailto:data@gauge.example"}
    assert document["dct:license"]["@id"] == "https://creativecommons.org/licenses/by/4.0/"
    few = document | {"dcat:dataset": document["dcat:dataset"][:2]}  # so that the look above says something
    for name in ("dct:publisher", "dct:license", "dct:modified", "dcat:contactPoint", "dcat:accessURL", "dct:title"):
        assert violations(json.dumps(without(few, name)), address=here, shapes=[OURS]) != [], name


def test_it_is_valid_where_neither_contact_nor_licence_is_set(bureau: Caller, session: WriteSession) -> None:
    post(session)
    session.commit()
    document = read(bureau)
    assert violations(json.dumps(document), address="http://127.0.0.1:8000/api/v1/", shapes=[OURS]) == []
    assert document["dct:license"]["@id"].endswith("catalogue.jsonld#terms")


def test_an_unknown_parameter_is_refused(bureau: Caller) -> None:
    answer = bureau.client.get(f"{ADDRESS}?unit=441202", headers=bureau.headers)
    assert refusal(answer, 400)["code"] == "parameter_unknown"


def test_codelists_come_as_csv_and_json_in_both_languages(client: TestClient, bureau: Caller) -> None:
    listed = client.get(f"{API}/codelists", headers=bureau.headers).json()["items"]
    assert {"units", "indicators", "statuses", "states"} <= {one["name"] for one in listed}
    for one in listed:
        as_json = client.get(f"{API}/codelists/{one['name']}.json", headers=bureau.headers).json()
        as_csv = client.get(f"{API}/codelists/{one['name']}.csv", headers=bureau.headers)
        assert as_csv.headers["content-type"] == "text/csv; charset=utf-8"
        read = list(csv.DictReader(io.StringIO(as_csv.text, newline="")))
        assert read == [{name: cell or "" for name, cell in row.items()} for row in as_json]
        assert len(read) == one["codes"] > 0
        assert all(row["name_zh"] and row["name_en"] for row in read)
    assert refusal(client.get(f"{API}/codelists/moods.csv", headers=bureau.headers), 404)["code"] == "codelist_unknown"
    assert refusal(client.get(f"{API}/codelists/units.csv"), 401)["status"] == 401

"""One rule for counts: what a rate publishes is open to every reader; everything else to the unit and the bureau.

Held over every dataset in every form, SDMX, releases, the first rows on /data and every page.
"""

from __future__ import annotations

import csv
import html
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from openpyxl import Workbook
from starlette.testclient import TestClient

from dashboard import rights
from metrics.database import WriteSession
from metrics.plan.store import plan_at
from metrics.principal import BOUND_TO_UNITS, Role
from metrics.publish.as_sdmx import SDMX_DATASETS
from metrics.publish.catalogue import DATASETS
from metrics.publish.rendering import MEDIA_TYPES
from tests.beginnings import beginning
from tests.callers import Response, caller, refusal
from tests.dashboard.drawn import of_class, said, use_secret, window
from tests.matrices import dealt
from tests.people import browser_session
from tests.units_apart import OTHER, OWN, REASON, SECRET_ELEMENT, SITE, V1, Apart, leaks, two_units

Key = tuple[str, str]  # unit, element


@beginning
def apart(client: TestClient, session: WriteSession) -> Apart:
    return two_units(client, session)


def rows(answer: Response, form: str, folder: Path) -> list[dict[str, Any]]:
    """The rows of a pull, whatever form they came in, every cell as text."""
    assert answer.status_code == 200, answer.text
    if form == "csv":
        return list(csv.DictReader(io.StringIO(answer.text, newline="")))
    if form == "json":
        return [dict(row) for row in answer.json()]
    file = folder / f"pull.{form}"
    file.write_bytes(answer.content)
    if form == "xlsx":  # names for people stand above the codes
        frame = pd.read_excel(file, dtype=str, header=None)
        head = next(place for place, row in frame.iterrows() if "unit_code" in set(row))
        frame = frame.iloc[int(str(head)) + 1 :].set_axis(frame.iloc[int(str(head))].tolist(), axis=1)
    else:
        frame = pd.read_parquet(file)
    return [{str(name): cell for name, cell in row.items()} for row in frame.astype(str).to_dict("records")]


def read(client: TestClient, headers: dict[str, str], turn: int) -> Iterator[tuple[str, bytes]]:
    """Every dataset, in a form of its own each turn, with MATRIX=whole in every form: what a pull says, unpacked."""
    for place, name in enumerate((*DATASETS, *SDMX_DATASETS)):
        for form in dealt(list(MEDIA_TYPES), place + turn) if name in DATASETS else ("csv",):
            answer = client.get(f"{V1}/{name}.{form}", headers=headers)
            assert answer.status_code == 200 or not headers, f"{name}.{form}"
            yield f"{name}.{form}", unpacked(answer.content, form) if answer.status_code == 200 else answer.content


def unpacked(file: bytes, form: str) -> bytes:
    """What `leaks` can read of a file, of whichever form it is."""
    if form == "xlsx":
        with zipfile.ZipFile(io.BytesIO(file)) as parts:
            return html.unescape("".join(parts.read(part).decode() for part in parts.namelist())).encode()
    return pd.read_parquet(io.BytesIO(file)).to_csv().encode() if form == "parquet" else file


@pytest.mark.parametrize("role", sorted(BOUND_TO_UNITS))
def test_counts_of_rates_are_open_and_nothing_else_of_another_unit(
    client: TestClient, session: WriteSession, apart: Apart, role: Role, tmp_path: Path
) -> None:
    plan, who = plan_at(session), caller(client, session, "somebody", role, {OWN})
    published, every = plan.published_elements, plan.element_by_code.keys()
    expected = {(OWN, code) for code in every} | {(OTHER, code) for code in published}
    today = datetime.now(ZoneInfo(plan.document.timezone)).date()
    asked = [f"csv?{query}" for query in ("history=true", f"release={apart.release}", f"as_of={today}")]
    for form in (*MEDIA_TYPES, *asked):
        answer = client.get(f"{V1}/observations.{form}", headers=who.headers)
        pulled = rows(answer, form.partition("?")[0], tmp_path)
        assert {(str(row["unit_code"]), str(row["element_code"])) for row in pulled} == expected, form
        assert {str(row["reason"]) for row in pulled if str(row["unit_code"]) == OTHER} <= {"", "None", "nan"}, form
    for name, told in read(client, who.headers, turn=sorted(BOUND_TO_UNITS).index(role)):
        assert leaks(told) == [], name
    sdmx = rows(client.get(f"{V1}/observations.sdmx.csv", headers=who.headers), "csv", tmp_path)
    assert {(row["REF_AREA"], row["ELEMENT"]) for row in sdmx} == expected


def test_a_leak_would_be_seen_in_any_form() -> None:
    book, parquet = Workbook(), io.BytesIO()
    book.active["A1"] = REASON  # type: ignore[index]
    book.save(sheet := io.BytesIO())
    pd.DataFrame({"reason": ["", REASON]}).to_parquet(parquet)
    for form, file in (("xlsx", sheet), ("parquet", parquet), ("csv", io.BytesIO(REASON.encode()))):
        assert leaks(unpacked(file.getvalue(), form)) == [REASON], form


def test_a_rate_and_its_counts_say_the_same_to_another_units_clerk(
    client: TestClient, session: WriteSession, apart: Apart, tmp_path: Path
) -> None:
    """Whatever indicator: its numerator and denominator follow from the counts that are shown beside it."""
    plan, who = plan_at(session), caller(client, session, "somebody", Role.CLERK, {OWN})
    counts = {
        row["element_code"]: int(float(row["value"]) * 10) / 10
        for row in rows(client.get(f"{V1}/observations.csv?unit={OTHER}", headers=who.headers), "csv", tmp_path)
    }
    rates = rows(client.get(f"{V1}/rates.csv?unit={OTHER}&period=2019-09", headers=who.headers), "csv", tmp_path)
    assert len(rates) == len(plan.indicators)
    for rate in rates:
        indicator = plan.indicator_by_code[rate["indicator_code"]]
        for form, told in ((indicator.numerator, "numerator"), (indicator.denominator, "denominator")):
            summed = sum(counts[term.element] * term.times for term in form.terms) + form.constant
            assert float(rate[told]) == pytest.approx(summed)


def test_who_asks_by_name_for_what_is_closed_is_told_so(
    client: TestClient, session: WriteSession, apart: Apart
) -> None:
    who = caller(client, session, "somebody", Role.CLERK, {OWN})
    asked = f"{V1}/observations.csv?element={SECRET_ELEMENT}"
    assert refusal(client.get(f"{asked}&unit={OTHER}", headers=who.headers), 403)["code"] == "unit_forbidden"
    assert refusal(client.get(f"{asked}&unit={OWN}&unit={OTHER}", headers=who.headers), 403)["code"] == "unit_forbidden"
    assert SITE not in client.get(asked, headers=who.headers).text
    assert client.get(f"{asked}&unit={OWN}", headers=who.headers).status_code == 200


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ASSESSOR])
def test_the_bureau_and_assessors_see_every_count_and_why(
    client: TestClient, session: WriteSession, apart: Apart, role: Role, tmp_path: Path
) -> None:
    who = caller(client, session, "somebody", role)
    for form in MEDIA_TYPES:
        pulled = rows(client.get(f"{V1}/observations.{form}?unit={OTHER}", headers=who.headers), form, tmp_path)
        shown = [row for row in pulled if str(row["element_code"]) == SECRET_ELEMENT]
        assert [(Decimal(str(row["value"])), str(row["reason"])) for row in shown] == [(Decimal(SITE), REASON)], form


def test_a_release_has_the_counts_of_rates_and_is_open_to_every_reader(
    client: TestClient, session: WriteSession, apart: Apart, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    published = plan_at(session).published_elements
    who = caller(client, session, "somebody", Role.CLERK, {OWN})
    release = f"{V1}/releases/{apart.release}"
    file = client.get(f"{release}/observations.csv", headers=who.headers)
    assert {row["element_code"] for row in rows(file, "csv", tmp_path)} == published
    archive = client.get(f"{release}.zip", headers=who.headers)
    with zipfile.ZipFile(io.BytesIO(archive.content)) as packed:
        for name in packed.namelist():
            assert leaks(packed.read(name)) == [], name
        package = next(name for name in packed.namelist() if name.endswith("datapackage.json"))
        assert json.loads(packed.read(package))["counts"] == "of rates"
    request.getfixturevalue("public_read")
    client.cookies.clear()
    open_to_all = rows(client.get(f"{V1}/observations.csv"), "csv", tmp_path)
    assert {row["element_code"] for row in open_to_all} == published
    for name, told in read(client, {}, turn=2):
        assert leaks(told) == [], name


@pytest.mark.parametrize("role", [Role.CLERK])
def test_no_page_shows_another_units_secrets(
    client: TestClient, session: WriteSession, apart: Apart, role: Role
) -> None:
    use_secret(client, browser_session(session, "somebody", role=role, units={OWN}))
    for place, (path, _) in enumerate(rights.pages()):
        for part, value in (("{submission_id}", apart.submission), ("{number}", 1), ("{code}", OTHER)):
            path = path.replace(part, str(value))
        for search in dealt((f"?unit={OTHER}&month=2019-09", f"?lang=en&month=2019-09&unit={OTHER}"), place):
            assert leaks(json.dumps(window(client, path, search), ensure_ascii=False).encode()) == [], path
    for dataset in DATASETS:
        shown = window(client, "/data", f"?dataset={dataset}&unit={OTHER}")
        assert leaks(json.dumps(shown, ensure_ascii=False).encode()) == [], dataset
    first = window(client, "/data", f"?dataset=observations&element={SECRET_ELEMENT}&unit={OTHER}")
    assert of_class(first, "failed")
    assert SITE not in said(first)

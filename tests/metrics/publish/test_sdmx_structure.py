"""The structure message and the data are read together by two libraries; series break where they should."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import sdmx
import sdmx.reader.csv
from pysdmx.io import get_datasets, read_sdmx

from metrics.commands.load_plan import load_plan
from metrics.database import WriteSession
from metrics.plan.files import read_plan
from metrics.plan.model import Text
from metrics.plan.store import plan_at
from metrics.publish.sdmx_structure import structure_message
from metrics.queries.view import view_at
from tests.metrics.publish.pulling import rows
from tests.metrics.publish.test_as_sdmx import message, observed
from tests.metrics.queries.test_views import post
from tests.plan_folders import SEED, problems_of, replace_in

DIMENSIONS = {
    "observations": ("FREQ", "REF_AREA", "ELEMENT", "TIME_PERIOD"),
    "rates": ("FREQ", "REF_AREA", "INDICATOR", "TIME_PERIOD"),
}


@pytest.mark.parametrize("name", DIMENSIONS)
def test_two_libraries_read_the_structure_with_the_data(session: WriteSession, name: str, tmp_path: Path) -> None:
    post(session, "441202", "2019-08")
    post(session, items_online=850)
    content = message(session, name)
    said = {tuple(row[part] for part in DIMENSIONS[name]): row for row in rows(content)}
    structure = structure_message(view_at(session), synthetic=False)
    (tmp_path / "structure.xml").write_bytes(structure)
    (tmp_path / "data.csv").write_bytes(content)

    by_pysdmx = get_datasets(tmp_path / "data.csv", tmp_path / "structure.xml")[0].data  # validated against the XSDs
    read = {tuple(row[part] for part in DIMENSIONS[name]): row for row in by_pysdmx.to_dict("records")}
    assert read.keys() == said.keys()
    for key, row in read.items():
        assert row["OBS_STATUS"] == said[key]["OBS_STATUS"]
        assert (row["OBS_VALUE"] is None) == (said[key]["OBS_VALUE"] == "")
        assert row["OBS_VALUE"] is None or Decimal(str(row["OBS_VALUE"])) == Decimal(said[key]["OBS_VALUE"])

    known: Any = sdmx.read_sdmx(io.BytesIO(structure))
    definition = known.structure[f"DSD_{name.upper()}"]
    data = sdmx.reader.csv.Reader().convert(io.BytesIO(content), structure=definition).data
    by_sdmx1 = {str(one.key): one for one in (one for dataset in data for one in dataset.obs)}
    assert len(by_sdmx1) == len(said)
    for key, row in said.items():
        told = ", ".join(f"{part}={cell}" for part, cell in zip(DIMENSIONS[name], key, strict=True))
        one = by_sdmx1[f"({told})"]
        assert str(one.value) == row["OBS_VALUE"]
        assert str(one.attached_attribute["OBS_STATUS"]) == row["OBS_STATUS"]


def test_every_enumerated_cell_is_a_code_of_its_list(session: WriteSession, tmp_path: Path) -> None:
    post(session)
    (tmp_path / "structure.xml").write_bytes(structure_message(view_at(session), synthetic=True))
    found = read_sdmx(tmp_path / "structure.xml")
    assert found.header is not None
    assert found.header.test
    for name in DIMENSIONS:
        definition = found.get_data_structure_definition(f"DataStructure=BIAOCHI:DSD_{name.upper()}(1.0)")
        listed = {one.id: {code.id for code in one.enumeration} for one in definition.components if one.enumeration}
        assert {"FREQ", "REF_AREA", "OBS_STATUS", "STATE"} < listed.keys()
        for row in rows(message(session, name)):
            assert all(row[component] in codes for component, codes in listed.items())


def changed(session: WriteSession, **parts: Any) -> None:
    plan = plan_at(session)
    load_plan(session, plan.model_copy(update=parts), actor="tests")


def statuses(session: WriteSession, name: str, *, own: str, unit: str) -> dict[str, tuple[str, str]]:
    """OBS_STATUS and PRE_BREAK_VALUE of a unit's series, by month."""
    return {
        key[3]: (row["OBS_STATUS"], row["PRE_BREAK_VALUE"])
        for key, row in observed(message(session, name)).items()
        if key[1:3] == (unit, own)
    }


def test_a_series_breaks_where_a_unit_took_up_another(session: WriteSession, tmp_path: Path) -> None:
    for month in ("2019-08", "2019-09", "2019-10"):
        post(session, "441202", month)
        post(session, "441203", month)
    folder = copytree(SEED, tmp_path / "plan")
    ended = "valid_to: 2019-08-31\n    merged_into: '441202'\n    order: 3"
    replace_in(folder / "units.yaml", "order: 3", ended, after="code: '441203'")
    assert problems_of(folder) == ()
    done = load_plan(session, read_plan(folder), actor="tests")
    assert [(change.code, [name for name, *_ in change.fields]) for change in done.changes] == [
        ("441203", ["valid_to", "merged_into"])
    ]
    by_month = statuses(session, "rates", own="online_rate", unit="441202")
    assert {month: status for month, (status, _) in by_month.items()} == {
        "2019-08": "V",
        "2019-09": "B",
        "2019-10": "V",
    }
    city = statuses(session, "rates", own="online_rate", unit="441200")
    assert city["2019-09"][0] == "B"
    assert city["2019-10"][0] != "B"
    assert statuses(session, "observations", own="items_online", unit="441202")["2019-09"][0] == "B"
    assert statuses(session, "rates", own="online_rate", unit="441204")["2019-09"][0] == "L"


def test_a_series_breaks_where_a_count_is_defined_otherwise_and_keeps_what_it_was(session: WriteSession) -> None:
    post(session, "441202", "2019-08", items_online=800)
    post(session, "441202", "2019-09", items_online=810)
    plan = plan_at(session)
    elements = tuple(
        one.model_copy(update={"name": Text(zh="可网办事项(新口径)", en="Items online, counted anew")})
        if one.code == "items_online"
        else one
        for one in plan.elements
    )
    changed(session, elements=elements)
    post(session, "441202", "2019-09", items_online=700)
    post(session, "441202", "2019-10", items_online=705)
    assert statuses(session, "observations", own="items_online", unit="441202") == {
        "2019-08": ("V", ""),
        "2019-09": ("B", "810"),
        "2019-10": ("V", ""),
    }
    rates = statuses(session, "rates", own="online_rate", unit="441202")
    assert [rates[month][0] for month in ("2019-08", "2019-09", "2019-10")] == ["V", "B", "V"]
    assert {status for status, _ in statuses(session, "observations", own="items_new", unit="441202").values()} == {"V"}


def test_what_holds_units_carried_from_an_earlier_month_is_imputed(session: WriteSession) -> None:
    post(session, "441202", "2019-08")
    post(session, "441203", "2019-08")
    post(session, "441203", "2019-09")
    city = statuses(session, "rates", own="online_rate", unit="441200")
    assert (city["2019-08"][0], city["2019-09"][0]) == ("V", "I")

"""`/assessments` over HTTP: figures below 0 where an indicator can be, and the limits of every figure in words."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.principal import Role
from tests.api.routes.test_assessments import measured, rows, send
from tests.callers import Caller, caller, refusal


@pytest.fixture
def assessor(client: TestClient, session: WriteSession) -> Caller:
    """A third party."""
    return caller(client, session, "third", Role.ASSESSOR)


@pytest.mark.parametrize(
    ("figures", "value"),
    [
        ({"numerator": -40, "denominator": 200, "sample_size": 200}, "-20.00"),
        ({"numerator": "-0.5", "denominator": "200", "sample_size": None}, "-0.25"),
        ({"numerator": None, "denominator": None, "value": "-150.25", "sample_size": None}, "-150.25"),
    ],
)
def test_a_measurement_may_be_negative_where_the_numerator_is_a_difference(
    assessor: Caller, figures: dict[str, Any], value: str
) -> None:
    made = send(assessor, measured(indicator="material_reduction", **figures))
    assert made.status_code == 201, made.text
    (row,) = rows(assessor)
    assert (row["value"], row["low"], row["high"]) == (value, "", "")


@pytest.mark.parametrize(
    ("changes", "pointer", "limits"),
    [
        ({"numerator": -1}, "/numerator", ("0", "不会为负")),
        (
            {"indicator": "material_reduction", "denominator": -1, "sample_size": None},
            "/denominator",
            ("0", "1000000000"),
        ),
        (
            {"indicator": "material_reduction", "numerator": -1000000001, "sample_size": None},
            "/numerator",
            ("-1000000000", "1000000000"),
        ),
        (
            {"indicator": "startup_time", "numerator": None, "denominator": None, "sample_size": None, "value": -1},
            "/value",
            ("0", "不会为负"),
        ),
    ],
)
def test_limits_of_a_figure_are_named(
    assessor: Caller, changes: dict[str, Any], pointer: str, limits: tuple[str, ...]
) -> None:
    body = refusal(send(assessor, measured(**changes)), 422)
    problem = next(error for error in body["errors"] if error["pointer"] == pointer)
    assert all(limit in problem["message"]["zh"] for limit in limits)

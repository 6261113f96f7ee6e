"""What `biaochi serve` loads when it runs first, and that it loads nothing later."""

from __future__ import annotations

from pathlib import Path

import httpx2

from metrics.cli.plan import CITY_PLAN
from tests.served import Serve
from tests.serving import PATIENCE, PLAIN, ROOT, environment, start, stop

LAKESIDE = ROOT / "tests" / "plans" / "lakeside"


def test_demonstration_data_come_with_the_first_run_only(serve: Serve, home: Path) -> None:
    first = serve(BIAOCHI_DEMO="1", acts=100).ready()  # all of them are looked at by the tests of the demonstration
    accounts = home / "demo-accounts.json"
    said = first.log.read_text(encoding="utf-8")
    assert "First run: making demonstration data (synthetic)" in said
    assert str(accounts) in said
    assert accounts.stat().st_mode & 0o777 == 0o600
    secrets = accounts.read_bytes()
    assert stop(first.process) == 0
    second = serve(BIAOCHI_DEMO="1").ready()
    assert "First run" not in second.log.read_text(encoding="utf-8")
    assert accounts.read_bytes() == secrets
    assert stop(second.process) == 0


def test_without_a_demonstration_no_plan_is_loaded_before_one_is_named(serve: Serve, home: Path) -> None:
    served = serve(BIAOCHI_PLAN="").ready()
    said = served.log.read_text(encoding="utf-8")
    assert "尚未载入方案" in said
    assert "biaochi plan load FOLDER" in said
    assert "Traceback" not in said
    answer = httpx2.get(f"{served.url}/api/v1/units", timeout=PATIENCE, verify=PLAIN)
    assert (answer.status_code, answer.json()["code"]) == (503, "plan_missing")
    assert "BIAOCHI_PLAN" in httpx2.get(served.url, timeout=PATIENCE, verify=PLAIN).text
    assert httpx2.get(f"{served.url}/healthz", timeout=PATIENCE, verify=PLAIN).status_code == 200
    loaded = start(["plan", "load", str(LAKESIDE)], variables=environment(home), log=served.log)
    assert loaded.wait(PATIENCE) == 0
    assert (
        httpx2.get(f"{served.url}/api/v1/units", timeout=PATIENCE, verify=PLAIN).status_code == 401
    )  # the service found it by itself
    assert stop(served.process) == 0
    again = serve(BIAOCHI_PLAN=str(CITY_PLAN)).ready()  # what is loaded already stays
    assert "Loading the plan" not in again.log.read_text(encoding="utf-8")
    assert stop(again.process) == 0


def test_the_plan_that_the_settings_name_is_loaded_and_a_demonstration_that_does_not_fit_it_is_left_out(
    serve: Serve, home: Path
) -> None:
    served = serve(BIAOCHI_DEMO="1", BIAOCHI_PLAN=str(LAKESIDE)).ready()
    said = served.log.read_text(encoding="utf-8")
    assert str(LAKESIDE) in said
    assert "Demonstration data exists for the form of the city's plan only" in said
    assert not (home / "demo-accounts.json").exists()
    assert httpx2.get(f"{served.url}/api/v1/units", timeout=PATIENCE, verify=PLAIN).status_code == 401
    assert stop(served.process) == 0


def test_a_plan_that_is_not_there_ends_the_start_in_words(serve: Serve, tmp_path: Path) -> None:
    code, said = serve(BIAOCHI_PLAN=str(tmp_path / "nowhere")).ended()
    assert code == 1
    assert str(tmp_path / "nowhere") in said
    assert "Traceback" not in said

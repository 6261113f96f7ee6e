"""Rules and dashboard ask for metrics that there are; every alarm is provoked, and the guide says what to do."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import generate_latest

from metrics.watch.traffic import Traffic
from tests.serving import ROOT
from tests.watching import metrics_named, watched

MONITORING = ROOT / "monitoring"
GUIDE = (ROOT / "docs" / "watch.md").read_text(encoding="utf-8")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def read(name: str) -> Any:
    return yaml.safe_load((MONITORING / name).read_text(encoding="utf-8"))


def alarms() -> list[dict[str, Any]]:
    return [rule for group in read("alerts.yml")["groups"] for rule in group["rules"]]


def panels() -> Iterator[tuple[str, str]]:
    """Each query of the dashboard, by the panel's title."""
    for panel in json.loads((MONITORING / "grafana.json").read_text(encoding="utf-8"))["panels"]:
        yield from ((panel["title"], target["expr"]) for target in panel["targets"])


def asked(query: str) -> set[str]:
    """The metrics a query names; of a histogram's series the metric."""
    names = re.findall(r"\b(?:biaochi|process)_\w+", re.sub(r'"[^"]*"', "", query))
    return {re.sub(r"(_duration_seconds)_(?:bucket|count|sum)$", r"\1", name) for name in names}


def run(*arguments: str, folder: Path = MONITORING) -> None:
    program = shutil.which("promtool")
    if program is None:
        print(f"not run: promtool {' '.join(arguments)} (Debian's package prometheus has it)")  # noqa: T201
        return
    done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_query_asks_for_a_metric_that_there_is() -> None:
    queries = [(rule["alert"], rule["expr"]) for rule in alarms()] + list(panels())
    unknown = {place: asked(query) - metrics_named() for place, query in queries}
    assert {place: names for place, names in unknown.items() if names} == {}
    assert [place for place, query in queries if not asked(query) and not query.startswith("up{")] == []
    assert all(CHINESE.search(title) and re.search("[a-z]", title) for title, _ in panels())


def test_what_an_alarm_sees_grow_is_told_before_it_grew() -> None:
    """Of a counter whose line begins at 1 Prometheus sees no increase: the first failure would raise no alarm."""
    grown = re.findall(r'biaochi_refusals_total\{code=~?"([^"]+)"\}', " ".join(rule["expr"] for rule in alarms()))
    told = watched(generate_latest(Traffic().registry).decode()).values["biaochi_refusals_total"]
    assert told == {f"code={code}": 0.0 for codes in grown for code in codes.split("|")}


def test_of_every_alarm_the_guide_says_in_both_languages_what_to_do() -> None:
    sections = dict(re.findall(r"^### (\w+)\n\n(.+?)(?=^##)", GUIDE, re.MULTILINE | re.DOTALL))
    assert list(sections) == [rule["alert"] for rule in alarms()]
    for rule in alarms():
        name, said = rule["alert"], rule["annotations"]
        heading, chinese, english = sections[name].strip().split("\n\n")
        zh, en = said["summary"].split(" / ")
        assert heading == f"*{zh}。 {en}.* (`{rule['labels']['severity']}`)"
        assert CHINESE.search(chinese)
        assert not CHINESE.search(english)
        assert said["runbook"] == f"docs/watch.md#{name.lower()}"


def test_every_alarm_is_provoked_once_and_none_by_a_service_that_is_well() -> None:
    *provoked, well = read("alerts.test.yml")["tests"]
    names = {rule["alert"] for rule in alarms()}
    tried = [one for test in provoked for one in test["alert_rule_test"]]
    assert {one["alertname"] for one in tried if one["exp_alerts"]} == names
    assert {one["alertname"] for one in well["alert_rule_test"] if one["exp_alerts"] == []} == names
    named = {one["series"].partition("{")[0] for one in well["input_series"]}
    assert {name for rule in alarms() for name in asked(rule["expr"])} <= {
        re.sub(r"(_duration_seconds)_bucket$", r"\1", name) for name in named
    }
    run("check", "rules", "alerts.yml")
    run("test", "rules", "alerts.test.yml")


def test_prometheus_reads_the_dashboards_queries(tmp_path: Path) -> None:
    rules = [{"record": f"panel_{number}", "expr": query} for number, (_, query) in enumerate(panels())]
    content = {"groups": [{"name": "panels", "rules": rules}]}
    (tmp_path / "panels.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    run("check", "rules", "panels.yml", folder=tmp_path)


@pytest.mark.parametrize("query", ['rate(biaochi_nothing_total{code="biaochi_ledger_entries"}[5m])'])
def test_the_names_are_found_in_a_query(query: str) -> None:
    """What stands in quotes is a label's value."""
    assert asked(query) == {"biaochi_nothing_total"}

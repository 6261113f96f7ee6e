"""What `/metrics` gives, read back by the library's own parser."""

from __future__ import annotations

import re
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from tests.serving import ROOT


@dataclass(frozen=True)
class Watched:
    """Values by the name of the sample, and of its labels, as `{unit="441202"}` without quotes: `unit=441202`."""

    values: dict[str, dict[str, float]]

    def __call__(self, name: str, **labels: str) -> float:
        return self.values[name][_said(labels)]


def watched(text: str) -> Watched:
    """Raises ValueError where the text is none that Prometheus reads, AssertionError where a sample stands twice."""
    values: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            known = values.setdefault(sample.name, {})
            assert _said(sample.labels) not in known, sample
            known[_said(sample.labels)] = sample.value
    return Watched(values)


def _said(labels: dict[str, str]) -> str:
    return ",".join(f"{name}={labels[name]}" for name in sorted(labels))


def metrics_named() -> set[str]:
    """The metrics in the tables of docs/watch.md, which are all that there are."""
    page = (ROOT / "docs" / "watch.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[a-z]\w*`(?:, `[a-z]\w*`)*) \|", page, re.MULTILINE)
    return {name for row in rows for name in row.strip("`").split("`, `")}

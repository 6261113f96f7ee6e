"""One pull of one dataset, as every form of file is told about it, and on which terms the data are given."""

from __future__ import annotations

from dataclasses import dataclass

from metrics.plan.model import Plan, Text
from metrics.publish.dataset import AnyDataset, Pull
from metrics.queries.view import View

SYNTHETIC_DATA = "合成演示数据,并非真实填报 / synthetic demonstration data, not real submissions"
DATA_TERMS = Text(
    zh="数据归填报单位和发布单位所有,使用范围由发布单位决定;软件 Apache-2.0",
    en="The data belong to those who reported and publish them, who decide on their use; the software is Apache-2.0",
)


def publisher(plan: Plan) -> Text:
    """Who publishes the figures: the office that signs bulletins, else who issued the plan."""
    return plan.document.bulletin_issuer or plan.document.issuer


@dataclass(frozen=True, slots=True)
class Edition:
    """`synthetic`: the figures are the demonstration's, and the file has to say so."""

    dataset: AnyDataset
    view: View
    pull: Pull
    synthetic: bool

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """What was asked for, as `name=value` of the address, whatever the moment it was asked at.

        The same pull now, and later as known at this moment, has the same parameters and so the same bytes.
        """
        pull = self.pull
        asked: list[tuple[str, str]] = [
            *(("unit", code) for code in pull.units),
            *(("period", f"{period:%Y-%m}") for period in pull.periods),
            *(("element", code) for code in pull.elements),
            *(("indicator", code) for code in pull.indicators),
            *(("target", code) for code in pull.targets),
            *(("group", code) for code in pull.groups),
            *(("kind", kind) for kind in pull.kinds),
            *(("lead", code) for code in pull.leads),
            *(("phase", code) for code in pull.phases),
            *(("task", str(number)) for number in pull.tasks),
            *(("state", state) for state in pull.states),
        ]
        single = {
            "period_from": None if pull.period_from is None else f"{pull.period_from:%Y-%m}",
            "period_to": None if pull.period_to is None else f"{pull.period_to:%Y-%m}",
            "on": None if pull.on is None else pull.on.isoformat(),
            "group": pull.among,
            "basis": self.view.basis.value if "basis" in self.dataset.parameters else None,
            "history": "true" if pull.history else None,
            "after_seq": None if pull.after_seq is None else str(pull.after_seq),
            "lang": pull.language,
        }
        return (
            *asked,
            *((name, value) for name, value in single.items() if value is not None),
            *pull.shape.written().items(),
        )

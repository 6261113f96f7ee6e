"""What a target is called on a day, whatever it is called by now."""

from __future__ import annotations

from datetime import date

from dashboard.locale import speaking
from dashboard.words.target_names import target_name_on
from metrics.plan.model import Text
from tests.metrics.verdicts.columns import CITY

FIRST = CITY.general_targets["TG-05A"][0]
RENAMED, OWN = (Text(zh=zh, en=en) for zh, en in (("新名", "Named anew"), ("自有名", "Named for one")))


def test_a_target_is_called_as_it_was_on_the_day_looked_at() -> None:
    """A later name, a name to come and that of a unit's own target are not the name of then."""
    plan = CITY
    for number, (name, since, units) in enumerate(
        ((RENAMED, date(2020, 3, 1), ()), (OWN, date(2020, 1, 1), ("441202",))), start=2
    ):
        changed = {"revision": number, "name": name, "effective_from": since, "for_units": units, "reason": "改"}
        plan = plan.with_revision(FIRST.model_copy(update=changed))
    with speaking("en"):
        assert target_name_on(plan, "TG-05A", date(2020, 2, 29)) == FIRST.name.en
        assert target_name_on(plan, "TG-05A", date(2020, 3, 1)) == "Named anew"
        assert target_name_on(plan, "TG-05A", None) == "Named anew"
        assert target_name_on(plan, "no-such", None) == "no-such"

"""What of a dataset is kept from a reader: other units' single submissions, and counts that no rate is made of."""

from __future__ import annotations

from dataclasses import replace

from metrics.errors import Forbidden, Message
from metrics.principal import Principal
from metrics.publish.dataset import AnyDataset, Pull
from metrics.queries.view import View


def within_own_units(pull: Pull, dataset: AnyDataset, *, principal: Principal | None) -> Pull:
    """`pull` as the principal may ask it: of single submissions' figures a clerk sees those of their own units.

    Raises Forbidden if a clerk asks for another unit's.
    """
    if not dataset.own_units_only or principal is None or not principal.is_bound_to_units:
        return pull
    if not principal.units or not principal.units.issuperset(pull.units):
        raise Forbidden(
            code="unit_forbidden",
            message=Message(
                "您只能查看本单位填报的数据;各单位的指标值与进度见 rates 与 progress。",
                "You may see your own units' counts only; every unit's rates and progress are in rates and progress.",
            ),
        )
    return replace(pull, units=pull.units or tuple(sorted(principal.units)))


def refuse_closed_counts(pull: Pull, dataset: AnyDataset, view: View) -> None:
    """Raise Forbidden if counts that no rate is made of are asked for by name, of units whose reader this is not.

    Without names such counts are left out: what is open to this reader is the whole answer.
    """
    if not dataset.counts or view.shows_every_count:
        return
    closed = [code for code in pull.elements if code not in view.plan.published_elements]
    if not closed or (view.own and view.own.issuperset(pull.units)):  # without units, the reader's own are meant
        return
    named = ", ".join(closed[:3])
    raise Forbidden(
        code="unit_forbidden",
        message=Message(
            f"{named} 不在任何指标的公式中,只供本单位与主管部门查看;各单位指标所用的数据都可下载。",
            f"{named}: no rate is made of it, so it is for the unit itself and the bureau; of every unit you may "
            "see the counts that rates are made of.",
        ),
    )

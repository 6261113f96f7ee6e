"""What submissions say of every indicator, summed from their observations by the database: one statement, two sources.

Either of the events of submissions, each as it left its submission; or of all submissions as they were known at one
place in the ledger, each with its newest event, for a plan whose formulas are new from there.
"""

from __future__ import annotations

from typing import Any

from metrics.plan.model import Plan
from metrics.stored_rates import layout_of
from metrics.submission_states import STATE_AFTER, Action

_STATES = " ".join(f"when '{action}' then '{state}'" for action, state in STATE_AFTER.items())
OF_EVENTS = f"""
    select v.seq, lead(v.seq) over (partition by v.submission_id order by v.seq) as until_seq,
        v.submission_id, v.revision, case v.action {_STATES} end as state
    from submission_events v
    where v.seq between :first and :last and v.action <> '{Action.SIGN_OFF}'
"""  # noqa: S608  constants of the program
AS_KNOWN = f"""
    select distinct on (v.submission_id) v.seq, cast(null as bigint) as until_seq,
        v.submission_id, v.revision, case v.action {_STATES} end as state
    from submission_events v
    where v.seq > :since and v.seq <= :at and v.action <> '{Action.SIGN_OFF}'
    order by v.submission_id, v.seq desc
"""  # noqa: S608  constants of the program
# A cell's value at an event is its newest observation up to the event's revision. Of first revisions there is no other,
# so nothing is looked for: that makes a load of history quick.
SAID = """
with events as ({events}),
sent as (
    select e.*, s.unit_code, s.period from events e join submissions s on s.id = e.submission_id
    where cast(:units as text[]) is null or s.unit_code = any(cast(:units as text[]))
),
parts as (
    select * from unnest(
        cast(:places as integer[]), cast(:elements as text[]), cast(:above as numeric[]), cast(:below as numeric[])
    ) as part(place, element_code, above, below)
),
forms as (
    select * from unnest(
        cast(:counts as integer[]), cast(:more_above as numeric[]), cast(:more_below as numeric[])
    ) with ordinality as form(elements, more_above, more_below, place)
),
sums as (
    select e.submission_id, e.seq, p.place, count(*) as elements,
        sum(o.value * p.above) as above, sum(o.value * p.below) as below
    from sent e
    join observations o on o.unit_code = e.unit_code and o.period = e.period and o.revision <= e.revision
    join parts p on p.element_code = o.element_code
    where e.revision = 1 or not exists (
        select from observations later
        where later.unit_code = o.unit_code and later.period = o.period and later.element_code = o.element_code
            and later.revision > o.revision and later.revision <= e.revision
    )
    group by e.submission_id, e.seq, p.place
)
"""
ROWS = """
select e.unit_code, e.period, e.seq, e.until_seq, e.submission_id, e.state,
    array_agg(case when u.elements = f.elements then cast(u.above + f.more_above as bigint) end order by f.place),
    array_agg(case when u.elements = f.elements then cast(u.below + f.more_below as bigint) end order by f.place)
from sent e
cross join forms f
left join sums u on u.submission_id = e.submission_id and u.seq = e.seq and u.place = f.place
group by e.unit_code, e.period, e.seq, e.until_seq, e.submission_id, e.state
"""


def forms_of(plan: Plan) -> dict[str, Any]:
    """The plan's linear forms as columns: one part an indicator × element, one form an indicator."""
    rows, forms = [], []
    for stored in layout_of(plan):
        step, indicator = 10**stored.decimals, stored.indicator
        above = {term.element: term.times for term in indicator.numerator.terms}
        below = {term.element: term.times for term in indicator.denominator.terms}
        elements = indicator.elements
        rows += [(stored.place + 1, code, above.get(code, 0) * step, below.get(code, 0) * step) for code in elements]
        forms.append((len(elements), indicator.numerator.constant * step, indicator.denominator.constant * step))
    return {
        "places": [row[0] for row in rows],
        "elements": [row[1] for row in rows],
        "above": [row[2] for row in rows],
        "below": [row[3] for row in rows],
        "counts": [form[0] for form in forms],
        "more_above": [form[1] for form in forms],
        "more_below": [form[2] for form in forms],
    }

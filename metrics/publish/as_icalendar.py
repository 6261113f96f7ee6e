"""The release calendar as iCalendar (RFC 5545), to subscribe to: one event an announcement, the whole day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from icalendar import Calendar, Event

from metrics.announcements import Announcement, AnnouncementState
from metrics.plan.model import Plan, Text
from metrics.publish.citation import identifier
from metrics.publish.codelists import fixed_codelists
from metrics.publish.edition import publisher

MEDIA_TYPE = "text/calendar"
_TITLE = Text(zh="发布日程", en="release calendar")
_SYNTHETIC = Text(zh="(合成演示)", en=" (synthetic)")
_REFRESHED = timedelta(days=1)  # how often whoever subscribes may look


def release_calendar(
    found: Iterable[Announcement],
    plan: Plan,
    *,
    today: date,
    ledger: bytes,
    address: str,
    language: str,
    synthetic: bool,
) -> bytes:
    """The document. A moved date is the same event with a higher `SEQUENCE`; what is withdrawn is `CANCELLED`.

    `ledger`: the hash of its first entry, of which identifiers are made; `address`: of the site, empty without one.
    """
    label = _SYNTHETIC.in_language(language) if synthetic else ""
    calendar = Calendar()
    calendar.add("prodid", "-//Biaochi//Release calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", f"{publisher(plan).in_language(language)} · {_TITLE.in_language(language)}{label}")
    calendar.add("x-wr-calname", f"{publisher(plan).in_language(language)} · {_TITLE.in_language(language)}{label}")
    calendar.add("refresh-interval", _REFRESHED, parameters={"VALUE": "DURATION"})
    for one in found:
        calendar.add_component(_event(one, today=today, ledger=ledger, address=address, language=language, label=label))
    content: bytes = calendar.to_ical()
    return content


def _event(one: Announcement, *, today: date, ledger: bytes, address: str, language: str, label: str) -> Event:
    state = one.state(today)
    words = {code.code: code.name.in_language(language) for code in fixed_codelists()["announcement_states"].codes}
    said = [(act.said.in_language(language), act.reason) for act in one.acts]
    lines = [words[state.value], *(f"{what} — {why}" if why else what for what, why in said)]
    event = Event()
    event.add("uid", identifier(ledger, f"announcement:{one.seq}"))
    event.add("dtstamp", one.acts[-1].recorded_at)
    event.add("last-modified", one.acts[-1].recorded_at)
    event.add("created", one.acts[0].recorded_at)
    event.add("sequence", len(one.acts) - 1)
    event.add("dtstart", one.due_on)
    event.add("status", "CANCELLED" if state is AnnouncementState.WITHDRAWN else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("summary", f"{one.name.in_language(language)} · {words[state.value]}{label}")
    event.add("description", "\n".join(lines))
    if address:
        event.add("url", f"{address}/releases?lang={language}")
    return event

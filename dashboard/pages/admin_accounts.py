"""The administrator's list of accounts: searched by name, role and unit, a page at a time, all of it in the address."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.levels import pages
from dashboard.locale import _, count_text, instant_text, language, ngettext, pgettext
from dashboard.pages.admin_search import choice_field, search_form, text_field, unit_code
from dashboard.parts import empty, plain_table, scrolled
from dashboard.window.reading import Reading
from dashboard.window.shell import role_word
from dashboard.words.figures import NOTHING
from metrics.plan.level import Paged
from metrics.principal import Role
from metrics.queries.accounts import AccountListed, AccountsAsked, accounts_named, usernames

Component = Any
SEARCHED = ("user", "role", "unit")  # by which an address searches
_LONGEST = 100  # characters


def accounts_table(reading: Reading) -> Component:
    """The accounts searched for, disabled ones included, each with the way to its page; and the way to add one."""
    given = {name: (reading.address.keeps(name) or "")[:_LONGEST].strip() for name in SEARCHED}
    asked = AccountsAsked(
        text=given["user"],
        role=Role(given["role"]) if given["role"] in list(Role) else None,
        unit=unit_code(reading.plan, given["unit"]) or None,
    )
    listed = reading.paged(usernames(reading.session, asked))
    add = html.P(html.A(_("Add an account …"), href=f"/admin/add?lang={language()}", className="button"))
    return html.Div([add, _search(reading, given), *_found(reading, listed)])


def account_link(reading: Reading, username: str) -> Component:
    return dcc.Link(html.Code(username), href=reading.address.at_desk(f"/admin/accounts/{username}"))


def _search(reading: Reading, given: dict[str, str]) -> Component:
    roles = {role.value: role_word(role) for role in Role}
    fields = [
        text_field("user", _("Name or account"), given["user"], placeholder=_("All")),
        choice_field("role", pgettext("account", "Role"), roles, given["role"]),
        text_field("unit", _("Unit, by name or code"), given["unit"], placeholder=_("All")),
    ]
    searched = [*SEARCHED, "page"] if any(given.values()) else []
    return search_form(reading, fields, kept={"show": "accounts"}, clear=searched)


def _found(reading: Reading, listed: Paged[str]) -> list[Component]:
    if not listed.rows:
        return [empty(_("No account matches this search."))]
    count = len(listed.rows)
    said = html.P(ngettext("{n} account.", "{n} accounts.", count), className="note")
    words = _(
        "Accounts {first}–{last} of {all}",
        first=count_text(listed.first + 1),
        last=count_text(listed.first + len(listed.shown)),
        all=count_text(count),
    )
    headings = [
        _("Username"),
        _("Name"),
        pgettext("account", "Role"),
        _("Units"),
        pgettext("account", "State"),
        _("Second factor"),
        _("Sessions"),
        _("Added"),
    ]
    rows = [_row(reading, one) for one in accounts_named(reading.session, listed.shown)]
    table = scrolled(plain_table(_("Accounts"), headings, rows), name="texts")
    return [said, table, pages(reading.address, listed, words=words)]


def _row(reading: Reading, one: AccountListed) -> list[Component]:
    return [
        account_link(reading, one.username),
        one.display_name,
        role_word(one.role),
        ", ".join(one.units) or NOTHING,
        (_("active") if one.active else _("disabled")) + (_(", demonstration") if one.demonstration else ""),
        _("set up") if one.second_factor else _("not set up"),
        str(one.sessions) if one.sessions else NOTHING,
        instant_text(one.created_at, timezone=reading.timezone),
    ]

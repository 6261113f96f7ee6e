"""Settings that remind over servers of the test's own, and what became of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr
from sqlalchemy import func, select

from metrics.database import WriteSession
from metrics.models import Reminder
from metrics.reminders.channels import channels
from metrics.reminders.sending import send_due
from metrics.settings import Settings
from tests.mailboxes import Mailbox, Robot

OVERDUE = datetime(2019, 10, 6, 2, tzinfo=UTC)  # 10 in the morning, the day after
DUE_SOON = datetime(2019, 10, 4, 2, tzinfo=UTC)
UNITS = ("441202", "441203", "441223")


def configured(**more: Any) -> Settings:
    addresses = {unit: f"{unit}@county.example" for unit in UNITS}
    return Settings(
        **{"reminder_addresses": addresses, "reviewer_addresses": ["bureau@city.example"], "smtp_security": "none"}
        | more
    )


def by_mail(box: Mailbox, **more: Any) -> Settings:
    return configured(smtp_host="127.0.0.1", smtp_port=box.port, smtp_from="标尺 <gauge@city.example>", **more)


def by_robot(group: Robot, **more: Any) -> Settings:
    url = f"http://127.0.0.1:{group.port}/robot/send?key=the-secret-key"
    return configured(webhook_url=SecretStr(url), **more)


def send(given: Settings, now: datetime) -> int:
    return send_due(given, channels(given), now=now)


def states(session: WriteSession) -> dict[str, int]:
    return {row.state: row[1] for row in session.execute(select(Reminder.state, func.count()).group_by(Reminder.state))}

"""The tables. One family a file; `Base.metadata` holds them all."""

from metrics.models.access import IdempotencyKey, Session, SignInFailure, Token, User
from metrics.models.assessments import Assessment
from metrics.models.base import Base
from metrics.models.confirmations import Confirmation
from metrics.models.drafts import Draft
from metrics.models.files import RefusedFile
from metrics.models.layouts import ConfirmedLayout
from metrics.models.ledger import LedgerCheckpoint, LedgerEntry, LedgerKey, LedgerTile
from metrics.models.overrides import LightOverride
from metrics.models.people import PersonContact, PersonRecord
from metrics.models.periods import PeriodEvent
from metrics.models.plan import PlanRecord
from metrics.models.releases import Release, ReleaseFile, ReleasePart
from metrics.models.reminders import Reminder
from metrics.models.returns import Figure, Observation, Submission, SubmissionEvent
from metrics.models.samples import Sample, SampleFinding
from metrics.models.tasks import TaskReport

__all__ = [
    "Assessment",
    "Base",
    "Confirmation",
    "ConfirmedLayout",
    "Draft",
    "Figure",
    "IdempotencyKey",
    "LedgerCheckpoint",
    "LedgerEntry",
    "LedgerKey",
    "LedgerTile",
    "LightOverride",
    "Observation",
    "PeriodEvent",
    "PersonContact",
    "PersonRecord",
    "PlanRecord",
    "RefusedFile",
    "Release",
    "ReleaseFile",
    "ReleasePart",
    "Reminder",
    "Sample",
    "SampleFinding",
    "Session",
    "SignInFailure",
    "Submission",
    "SubmissionEvent",
    "TaskReport",
    "Token",
    "User",
]

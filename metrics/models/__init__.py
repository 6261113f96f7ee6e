"""The tables. One family a file; `Base.metadata` holds them all."""

from metrics.models.access import IdempotencyKey, Session, SignInFailure, Token, User
from metrics.models.assessments import Assessment, Sample, SampleFinding
from metrics.models.attachments import AttachedFile
from metrics.models.audit import AuditEntry
from metrics.models.base import Base
from metrics.models.bulletins import BulletinAct, BulletinFile
from metrics.models.confirmations import Confirmation
from metrics.models.follows import Follow, FollowedTurn
from metrics.models.ledger import (
    LedgerCheckpoint,
    LedgerCosignature,
    LedgerEntry,
    LedgerKey,
    LedgerTile,
    LockRow,
    WitnessTrouble,
)
from metrics.models.materials import MaterialRecord
from metrics.models.open_sql import OpenRefresh
from metrics.models.overrides import LightOverride
from metrics.models.people import PersonContact, PersonRecord
from metrics.models.periods import PeriodEvent, Reminder
from metrics.models.phases import GateRule, InspectionFinding, Rectification, SelfAssessment
from metrics.models.plan import PlanRecord
from metrics.models.rates import FarPast, RolledUpRates, StoredFormulas, UnitRates, UnitTurns
from metrics.models.releases import AnnouncementRecord, Release, ReleaseFile, ReleasePart
from metrics.models.scores import InquiryScore, ScoreRuleRecord
from metrics.models.second_factors import FormerPassword, PasswordLink, RecoveryCode, SecondFactor, SignInStep
from metrics.models.slips import SlipActRecord
from metrics.models.submissions import (
    ConfirmedLayout,
    Draft,
    Figure,
    Observation,
    RefusedFile,
    Submission,
    SubmissionEvent,
)
from metrics.models.tasks import TaskCheck, TaskReport, TaskSanction
from metrics.models.work_plans import Funding, WorkPlan

__all__ = [
    "AnnouncementRecord",
    "Assessment",
    "AttachedFile",
    "AuditEntry",
    "Base",
    "BulletinAct",
    "BulletinFile",
    "Confirmation",
    "ConfirmedLayout",
    "Draft",
    "FarPast",
    "Figure",
    "Follow",
    "FollowedTurn",
    "FormerPassword",
    "Funding",
    "GateRule",
    "IdempotencyKey",
    "InquiryScore",
    "InspectionFinding",
    "LedgerCheckpoint",
    "LedgerCosignature",
    "LedgerEntry",
    "LedgerKey",
    "LedgerTile",
    "LightOverride",
    "LockRow",
    "MaterialRecord",
    "Observation",
    "OpenRefresh",
    "PasswordLink",
    "PeriodEvent",
    "PersonContact",
    "PersonRecord",
    "PlanRecord",
    "RecoveryCode",
    "Rectification",
    "RefusedFile",
    "Release",
    "ReleaseFile",
    "ReleasePart",
    "Reminder",
    "RolledUpRates",
    "Sample",
    "SampleFinding",
    "ScoreRuleRecord",
    "SecondFactor",
    "SelfAssessment",
    "Session",
    "SignInFailure",
    "SignInStep",
    "SlipActRecord",
    "StoredFormulas",
    "Submission",
    "SubmissionEvent",
    "TaskCheck",
    "TaskReport",
    "TaskSanction",
    "Token",
    "UnitRates",
    "UnitTurns",
    "User",
    "WitnessTrouble",
    "WorkPlan",
]

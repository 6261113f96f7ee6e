"""What submissions mean: rates by unit and period, written with the submission that says them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from metrics.models.base import Base, Sequence
from metrics.submission_states import State


class UnitRates(Base):
    """The rates of one submission, from one place in the ledger until another. Derived; made anew by `biaochi rebuild`.

    ``441202 | 2019-09-01 | 31 | 40 | 17 | submitted | {2800,850,720,…} | {5000,1000,1000,…} | 1``

    `formulas`: by which formulas (:class:`StoredFormulas`). Known at a sequence number S are, of the formulas that hold
    there, the rows with `seq` ≤ S and `until_seq` null or above S: one a submission.
    Arrays hold one amount an indicator, in the order of their codes and in whole steps (:mod:`metrics.stored_rates`);
    null where an element of it was not reported.
    """

    __tablename__ = "unit_rates"
    __table_args__ = (
        CheckConstraint("state in ('submitted', 'verified', 'returned')", name="state"),
        CheckConstraint("until_seq > seq", name="until_seq"),
        Index("ix_unit_rates_period_seq", "period", "seq"),
    )

    unit_code: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[date] = mapped_column(primary_key=True)
    seq: Mapped[Sequence] = mapped_column(primary_key=True)
    until_seq: Mapped[int | None] = mapped_column(BigInteger)
    submission_id: Mapped[int]
    state: Mapped[State]
    numerators: Mapped[list[int | None]] = mapped_column(ARRAY(BigInteger))
    denominators: Mapped[list[int | None]] = mapped_column(ARRAY(BigInteger))
    formulas: Mapped[int] = mapped_column(primary_key=True)


class StoredFormulas(Base):
    """From which place in the ledger the formulas of stored rates hold, until the next: numbered from 1 on.

    ``2 | 4711``: the plan loaded at 4711 has other formulas than the one before. Made anew by `biaochi rebuild`.
    """

    __tablename__ = "stored_formulas"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[Sequence] = mapped_column(unique=True)


class FarPast(Base):
    """A place in the ledger at which the facts of the far past are kept, by basis: of the months `first` to `through`.

    ``submitted | 4711 | 2010-06-01 | 2020-02-01 | {"online_rate >= 7/10","online_rate value",…}``

    There are a few such places, spread over the ledger. What was recorded between the nearest of them and the place a
    reader looks at is found by its sequence numbers, and for the units and months it is about the facts are read from
    rates: the kept ones are never wrong, at most fewer.
    """

    __tablename__ = "far_past"

    basis: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[Sequence] = mapped_column(primary_key=True)
    first: Mapped[date]
    through: Mapped[date]
    conditions: Mapped[list[str]]


class UnitTurns(Base):
    """The first months in which each condition of :class:`FarPast` held for a reporting unit, as month numbers.

    ``441202 | submitted | 4711 | | {24236,2147483647,…}``: in the order of the conditions, 2147483647 where it never
    held. It is so at every place of :class:`FarPast` from `seq` on and before `until_seq`, both of which are such
    places; without it at the newest as well.
    """

    __tablename__ = "unit_turns"
    __table_args__ = (CheckConstraint("until_seq > seq", name="until_seq"),)

    unit_code: Mapped[str] = mapped_column(primary_key=True)
    basis: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[Sequence] = mapped_column(primary_key=True)
    until_seq: Mapped[int | None] = mapped_column(BigInteger)
    months: Mapped[list[int]] = mapped_column(ARRAY(Integer))


class RolledUpRates(Base):
    """One month of a unit that adds up others, at places of :class:`FarPast` as `unit_turns`; arrays as `unit_rates`.

    ``441200 | submitted | 2019-09-01 | 4711 | | {28000,…} | {50000,…} | {2,…} | {10,…} | {1,…} | {11,…}``

    `states`: places among the states; `reported`, `carried`, `expected`: how many reporting units are in it.
    """

    __tablename__ = "rolled_up_rates"
    __table_args__ = (CheckConstraint("until_seq > seq", name="until_seq"),)

    unit_code: Mapped[str] = mapped_column(primary_key=True)
    basis: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[date] = mapped_column(primary_key=True)
    seq: Mapped[Sequence] = mapped_column(primary_key=True)
    until_seq: Mapped[int | None] = mapped_column(BigInteger)
    numerators: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    denominators: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    states: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    reported: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    carried: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    expected: Mapped[list[int]] = mapped_column(ARRAY(Integer))

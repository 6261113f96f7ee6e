"""Quantiles of the beta and of Student's distribution, with 24 decimals and the same on every machine. Pure.

In decimals as intervals are: the libraries' functions are binary and differ in their last places from
one machine to the next, and none of them is among what the service is made of.
"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

_PRECISE = Context(prec=40)
_PI = Decimal("3.14159265358979323846264338327950288419716939937510582")
_SMALL = Decimal(10) ** -30
_STANDS_STILL = Decimal(10) ** -24
# B(2k) ÷ (2k·(2k−1)), the coefficients of Stirling's series; from 30 on thirteen of them give 30 digits.
_STIRLING = [
    Fraction(top, bottom * 2 * k * (2 * k - 1))
    for k, (top, bottom) in enumerate(
        (
            (1, 6),
            (-1, 30),
            (1, 42),
            (-1, 30),
            (5, 66),
            (-691, 2730),
            (7, 6),
            (-3617, 510),
            (43867, 798),
            (-174611, 330),
            (854513, 138),
            (-236364091, 2730),
            (8553103, 6),
        ),
        start=1,
    )
]
_SHIFTED_TO = 30


@lru_cache(maxsize=1024)
def beta_quantile(probability: Fraction, a: Decimal, b: Decimal) -> Decimal:
    """The x between 0 and 1 below which the beta distribution of `a`, `b` > 0 has `probability`, strictly within 0…1.

    Newton's steps, and a halving where one would leave what is known, until 24 decimals stand still.
    """
    with localcontext(_PRECISE):
        wanted = Decimal(probability.numerator) / Decimal(probability.denominator)
        scale = _log_gamma(a + b) - _log_gamma(a) - _log_gamma(b)
        low, high, x = Decimal(0), Decimal(1), a / (a + b)
        while True:
            off = _below(x, a, b, scale) - wanted
            low, high = (x, high) if off < 0 else (low, x)
            density = (scale + (a - 1) * x.ln() + (b - 1) * (1 - x).ln()).exp()
            following = x - off / density
            if not low < following < high:
                following = (low + high) / 2
            if abs(following - x) < _STANDS_STILL:
                return following
            x = following


@lru_cache(maxsize=1024)
def student_quantile(probability: Fraction, freedom: int) -> Decimal:
    """The t that Student's distribution with `freedom` ≥ 1 degrees has `probability` below, above one half: 12.706….

    If X is beta of freedom/2 and 1/2, then √(freedom·(1 − X) ÷ X) is the absolute value of t.
    """
    with localcontext(_PRECISE):
        x = beta_quantile(2 * (1 - probability), Decimal(freedom) / 2, Decimal("0.5"))
        return (Decimal(freedom) * (1 - x) / x).sqrt()


def _below(x: Decimal, a: Decimal, b: Decimal, scale: Decimal) -> Decimal:
    """The regularised incomplete beta function, by the continued fraction on the side where it converges fast."""
    front = (scale + a * x.ln() + b * (1 - x).ln()).exp()
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: Decimal, a: Decimal, b: Decimal) -> Decimal:
    """Lentz's evaluation of the continued fraction (DLMF 8.17.22)."""
    upper, lower = Decimal(1), 1 / (1 - (a + b) * x / (a + 1))
    value, m = lower, 1
    while True:
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            lower, upper = 1 / (1 + term * lower), 1 + term / upper
            value *= lower * upper
        if abs(lower * upper - 1) < _SMALL:
            return value
        m += 1


def _log_gamma(x: Decimal) -> Decimal:
    """ln Γ(x) for x > 0, by Stirling's series of a larger argument."""
    shift = Decimal(1)
    while x < _SHIFTED_TO:
        shift *= x
        x += 1
    series = sum(
        (Decimal(c.numerator) / c.denominator / x ** (2 * k - 1) for k, c in enumerate(_STIRLING, start=1)), Decimal(0)
    )
    return (x - Decimal("0.5")) * x.ln() - x + (2 * _PI).ln() / 2 + series - shift.ln()

"""The signature: Ed25519, RFC 8032, section 5.1.7, in extended coordinates (x, y, z, t)."""

from __future__ import annotations

import hashlib

_PRIME = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _PRIME - 2, _PRIME) % _PRIME
_ROOT_OF_MINUS_ONE = pow(2, (_PRIME - 1) // 4, _PRIME)
Point = tuple[int, int, int, int]


def _plus(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % _PRIME
    c = 2 * one[3] * other[3] * _D % _PRIME
    d = 2 * one[2] * other[2] % _PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _PRIME, g * h % _PRIME, f * g % _PRIME, e * h % _PRIME


def _times(factor: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while factor:
        if factor % 2:
            total = _plus(total, point)
        point, factor = _plus(point, point), factor >> 1
    return total


def _point(encoded: bytes) -> Point | None:
    y = int.from_bytes(encoded, "little")
    odd, y = y >> 255, y % 2**255
    if y >= _PRIME:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _PRIME - 2, _PRIME) % _PRIME
    x = pow(square, (_PRIME + 3) // 8, _PRIME)
    if (x * x - square) % _PRIME:
        x = x * _ROOT_OF_MINUS_ONE % _PRIME
    if (x * x - square) % _PRIME or (x == 0 and odd):
        return None
    x = _PRIME - x if x % 2 != odd else x
    return x, y, 1, x * y % _PRIME


def is_signed(public_key: bytes, signature: bytes, text: bytes) -> bool:
    """True if `signature` (64 bytes) is that of the holder of `public_key` (32 bytes) under `text`."""
    base = _point((4 * pow(5, _PRIME - 2, _PRIME) % _PRIME).to_bytes(32, "little"))
    if len(public_key) != 32 or len(signature) != 64 or base is None:
        return False
    key, nonce, s = _point(public_key), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or s >= _ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + text).digest()
    left = _times(s, base)
    right = _plus(nonce, _times(int.from_bytes(digest, "little") % _ORDER, key))
    return all((left[i] * right[2] - right[i] * left[2]) % _PRIME == 0 for i in (0, 1))

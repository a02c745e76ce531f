"""Hashes of what people know: Argon2id. PINs take the smallest cost OWASP allows, for a slow till checks them too."""

from __future__ import annotations

from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_PINS: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_PASSWORDS: Final = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)


def hash_pin(pin: str) -> str:
    """What tills check a PIN against."""
    return _PINS.hash(pin)


def hash_password(password: str) -> str:
    """What headquarters checks a password against."""
    return _PASSWORDS.hash(password)


_NOBODY: Final = hash_password("nobody has this")


def password_fits(password_hash: str | None, password: str) -> bool:
    """Whether it is the password. For a user who does not exist (None) it takes as long and says no."""
    try:
        _PASSWORDS.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None

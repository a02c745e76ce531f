"""What can go wrong for a caller of headquarters: one root, small subclasses beside whoever raises them.

An error carries a code for programs and a sentence for the person; only the edge turns it into HTTP or a notice.
"""

from __future__ import annotations


class HqError(Exception):
    """Refused, with the reason and what to do."""

    status = 400
    code = "refused"

    def __init__(self, message: str, *, code: str | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.status = status or self.status


class BadMessage(HqError):
    """A body that is not the message expected."""

    status = 400
    code = "bad_message"


class TooLarge(HqError):
    """A body beyond the limit."""

    status = 413
    code = "too_large"


class NotSignedIn(HqError):
    """No token or session, or one that is not good any more."""

    status = 401
    code = "not_signed_in"


class Forbidden(HqError):
    """Known, but without the right."""

    status = 403
    code = "forbidden"


class NotFound(HqError):
    """There is no such thing."""

    status = 404
    code = "not_found"


class Conflict(HqError):
    """It is in another state than the request needs."""

    status = 409
    code = "conflict"


class Invalid(HqError):
    """Understood, but these values cannot be."""

    status = 422
    code = "invalid"

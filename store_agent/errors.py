"""What can go wrong between this host and its upstream, in words for the person who reads them."""

from __future__ import annotations


class AgentError(Exception):
    """The root of all errors of the agent."""


class Unreachable(AgentError):
    """Upstream gave no usable answer: try again later. `retry_after_s` is its own wish, if it had one."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Rejected(AgentError):
    """Upstream understood and refused: the same request will be refused again. `status` is the HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status

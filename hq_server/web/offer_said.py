"""What is said of offers in more than one place: states, audiences, findings, problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hq_server.promotion_admin.checking import Problem
from hq_server.promotion_admin.lint import Finding
from hq_server.web.offer_form import form_by_name
from hq_server.web.refusals import reason_in
from hq_server.web.words import Language, say, say_or


def state_classes(language: Language) -> dict[str, str]:
    """Colours of the states, by their words."""
    colours = {
        "checked": "zg-wait",
        "approved": "zg-wait",
        "scheduled": "zg-wait",
        "published": "zg-ok",
        "rejected": "zg-late",
        "withdrawn": "zg-soft",
        "ended": "zg-soft",
        "replaced": "zg-soft",
    }
    return {say(language, f"state_{state}"): css for state, css in colours.items()}


def audience_words(language: Language, audiences: Iterable[str], names: Mapping[str, str] | None = None) -> str:
    """Who gets an offer.

    >>> audience_words("en", ["zone:east", "store:S3"])
    'Zone east, Store S3'
    """
    return ", ".join(_audience(language, audience, names or {}) for audience in audiences)


def finding_words(language: Language, one: Finding) -> str:
    """A finding as a sentence. Findings are kept with the revision: a code of a later program is told by itself."""
    values: dict[str, Any] = {**one.figures, "other": one.other, "example": one.example or "–"}
    try:
        return say(language, f"finding_{one.code}", **values)
    except KeyError:
        return one.code


def field_words(language: Language, path: str) -> str:
    """A field as the form calls it; by its path where the form has no such field.

    >>> field_words("en", "plan.tiers[1].threshold_minor"), field_words("en", "needs[0]")
    ('Spend', 'needs[0]')
    """
    return say_or(language, f"of_{path.rpartition('.')[2].partition('[')[0]}", path)


def problem_words(language: Language, problem: Problem) -> str:
    """A problem as a sentence."""
    values = dict(problem.values)
    if "reason" in values:
        values["reason"] = reason_in(language, str(values["reason"]), form=form_by_name(problem.field))
    return say(language, f"problem_{problem.code}", **values)


def _audience(language: Language, audience: str, names: Mapping[str, str]) -> str:
    kind, _, name = audience.partition(":")
    if kind not in ("zone", "store"):
        return say(language, "chain")
    return say(language, f"scope_{kind}", name=names.get(audience, name))

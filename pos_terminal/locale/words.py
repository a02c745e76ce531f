"""The words of one language: what a drawing function calls for each text that it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from pos_terminal.checkout.messages import word, words_of
from pos_terminal.locale.catalogue import load_catalogue
from retail.functions import Function
from retail.functions import Language as FunctionLanguage

if TYPE_CHECKING:
    from pos_terminal.checkout.state import Asked, Message

Language = Literal["zh_CN", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh_CN", "en")


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Texts of one language."""

    language: Language
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __call__(self, text: str, **values: object) -> str:
        """The text in this language, with its values filled in."""
        found = self.texts.get(text, text)
        return found.format(**values) if values else found

    @property
    def short(self) -> FunctionLanguage:
        """The language as the function table names it."""
        return "zh" if self.language == "zh_CN" else "en"

    def label(self, function: Function) -> str:
        """A function's name on strip and menu."""
        return function.label(self.short)

    def told(self, told: Message | Asked) -> str:
        """A message of the till, or a question."""
        return words_of(told, self.language)

    def value(self, value: str) -> str:
        """The name of a means of payment, or another value that is a word itself."""
        return word(value, self.language)


@lru_cache
def words(language: Language) -> Words:
    """The words of a language, read once."""
    return Words(language, load_catalogue(language))

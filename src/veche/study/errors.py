"""One tree of errors. Each message says what was found, where, and what to do.

    VecheError
    ├── InputProblem       something given (a file, a value, an option) cannot be used
    ├── NotFound           a town, code, interview ... of that name is not in the study
    ├── Conflict           somebody else changed the same thing meanwhile
    ├── Refused            a rule of the study forbids it (consent, a frozen publication)
    ├── StudyFileProblem   the study file itself: damaged, newer, locked, not a study
    └── Cancelled          the user stopped the work; nothing was changed

Messages are kept as a template and its fields, so that the faces of the program can show them in the user's language.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any


def N_(message: str) -> str:
    """Mark a message for translation where it is defined; it is translated where it is shown."""
    return message


#: fields that hold a word of ours or of the system, which is translated too
_WORDS = frozenset({"noun", "other", "target", "purpose", "reason", "cause", "meaning"})
#: reasons as the system and SQLite give them
_REASONS = (
    N_("No such file or directory"), N_("Permission denied"), N_("Is a directory"), N_("Not a directory"),
    N_("File exists"), N_("File name too long"), N_("No space left on device"), N_("Read-only file system"),
    N_("Invalid argument"), N_("unable to open database file"), N_("attempt to write a readonly database"),
    N_("database or disk is full"), N_("disk I/O error"),
)  # fmt: skip


#: so many names are told where nothing is near
_SHOWN = 8


class VecheError(Exception):
    """Root of everything veche raises on purpose.

    Parameters
    ----------
    template
        Message in English with ``{field}`` places, marked with `N_` for the catalogues.
    fields
        Values of the places.
    """

    def __init__(self, template: str, /, **fields: Any) -> None:
        super().__init__(template)
        self.template = template
        self.fields = fields

    def message(self, translate: Callable[[str], str] = str) -> str:
        """Return the message with its fields filled in, in the language of `translate`.

        A field that is itself an error is filled in with its message; names of kinds of things and reasons are translated too.
        """
        filled = {
            name: value.message(translate)
            if isinstance(value, VecheError)
            else translate(value)
            if name in _WORDS and isinstance(value, str)
            else value
            for name, value in self.fields.items()
        }
        return translate(self.template).format(**filled)

    def __str__(self) -> str:
        return self.message()

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.template, self.fields))


def _rebuild(kind: type[VecheError], template: str, fields: dict[str, Any]) -> VecheError:
    return kind(template, **fields)


class InputProblem(VecheError):
    """Something given (a file, a value, an option) cannot be used."""


class NotFound(VecheError):
    """A name is not in the study."""


def reason_of(error: Exception) -> str:
    """Say in words why a file could not be read; what is known is translated where it is shown."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    if isinstance(error, UnicodeDecodeError):
        return N_("it is no text in UTF-8")
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def no_such(noun: str, key: str, known: Collection[str]) -> NotFound:
    """Say that the study has nothing of that name: what is near it, or else what there is."""
    import difflib

    near = difflib.get_close_matches(key, list(known), 3, 0.4)
    if near:
        return NotFound(N_("The study has no {noun} {key}. Nearest: {near}."), noun=noun, key=key, near=", ".join(near))
    if not known:
        return NotFound(
            N_("The study has no {noun} {key}, nor any other. Leave it out, or add it first."), noun=noun, key=key
        )
    some = [*known][:_SHOWN]
    return NotFound(
        N_("The study has no {noun} {key}. Choose one of: {known}."),
        noun=noun, key=key, known=", ".join(some) + (" …" if len(known) > _SHOWN else ""),
    )  # fmt: skip


class Conflict(VecheError):
    """Somebody else changed the same thing meanwhile."""


class Refused(VecheError):
    """A rule of the study forbids it."""


class StudyFileProblem(VecheError):
    """The study file itself cannot be used."""


class Cancelled(VecheError):
    """The user stopped the work; nothing was changed."""

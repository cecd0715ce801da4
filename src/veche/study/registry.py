"""How an analysis, an importer, an exporter is declared. Ours and those of others use the same decorators.

A declaration is cheap: it names the thing, its words and its options, and imports nothing heavy; the work is imported when it is called. The
workbench finds declarations through the entry points ``veche.analyses``, ``veche.importers``, ``veche.exporters``,
``veche.project_importers`` and ``veche.project_exporters``.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    from veche.study.evidence import Evidence
    from veche.study.losses import Written
    from veche.study.result import Result

P = TypeVar("P")
Phase = Literal["material", "coding", "comparison", "mechanism", "report"]


def option(
    default: Any,
    help: str,
    *,
    choices: Sequence[str] | None = None,
    low: float | None = None,
    high: float | None = None,
    kind: Literal["code", "town", "wave", "role"] | None = None,
) -> Any:
    """Declare one field of a ``Params`` dataclass: its default, its meaning, its allowed values.

    Parameters
    ----------
    default
        Value when nothing is given.
    help
        One sentence, marked with `N_`.
    choices
        Allowed words, if the option is one of a few.
    low, high
        Bounds of a number, both allowed.
    kind
        The option names something of the study (its key), so that faces can offer the list.
    """
    details = {"help": help, "choices": tuple(choices or ()), "low": low, "high": high, "kind": kind}
    return field(default=default, metadata=details)


@dataclass(frozen=True, slots=True)
class Option:
    """A field of a ``Params`` dataclass as the faces of the program see it."""

    name: str
    type: Any
    default: Any
    help: str
    choices: tuple[str, ...]
    low: float | None
    high: float | None
    kind: str | None


def options(params: type[Any]) -> tuple[Option, ...]:
    """List the options of a ``Params`` dataclass in order."""
    hints = typing.get_type_hints(params)
    return tuple(
        Option(
            name=f.name,
            type=hints[f.name],
            default=f.default,
            help=f.metadata.get("help", ""),
            choices=tuple(f.metadata.get("choices", ())),
            low=f.metadata.get("low"),
            high=f.metadata.get("high"),
            kind=f.metadata.get("kind"),
        )
        for f in dataclasses.fields(params)
    )


def make_params(params: type[P], given: Mapping[str, Any]) -> P:
    """Make a ``Params`` from given values, checking names, choices and bounds.

    Raises
    ------
    InputProblem
        For an unknown name, a value outside its choices or its bounds.
    """
    known = {o.name: o for o in options(params)}
    for name, value in given.items():
        if name not in known:
            raise InputProblem(
                N_("There is no option {name} here. The options are: {known}."), name=name, known=", ".join(known)
            )
        o = known[name]
        values = value if isinstance(value, tuple) else (value,)
        if o.choices and any(v not in o.choices for v in values):
            raise InputProblem(
                N_("Option {name} is {value}. Choose one of: {choices}."),
                name=name,
                value=value,
                choices=", ".join(o.choices),
            )
        for v in values:
            if isinstance(v, (int, float)) and not isinstance(v, bool):
                too_low, too_high = o.low is not None and v < o.low, o.high is not None and v > o.high
                if v != v or too_low or too_high:
                    raise InputProblem(
                        N_("Option {name} is {value}. Give a number from {low} to {high}."),
                        name=name,
                        value=value,
                        low="-∞" if o.low is None else o.low,
                        high="∞" if o.high is None else o.high,
                    )
    return params(**given)


@dataclass
class Analysis(Generic[P]):
    """A declared analysis. Calling it with evidence and options gives a `Result`."""

    name: str
    title: str
    question: str
    method: str
    phase: Phase
    version: str
    params: type[P]
    compute: Callable[[Evidence, P], Result]
    draw: Callable[[Result], Any] | None = None
    #: options by which less is computed: what a page shows first, while the rest is under way
    first_look: Mapping[str, Any] = field(default_factory=dict)

    def figure(self, function: Callable[[Result], Any]) -> Callable[[Result], Any]:
        """Register the drawing function: from a result to an Altair chart."""
        self.draw = function
        return function

    def __call__(self, evidence: Evidence, params: P | None = None, /, **given: Any) -> Result:
        """Run on evidence, with a ready ``Params`` or with options by name."""
        chosen = params if params is not None else make_params(self.params, given)
        result = self.compute(evidence, chosen)
        return dataclasses.replace(result, analysis=self, params=chosen, version=self.version, digest=evidence.digest)


def analysis(
    name: str,
    *,
    title: str,
    question: str,
    method: str,
    phase: Phase = "comparison",
    version: str = "1",
    first_look: Mapping[str, Any] | None = None,
) -> Callable[[Callable[[Evidence, P], Result]], Analysis[P]]:
    """Declare an analysis: a function of evidence and a ``Params`` dataclass.

    Parameters
    ----------
    name
        Word used on the command line, in addresses and in notebooks.
    title, question, method
        What it is called, what it answers, how (two or three sentences with the formula and its source); marked with `N_`.
    phase
        Under which of the five phases of work it stands.
    version
        Changed whenever a number of it changes.
    first_look
        Options by which less is computed, for an analysis that takes more than a second: a page shows that first, and the whole
        when it is there.
    """

    def declare(function: Callable[[Evidence, P], Result]) -> Analysis[P]:
        hints = typing.get_type_hints(function, localns=_names())
        params = hints["params"]
        return Analysis(
            name=name, title=title, question=question, method=method, phase=phase, version=version, params=params,
            compute=function, first_look=dict(first_look or {}),
        )  # fmt: skip

    return declare


def _names() -> dict[str, Any]:
    from veche.study.evidence import Evidence
    from veche.study.result import Result

    return {"Evidence": Evidence, "Result": Result}


@dataclass(frozen=True)
class Importer:
    """A declared file format that can be read: bytes and a name in, a draft of a transcript out."""

    name: str
    title: str
    extensions: tuple[str, ...]
    read: Callable[[bytes, str], Any]
    #: does the file look like this format, whatever its extension? Asked where the extension is shared or unknown
    recognises: Callable[[bytes, str], bool] | None = None


def importer(
    name: str, *, title: str, extensions: tuple[str, ...], recognises: Callable[[bytes, str], bool] | None = None
) -> Callable[[Callable[[bytes, str], Any]], Importer]:
    """Declare an importer of transcripts: a function of the file's bytes and its name that returns a ``Draft``."""

    def declare(function: Callable[[bytes, str], Any]) -> Importer:
        return Importer(name=name, title=title, extensions=extensions, read=function, recognises=recognises)

    return declare


@dataclass(frozen=True)
class Exporter:
    """A declared file format that can be written. It takes a ``Release`` and nothing else."""

    name: str
    title: str
    extension: str
    write: Callable[[Any, Path], Any]


def exporter(name: str, *, title: str, extension: str) -> Callable[[Callable[[Any, Path], Any]], Exporter]:
    """Declare an exporter: a function of a ``Release`` and the path to write."""

    def declare(function: Callable[[Any, Path], Any]) -> Exporter:
        return Exporter(name=name, title=title, extension=extension, write=function)

    return declare


@dataclass(frozen=True)
class ProjectImporter:
    """A declared reader of whole projects of another program: a path and what was asked in, a ``ForeignStudy`` out."""

    name: str
    title: str
    extensions: tuple[str, ...]
    read: Callable[[Path, Any], Any]
    #: does the file or folder look like this format, whatever its extension? Must be quick and never fail
    recognises: Callable[[Path], bool] | None = None


def project_importer(
    name: str, *, title: str, extensions: tuple[str, ...], recognises: Callable[[Path], bool] | None = None
) -> Callable[[Callable[[Path, Any], Any]], ProjectImporter]:
    """Declare a reader of projects: a function of a path (file or folder) and an ``Asked`` that returns a ``ForeignStudy``.

    It is found through the entry point group ``veche.project_importers``.
    """

    def declare(function: Callable[[Path, Any], Any]) -> ProjectImporter:
        return ProjectImporter(name=name, title=title, extensions=extensions, read=function, recognises=recognises)

    return declare


@dataclass(frozen=True)
class ProjectExporter:
    """A declared format for whole studies. It takes a ``Release`` that holds a study, and returns ``Written`` with its losses."""

    name: str
    title: str
    extension: str
    write: Callable[[Any, Path], Written]


def project_exporter(
    name: str, *, title: str, extension: str
) -> Callable[[Callable[[Any, Path], Written]], ProjectExporter]:
    """Declare an exporter of whole studies: a function of a ``Release`` and the path to write that returns ``Written``.

    It is found through the entry point group ``veche.project_exporters``; an extension of "" stands for a folder.
    """

    def declare(function: Callable[[Any, Path], Written]) -> ProjectExporter:
        return ProjectExporter(name=name, title=title, extension=extension, write=function)

    return declare

"""What the preview of an import shows of each file: who speaks, how the talk begins, what stands against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from veche import words
from veche.study import Interview, VecheError
from veche.study.errors import N_
from veche.text.transcripts import SpeakerKind, Transcript
from veche.web.uploads import Upload
from veche.words import _
from veche.workbench import Item, Plan

#: turns shown from the beginning of each transcript
TURNS = 5
#: what a label can be said to be
KINDS: dict[SpeakerKind, str] = {
    "question": N_("question"), "answer": N_("answer"), "other": N_("other"), "none": N_("not a speaker, part of the text"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """A turn of a preview; between it and the one before there may be others that are not shown."""

    number: int
    speaker: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class ShownSpeaker:
    """A speaker of a preview: the label as written, how many turns, of which kind they are taken."""

    label: str
    turns: int
    kind: SpeakerKind


@dataclass(frozen=True, slots=True)
class ShownFile:
    """One file of a preview: what was recognised, what was said about it, what stands against it."""

    number: int
    name: str
    state: str
    problem: str
    notices: tuple[str, ...]
    found_by: str
    turns: int
    speakers: tuple[ShownSpeaker, ...]
    first: tuple[ShownTurn, ...]
    interview: Interview | None
    in_table: bool
    given: Mapping[str, str]
    #: name of the typed field that the problem is about
    wrong: str = ""


def file_of(number: int, item: Item, upload: Upload, plan: Plan) -> ShownFile:
    """Return what is shown of a file of the plan."""
    found = item.transcript
    interview = None
    if item.document is not None:
        interview = next((one for one in plan.interviews if one.id == item.document.interview_id), None)
    problem, wrong = _problem(item, upload)
    return ShownFile(
        number, item.path.name, item.state, problem,
        tuple(words.say(one.template, **dict(one.fields)) for one in (found.notices if found is not None else ())),
        _(found.convention) if found is not None else "", len(found.turns) if found is not None else 0,
        _speakers(found, upload.speakers.get(item.path.name, {})) if found is not None else (),
        _turns(found) if found is not None else (), interview, item.row is not None and item.path.name not in upload.given,
        upload.given.get(item.path.name, {}), wrong,
    )  # fmt: skip


def _speakers(found: Transcript, said: Mapping[str, SpeakerKind]) -> tuple[ShownSpeaker, ...]:
    """Return who speaks, and the labels of which it was said that they are no speakers, so that this can be taken back."""
    nobody = [ShownSpeaker(label, 0, kind) for label, kind in said.items() if kind == "none"]
    return (*(ShownSpeaker(*one) for one in found.speakers), *nobody)


def _turns(found: Transcript) -> tuple[ShownTurn, ...]:
    """Return the first turns, and the first of each speaker: a label wrongly recognised often comes late."""
    known = {one.speaker for one in found.turns[:TURNS]}
    shown = list(found.turns[:TURNS])
    for one in found.turns[TURNS:]:
        if one.speaker not in known:
            known.add(one.speaker)
            shown.append(one)
    return tuple(
        ShownTurn(one.number, one.speaker, one.kind, _short(found.body[one.start : one.end]))
        for one in shown[: 3 * TURNS]
    )


def not_kept(number: int, name: str, reason: str) -> ShownFile:
    """Return what is shown of a file that could not even be kept."""
    return ShownFile(number, name, "refused", reason, (), "", 0, (), (), None, False, {})


def _problem(item: Item, upload: Upload) -> tuple[str, str]:
    """Return what stands against a file, in words, and which of the fields beside it is meant.

    What was typed in beside the file stands in no row of a table of the user's, so the words do not speak of one.
    """
    if item.problem is None:
        return "", ""
    fields = item.problem.fields
    column, advice = fields.get("column"), fields.get("advice")
    if item.path.name not in upload.given or not isinstance(column, VecheError) or not isinstance(advice, VecheError):
        return item.problem.message(_), ""
    words_ = _("%(field)s: %(value)s: %(advice)s.") % {
        "field": column.message(_).capitalize(), "value": fields["value"], "advice": advice.message(_),
    }  # fmt: skip
    return words_, column.template


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 220 else flat[:217].rstrip() + "…"

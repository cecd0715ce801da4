"""Cases, sets, notes, links and graphs of a REFI-QDA project."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from veche.importers._refi_bodies import read_words
from veche.importers._refi_book import read_values
from veche.importers._refi_state import State, clean
from veche.importers._refi_tree import child, children, guid_of, own, target, text_of
from veche.importers.foreign import unique_key
from veche.study import Attribute, Memo, Respondent
from veche.study.errors import N_

if TYPE_CHECKING:
    from veche.importers._refi_xml import Node

_DANGLING = N_("it refers to something that the project does not have ({guid})")
_CASE_CODE = N_("codes on cases have no place here ({code})")
_CASE_PLACE = N_("quotations belong to cases through their documents only")
_SET_MEMBER = N_("{what} cannot belong to a set here")
_SET_WORDS = N_("the description of a set is not kept: {words}")
_SET_EMPTY = N_("the set has no documents")
_LINK = N_("links between {origin} and {other} have no place here")
_LINK_KEPT = N_("the note was attached to {other}; what the link is called and how it points is not kept")
_GRAPH = N_("drawings have no place here")
_NOTE_MARK = N_("a note marks positions {start}–{end} of words that it does not name")
_NOTE_GONE = N_("nothing of the note is left: it has no words in the project")
_LOST_TARGET = N_("what it was attached to did not come ({guid}): it is kept as a memo on the study")


def read_cases(state: State, project: Node) -> None:
    """Make a respondent of every named case; a nameless case of one source holds the values of that source."""
    taken: set[str] = set()
    for number, one in enumerate(children(child(project, "Cases"), "Case"), start=1):
        name = clean(one.get("name"))
        if state.carried.made("Case", own(one), name):
            continue
        sources = [target(each) for each in children(one, "SourceRef")]
        if not name.strip() and len(sources) == 1 and sources[0] in state.documents:
            _values_of(state, one, state.documents[sources[0]])
            state.ids[own(one)] = state.documents[sources[0]]
            _lose_inside(state, one, state.names.get(sources[0], "–"))
        else:
            _case(state, one, name, unique_key(name, taken, otherwise=f"case {number}"), sources)


def name_cases(state: State, project: Node) -> None:
    """Learn the names of cases, since words may be coded with a case."""
    for one in children(child(project, "Cases"), "Case"):
        guid = own(one)
        if one.get("name") and guid not in state.names and not state.carried.made("Case", guid):
            state.names[guid] = clean(one.get("name"))
            state.ids.setdefault(guid, guid)
            state.given.setdefault(guid, "Case")


def _case(state: State, one: Node, name: str, key: str, sources: list[str]) -> None:
    guid = own(one)
    named_before = state.given.get(guid) == "Case"
    if named_before:
        del state.given[guid]
        state.ids.pop(guid, None)
    person = Respondent(id=state.take(one, N_("case"), key), key=key, note=clean(text_of(one, "Description")))
    state.records.append(person)
    _values_of(state, one, person.id)
    for source in sources:
        if source in state.documents:
            state.records.append(
                Attribute(
                    id=state.invent(person.id, f"source {source}"), target_id=state.documents[source],
                    name="случай" if state.language == "ru" else "case", value=key,
                )
            )  # fmt: skip
        else:
            state.lose(N_("case"), key, state.names.get(source, ""), _DANGLING, guid=source)
    _lose_inside(state, one, key)


def _values_of(state: State, element: Node, record_id: str) -> None:
    for guid, name, value in read_values(state, element):
        state.records.append(
            Attribute(id=state.invent(record_id, f"value {guid}"), target_id=record_id, name=name, value=value)
        )


def _lose_inside(state: State, one: Node, key: str) -> None:
    for each in children(one, "CodeRef"):
        state.lose(N_("case"), key, "", _CASE_CODE, code=state.names.get(target(each), target(each)))
    for each in children(one, "SelectionRef"):
        state.lose(N_("case"), key, state.names.get(target(each), target(each)), _CASE_PLACE)


def read_sets(state: State, holder: Node) -> None:
    """Make an attribute of the documents in a set; "gender: male" is the value male of the attribute gender."""
    for one in children(child(holder, "Sets"), "Set"):
        name = " ".join(clean(one.get("name")).split()) or own(one)
        if state.carried.made("Set", own(one), name):
            continue
        state.names.setdefault(own(one), name)
        if words := text_of(one, "Description").strip():
            state.lose(N_("set"), name, "", _SET_WORDS, words=words[:60])
        field, sign, value = name.partition(": ")
        if not sign or not field or not value:
            field, value = name, "да" if state.language == "ru" else "yes"
        placed = 0
        for number, each in enumerate(children(one, "MemberSource", "MemberCode", "MemberNote")):
            guid = target(each)
            if guid in state.documents:
                placed += 1
                state.records.append(
                    Attribute(
                        id=state.invent(own(one), f"member {number}"), target_id=state.documents[guid], name=field, value=value
                    )
                )  # fmt: skip
            else:
                what = state.names.get(guid, guid)
                reason = _SET_MEMBER if guid in state.names else _DANGLING
                state.lose(N_("set"), name, what, reason, what=what, guid=guid)
        if not placed:
            state.lose(N_("set"), name, "", _SET_EMPTY)


def read_links(state: State, project: Node) -> None:
    """Attach notes that are linked to something; other links have no place."""
    notes = {own(one) for one in children(child(project, "Notes"), "Note")}
    for one in children(child(project, "Links"), "Link"):
        name = clean(one.get("name")) or own(one)
        if state.carried.made("Link", own(one)):
            continue
        ends = [guid_of(one.get(end)) for end in ("originGUID", "targetGUID")]
        said = [state.names.get(end, end or "–") for end in ends]
        if (ends[0] in notes) != (ends[1] in notes):
            note, other = ends if ends[0] in notes else ends[::-1]
            state.attached[note].append(state.ids.get(other, other))
            state.lose(
                N_("link"),
                name,
                said[0] if note == ends[0] else said[1],
                _LINK_KEPT,
                other=state.names.get(other, other),
            )
        else:
            state.lose(N_("link"), name, "", _LINK, origin=said[0], other=said[1])
        state.attach(one, own(one))


def read_graphs(state: State, project: Node) -> None:
    """Tell every drawing, with its points and lines, as lost."""
    for graph in children(child(project, "Graphs"), "Graph"):
        name = clean(graph.get("name")) or own(graph)
        state.lose(N_("drawing"), name, "", _GRAPH)
        for one in children(graph, "Vertex"):
            state.lose(N_("point of a drawing"), clean(one.get("name")) or own(one), name, _GRAPH)
        for one in children(graph, "Edge"):
            state.lose(N_("line of a drawing"), clean(one.get("name")) or own(one), name, _GRAPH)


def read_notes(state: State, project: Node, study_id: str) -> None:
    """Make a memo of every note for each thing it is attached to; one that is attached to nothing is a memo on the study."""
    known = {one.id for one in state.records} | {study_id}
    for one in children(child(project, "Notes"), "Note"):
        guid = own(one)
        name = clean(one.get("name"))
        if guid in state.carried.notes or state.carried.made("Note", guid, name):
            continue
        words = read_words(state, one, name or guid)
        if words is None:
            state.lose(N_("note"), name or guid, "", _NOTE_GONE)
            continue
        memo = Memo(
            id=state.take(one, N_("note"), name), target_id=study_id, text=words, title=name,
            coder_id=state.author(one), made=state.made(one),
        )  # fmt: skip
        targets = list(dict.fromkeys(state.attached.get(guid, ())))
        for each in [each for each in targets if each not in known]:
            state.lose(N_("note"), name or guid, "", _LOST_TARGET, guid=each)
        targets = [each for each in targets if each in known] or [study_id]
        for number, each in enumerate(targets):
            memo_id = memo.id if number == 0 else state.invent(memo.id, f"on {each}")
            state.records.append(dataclasses.replace(memo, id=memo_id, target_id=each))
        state.describe(one, memo.id)
        for mark in children(one, "PlainTextSelection"):
            if child(mark, "Coding") is None:
                ends = {end: mark.get(f"{end}Position") for end in ("start", "end")}
                state.lose(N_("quotation"), mark.get("name") or own(mark), name or guid, _NOTE_MARK, **ends)

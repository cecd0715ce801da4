"""Suggestions of this computer: which codes fit which passages. Nothing becomes a coding without a person.

Suggestions live in memory. Accepted, they become codings of the person who accepted them; refused, a note on the document remembers it. They are
made from the person's own codings, so that two coders do not teach each other unseen. Whether they are on is each user's choice for each study.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from veche.measures.proportions import wilson
from veche.privacy.consent import Consents
from veche.study import (
    Anchor,
    Code,
    Coder,
    Coding,
    Conflict,
    Document,
    InputProblem,
    Interview,
    Memo,
    Refused,
    Text,
    new_id,
)  # fmt: skip
from veche.study.errors import N_
from veche.text import suggest
from veche.text.lemmas import Lemmatiser, form_of
from veche.text.locate import locate_quotation
from veche.text.tokens import tokenise
from veche.text.weights import topical_lemmas
from veche.workbench import _endpoint
from veche.workbench._suggest_model import Corpus, Model, definition_words, make_corpus, make_model, measure
from veche.workbench._suggest_settings import (
    Endpoint,
    Log,
    Settings,
    check_endpoint,
    load_settings,
    save_settings,
)
from veche.workbench.study import Study

Basis = Literal["definition", "codings", "model"]
BASES: tuple[Basis, ...] = ("definition", "codings", "model")

#: title of the note that remembers a refusal
REFUSED = "suggestion refused"
#: the two acts as the journal names them
ACCEPT, REFUSE = N_("accept suggestion"), N_("refuse suggestion")
#: suggestions for one passage at most
MOST = 3
#: with so many passages read, a model is kept until so many codings came or went
LARGE, CHANGES = 2000, 10
#: passages read times learned codes that are measured in about a second
QUICK = 60_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code for [start, end) of a text, why, and how often such suggestions were right."""

    document_id: str
    text_id: str
    start: int
    end: int
    code_id: str
    basis: Basis
    #: definition: cosine, 0 to 1; codings: distance from the border, above 0 where the code fits; model: none
    score: float | None
    #: words of the passage that speak most for the code
    words: tuple[str, ...]
    precision: float | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """How good the suggestions of one code are; `low` and `high` bound the precision at 95 % (Wilson)."""

    code: Code
    basis: Basis
    coded: int
    tally: suggest.Tally
    low: float | None
    high: float | None
    #: its definition was hardly ever right: it suggests no more
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """A passage whose coding would teach most, with what is suggested for it."""

    document: Document
    interview: Interview | None
    start: int
    end: int
    words: str
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a model returned: quotations found in the text, and those dropped because they do not stand there or name no code."""

    kept: int
    dropped: int


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """A model and what it was made from."""

    corpus: Corpus
    model: Model
    codes: tuple[Code, ...]
    codings: frozenset[tuple[str, int]]
    #: weights of the lemmas of definitions, by column, as far as they were asked for
    toward: dict[int, Any] = field(default_factory=dict)


class Desk:
    """The suggestions of one open study for the person who works. Safe to use from several threads."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self.study_id = study.info.id
        self.log = Log(self.study_id)
        self._lock = threading.RLock()
        self._made: _Made | None = None
        self._measured: tuple[_Made, tuple[suggest.Tally, ...]] | None = None
        self._asked: dict[str, tuple[Suggestion, ...]] = {}

    # choices

    @property
    def settings(self) -> Settings:
        """The user's settings."""
        return load_settings()

    @property
    def on(self) -> bool:
        """Are suggestions switched on for this study?"""
        return self.study_id not in self.settings.off

    def switch(self, on: bool) -> None:
        """Switch suggestions on or off for this study."""
        held = self.settings
        off = held.off - {self.study_id} if on else held.off | {self.study_id}
        save_settings(dataclasses.replace(held, off=off))

    def choose_endpoint(self, address: str, model: str, *, elsewhere: bool = False) -> Endpoint:
        """Set the language model to ask, or none.

        Parameters
        ----------
        elsewhere
            The user knows that the address leads to another machine.

        Raises
        ------
        InputProblem
            If the address cannot be asked.
        Refused
            If it leads to another machine and the user did not say that this is meant.
        """
        endpoint = check_endpoint(address, model)
        if endpoint.address and not endpoint.local and not elsewhere:
            raise Refused(
                N_(
                    "The address {address} leads to another machine: passages would leave this one. Give an address of this machine, or confirm it."
                ),
                address=endpoint.address,
            )
        save_settings(dataclasses.replace(self.settings, endpoint=endpoint))
        return endpoint

    # suggesting

    def for_document(self, document_id: str) -> tuple[Suggestion, ...]:
        """Return what is suggested for a document, by place; nothing when switched off.

        Left out is what the person has coded so already, what he or she refused, and codes whose time does not cover the interview.

        Raises
        ------
        NotFound
            If there is no such document.
        """
        document = self._study.store.get(Document, document_id)
        if not self.on:
            return ()
        made = self._present()
        if document.id not in made.corpus.rows:
            return ()
        found = self._rows(made, list(made.corpus.rows[document.id]))
        found += [one for one in self._asked.get(document.id, ()) if one.text_id == document.text_id]
        kept = self._open(document, found)
        self.log.shown(self._study.who, [_line(one) for one in kept])
        return kept

    def next_passages(self, limit: int = 12) -> tuple[Telling, ...]:
        """Return the passages not read yet whose coding would teach most: nearest to the border of a learned code.

        While nothing is learned: those between two definitions.
        """
        if not self.on:
            return ()
        import numpy as np

        made = self._present()
        corpus, model = made.corpus, made.model
        if model.learned:
            margins = suggest.closeness(np.column_stack(list(model.distances.values())))
        else:
            margins = suggest.definition_margin(model.definitions)
        margins = np.where(model.read, np.inf, margins)
        chosen = suggest.most_telling(margins, corpus.interview_of, limit=limit)
        told = [self._telling(made, n) for n in chosen]
        self.log.shown(self._study.who, [_line(one) for passage in told for one in passage.suggestions])
        return tuple(told)

    def _telling(self, made: _Made, n: int) -> Telling:
        document = made.corpus.documents[made.corpus.document_of[n]]
        start, end = made.corpus.spans[n]
        words = self._study.text(document).body[start:end]
        found = self._open(document, [*self._doubt(made, n), *self._rows(made, [n])])
        interview = self._study.store.having(Interview, "id", [document.interview_id]) if document.interview_id else ()
        return Telling(document, interview[0] if interview else None, start, end, words, found)

    def _doubt(self, made: _Made, n: int) -> list[Suggestion]:
        """Return the learned code to whose border the passage lies nearest, on either side: the question that its coding would answer."""
        nearest = min(((abs(float(d[n])), column) for column, d in made.model.distances.items()), default=None)
        if nearest is None:
            return []
        column = nearest[1]
        return [self._make(made, n, "codings", column, float(made.model.distances[column][n]), _Forms(self._study))]

    def quick(self) -> bool:
        """Is the precision measured already, or measured at once?"""
        made = self._present()
        done = self._measured is not None and self._measured[0] is made
        return done or int(made.model.read.sum()) * len(made.model.learned) < QUICK

    def quality(self) -> tuple[Quality, ...]:
        """Measure the suggestions of each code on held-out codings of this person."""
        made = self._present()
        tallies = self._tallies(made)
        coded = made.model.coded.sum(axis=0).tolist()
        return tuple(
            dataclasses.replace(
                _quality(code, "codings" if n in made.model.learned else "definition", coded[n], tallies[n]),
                silent=n in made.model.silent,
            )
            for n, code in enumerate(made.model.codes)
        )

    def _tallies(self, made: _Made) -> tuple[suggest.Tally, ...]:
        with self._lock:
            if self._measured is None or self._measured[0] is not made:
                self._measured = (made, measure(made.corpus, made.model))
            return self._measured[1]

    def _present(self) -> _Made:
        """Return the model, made anew when the study has changed enough."""
        store = self._study.store
        documents = self._study.documents()
        codes, codings = store.all(Code), self._own()
        held = frozenset((one.id, one.rev) for one in codings)
        with self._lock:
            made = self._made
            same = made is not None and made.corpus.documents == documents
            if made is not None and same and made.codes == codes:
                allowed = CHANGES if int(made.model.read.sum()) > LARGE else 1
                if len(made.codings ^ held) < allowed:
                    return made
            corpus = (
                made.corpus
                if made is not None and same
                else make_corpus(documents, store.texts([one.text_id for one in documents]))
            )
            self._made = _Made(corpus, make_model(corpus, codes, codings, self._study.info.language), codes, held)
            return self._made

    def _own(self) -> tuple[Coding, ...]:
        me = self._study.store.having(Coder, "key", [self._study.who])
        return self._study.store.having(Coding, "coder_id", [me[0].id]) if me and me[0].kind == "human" else ()

    def _rows(self, made: _Made, rows: Sequence[int]) -> list[Suggestion]:
        """Make the suggestions for some passages: what was learned first, then definitions, the best three of each."""
        forms = _Forms(self._study)
        return [self._make(made, n, *best, forms) for n in rows for best in _best(made.model, n)]

    def _make(self, made: _Made, n: int, basis: Basis, column: int, score: float, forms: _Forms) -> Suggestion:
        measured = self._measured
        found = measured[1][column] if measured is not None and measured[0] is made else None
        # a passage on the far side of the border is a question, and of a code never used nothing was measured
        precision = found.precision if found is not None and found.coded and score > 0 else None
        document = made.corpus.documents[made.corpus.document_of[n]]
        start, end = made.corpus.spans[n]
        toward = made.model.learned[column].weights if basis == "codings" else self._definition(made, column)
        words = forms.in_passage(document.text_id, start, end, suggest.reasons(made.corpus.weights, n, toward))
        code_id = made.model.codes[column].id
        return Suggestion(document.id, document.text_id, start, end, code_id, basis, score, words, precision)

    def _definition(self, made: _Made, column: int) -> Any:
        if column not in made.toward:
            words = definition_words(made.model.codes[column], self._study.info.language)
            made.toward[column] = made.corpus.weights.row(topical_lemmas(words)).toarray()[0]
        return made.toward[column]

    def _open(self, document: Document, found: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
        """Leave out what is coded, refused or out of time; one suggestion of a code for a place."""
        store = self._study.store
        own: dict[str, list[Coding]] = {}
        for coding in self._own():
            if coding.document_id == document.id and coding.text_id == document.text_id:
                own.setdefault(coding.code_id, []).append(coding)
        codes = {one.id: one for one in store.all(Code)}
        interview = store.having(Interview, "id", [document.interview_id]) if document.interview_id else ()
        refused = self._refused(document)
        body = self._study.text(document).body if refused else ""
        kept: dict[tuple[int, int, str], Suggestion] = {}
        for one in found:
            code = codes.get(one.code_id)
            if code is None or not code.codable or (interview and not code.exposed(interview[0].date)):
                continue
            if any(c.start < one.end and one.start < c.end for c in own.get(one.code_id, ())):
                continue
            if refused and (one.code_id, _folded(body[one.start : one.end])) in refused:
                continue
            kept.setdefault((one.start, one.end, one.code_id), one)
        return tuple(sorted(kept.values(), key=lambda s: (s.start, s.end)))

    def _refused(self, document: Document) -> frozenset[tuple[str, str]]:
        """Read what this person refused: the code, and the words in their forms, so that a corrected transcript changes nothing."""
        me = self._study.store.having(Coder, "key", [self._study.who])
        mine = {one.id for one in me}
        found = []
        for memo in self._study.store.having(Memo, "target_id", [document.id]):
            first, _, words = memo.text.partition("\n")
            if memo.title == REFUSED and memo.coder_id in mine and first:
                found.append((first.split()[-1], _folded(words)))
        return frozenset(found)

    # deciding

    def accept(
        self,
        document_id: str,
        *,
        text_id: str,
        start: int,
        end: int,
        code_id: str,
        basis: Basis = "definition",
        coding_id: str | None = None,
    ) -> Coding:
        """Make a suggestion a coding of the person who works; the same `coding_id` sent again changes nothing.

        Raises
        ------
        NotFound, Conflict, InputProblem
            If the document is not there, its transcript was corrected meanwhile, or the place is not in it.
        """
        store = self._study.store
        document = self._same_text(document_id, text_id)
        there = store.having(Coding, "id", [coding_id]) if coding_id is not None else ()
        if there and (there[0].document_id, there[0].start, there[0].end, there[0].code_id) == (
            document.id,
            start,
            end,
            code_id,
        ):
            return there[0]
        code = store.get(Code, code_id)
        with store.edit(self._study.who, ACCEPT, code.key) as edit:
            coding = Coding(
                id=coding_id or new_id(), document_id=document.id, text_id=text_id, start=start, end=end, code_id=code_id,
                coder_id=self._study.coder(None, edit).id, made=_now(),
            )  # fmt: skip
            edit.add(coding)
        self.log.write(
            self._study.who,
            "accepted",
            _place(coding.document_id, text_id, start, end, code_id, basis) | {"coding": coding.id},
        )
        return coding

    def refuse(
        self, document_id: str, *, text_id: str, start: int, end: int, code_id: str, basis: Basis = "definition"
    ) -> Memo | None:
        """Remember that a code does not fit here, as a note on the document; None if that is remembered already.

        Raises
        ------
        NotFound, Conflict, InputProblem
            If the document or the code is not there, the transcript was corrected meanwhile, or the place is not in it.
        """
        store = self._study.store
        document = self._same_text(document_id, text_id)
        code = store.get(Code, code_id)
        body = self._study.text(document).body
        if not 0 <= start < end <= len(body):
            raise InputProblem(
                N_("The part from {start} to {end} is not inside the text of {length} characters. Give a part inside it."),
                start=start, end=end, length=len(body),
            )  # fmt: skip
        words = body[start:end]
        if (code_id, _folded(words)) in self._refused(document):
            return None
        with store.edit(self._study.who, REFUSE, code.key) as edit:
            coder = self._study.coder(None, edit)
            memo = Memo(
                target_id=document.id,
                title=REFUSED,
                text=f"{code.key} {code.id}\n{words}",
                coder_id=coder.id,
                made=_now(),
            )
            edit.add(memo)
        self.log.write(self._study.who, "refused", _place(document.id, text_id, start, end, code_id, basis))
        return memo

    def _same_text(self, document_id: str, text_id: str) -> Document:
        document = self._study.store.get(Document, document_id)
        if document.text_id != text_id:
            raise Conflict(N_("The transcript {name} was corrected meanwhile. Load it again."), name=document.name)
        return document

    # a language model of the user's own

    def ask(self, document_id: str) -> Asked:
        """Ask the user's model for quotations in a document; those that stand in the text are kept in memory as suggestions.

        A model on another machine gets only passages that may be quoted.

        Raises
        ------
        InputProblem
            If no model is set, or it does not answer.
        Refused
            If suggestions are switched off, or nothing of the document may leave this machine.
        """
        document = self._study.store.get(Document, document_id)
        endpoint = self.settings.endpoint
        if not self.on:
            raise Refused(N_("Suggestions are switched off for this study. Switch them on first."))
        if not endpoint.address:
            raise InputProblem(N_("No language model is set. Give its address and name on the page of suggestions."))
        text = self._study.text(document)
        spans = self._may_be_sent(document, endpoint)
        codes = {one.key: one for one in self._study.store.all(Code) if one.codable}
        guide = "\n".join(
            f"{key}: {definition_words(one, self._study.info.language)}" for key, one in sorted(codes.items())
        )
        found: list[Suggestion] = []
        dropped = 0
        for part in _endpoint.parts_of(spans):
            sent = [spans[n] for n in part]
            messages = _endpoint.question(guide, "\n".join(text.body[start:end] for start, end in sent))
            self.log.write(self._study.who, "asked", {
                "address": endpoint.address, "model": endpoint.model, "instruction": messages[0]["content"], "document": document.id,
                "text": text.id, "places": sent,
            })  # fmt: skip
            for quoted in _endpoint.ask_model(endpoint, messages):
                located = self._located(document, text, quoted, codes)
                dropped += located is None
                found += [located] if located is not None else []
        with self._lock:
            self._asked[document.id] = tuple(dict.fromkeys(found))
        return Asked(len(self._asked[document.id]), dropped)

    def _may_be_sent(self, document: Document, endpoint: Endpoint) -> list[tuple[int, int]]:
        corpus = self._present().corpus
        spans = [corpus.spans[n] for n in corpus.rows.get(document.id, ())]
        if not endpoint.local:
            consents = Consents(self._study.evidence())
            spans = [(s, e) for s, e in spans if consents.at(Anchor(document.id, document.text_id, s, e)) == "quote"]
        if not spans:
            raise Refused(
                N_("Nothing of {name} may be sent to {address}: it has no answers that may be quoted. Ask a model on this machine."),
                name=document.name, address=endpoint.address,
            )  # fmt: skip
        return spans

    def _located(
        self, document: Document, text: Text, quoted: _endpoint.Quoted, codes: Mapping[str, Code]
    ) -> Suggestion | None:
        place = locate_quotation(text.body, quoted.quote)
        code = codes.get(quoted.code.strip())
        if place is None or code is None:
            return None
        return Suggestion(document.id, text.id, *place, code.id, "model", None, ())


_desks: weakref.WeakKeyDictionary[Study, Desk] = weakref.WeakKeyDictionary()
_desks_lock = threading.Lock()


def desk_of(study: Study) -> Desk:
    """Return the desk of an open study; always the same one."""
    with _desks_lock:
        if (held := _desks.get(study)) is None:
            held = _desks[study] = Desk(study)
        return held


class _Forms:
    """Gives lemmas back the forms in which they stand in a passage."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._bodies: dict[str, str] = {}

    def in_passage(self, text_id: str, start: int, end: int, lemmas: Sequence[str]) -> tuple[str, ...]:
        if text_id not in self._bodies:
            self._bodies[text_id] = self._study.store.text(text_id).body
        words = self._bodies[text_id][start:end]
        found = tokenise(words).words(words)
        of: dict[str, str] = {}
        for word, lemma in zip(found, Lemmatiser("ru").lemmas(found), strict=True):
            of.setdefault(lemma, word)
        return tuple(of[lemma] for lemma in lemmas if lemma in of)


def _best(model: Model, n: int) -> list[tuple[Basis, int, float]]:
    learned = sorted(
        ((float(d[n]), column) for column, d in model.distances.items() if d[n] > 0), key=lambda one: (-one[0], one[1])
    )
    alike = [
        (float(model.definitions[n, column]), column)
        for column in model.by_definition[n].nonzero()[0].tolist()
        if column not in model.learned and column not in model.silent
    ]
    alike.sort(key=lambda one: (-one[0], one[1]))
    first: list[tuple[Basis, int, float]] = [("codings", column, score) for score, column in learned]
    return [*first, *(("definition", column, score) for score, column in alike)][:MOST]


def _quality(code: Code, basis: Basis, coded: int, found: suggest.Tally) -> Quality:
    if not found.suggested:
        return Quality(code, basis, coded, found, None, None)
    bounds = wilson([found.right], [found.suggested])
    return Quality(code, basis, coded, found, float(bounds.low[0]), float(bounds.high[0]))


def _folded(words: str) -> str:
    return " ".join(form_of(word) for word in tokenise(words).words(words))


def _place(document_id: str, text_id: str, start: int, end: int, code_id: str, basis: str) -> dict[str, Any]:
    return {"document": document_id, "text": text_id, "start": start, "end": end, "code": code_id, "basis": basis}


def _line(one: Suggestion) -> dict[str, Any]:
    score = None if one.score is None else round(one.score, 3)
    return _place(one.document_id, one.text_id, one.start, one.end, one.code_id, one.basis) | {"score": score}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc).replace(tzinfo=None, microsecond=0)

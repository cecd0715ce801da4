"""Suggestions of this computer: which codes fit which passages. Nothing becomes a coding without a person.

Suggestions live in memory. Accepted, they become codings of the person who accepted them; refused, a note on the document remembers it. They are
made from the person's own codings, so that two coders do not teach each other unseen. Whether they are on is each user's choice for each study.
"""

from __future__ import annotations

import dataclasses
import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from veche.measures.proportions import wilson
from veche.privacy.consent import Consents
from veche.study import (
    Anchor,
    Code,
    Coder,
    Coding,
    Document,
    InputProblem,
    Interview,
    Refused,
    Text,
)  # fmt: skip
from veche.study.errors import N_
from veche.text import suggest
from veche.text.lemmas import Lemmatiser
from veche.text.locate import locate_quotation
from veche.text.tokens import tokenise
from veche.text.weights import topical_lemmas
from veche.workbench import _endpoint
from veche.workbench._suggest_decisions import Decisions, folded
from veche.workbench._suggest_model import Corpus, Model, definition_words, make_corpus, make_model, measure
from veche.workbench._suggest_records import Asked, Basis, Quality, Suggestion, Telling, line_of
from veche.workbench._suggest_settings import (
    Endpoint,
    Log,
    Settings,
    check_endpoint,
    load_settings,
    save_settings,
)
from veche.workbench.study import Study

__all__ = ["Asked", "Basis", "Desk", "Quality", "Suggestion", "Telling", "desk_of"]

#: suggestions for one passage at most
MOST = 3
#: with so many passages read, a model is kept until so many codings came or went
LARGE, CHANGES = 2000, 10
#: passages read times learned codes that are measured in about a second
QUICK = 60_000


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
        self.decisions = Decisions(study, self.log)
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
        self.log.shown(self._study.who, [line_of(one) for one in kept])
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
        self.log.shown(self._study.who, [line_of(one) for passage in told for one in passage.suggestions])
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
        refused = self.decisions.refused(document)
        body = self._study.text(document).body if refused else ""
        kept: dict[tuple[int, int, str], Suggestion] = {}
        for one in found:
            code = codes.get(one.code_id)
            if code is None or not code.codable or (interview and not code.exposed(interview[0].date)):
                continue
            if any(c.start < one.end and one.start < c.end for c in own.get(one.code_id, ())):
                continue
            if refused and (one.code_id, folded(body[one.start : one.end])) in refused:
                continue
            kept.setdefault((one.start, one.end, one.code_id), one)
        return tuple(sorted(kept.values(), key=lambda s: (s.start, s.end)))

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

"""Deciding on suggestions: accepted, one becomes a coding of the person who accepted it; refused, a note on the document remembers it."""

from __future__ import annotations

import datetime as dt

from veche.study import Code, Coder, Coding, Conflict, Document, InputProblem, Memo, new_id
from veche.study.errors import N_
from veche.text.lemmas import form_of
from veche.text.tokens import tokenise
from veche.workbench._suggest_records import Basis, place_of
from veche.workbench._suggest_settings import Log
from veche.workbench.study import Study

#: title of the note that remembers a refusal
REFUSED = "suggestion refused"
#: the two acts as the journal names them
ACCEPT, REFUSE = N_("accept suggestion"), N_("refuse suggestion")


class Decisions:
    """What the person who works in a study decides on its suggestions; each decision is one entry of the journal and a line of the log."""

    def __init__(self, study: Study, log: Log) -> None:
        self._study, self._log = study, log

    def refused(self, document: Document) -> frozenset[tuple[str, str]]:
        """Read what this person refused: the code, and the words in their forms, so that a corrected transcript changes nothing."""
        me = self._study.store.having(Coder, "key", [self._study.who])
        mine = {one.id for one in me}
        found = []
        for memo in self._study.store.having(Memo, "target_id", [document.id]):
            first, _, words = memo.text.partition("\n")
            if memo.title == REFUSED and memo.coder_id in mine and first:
                found.append((first.split()[-1], folded(words)))
        return frozenset(found)

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
        self._log.write(
            self._study.who,
            "accepted",
            place_of(coding.document_id, text_id, start, end, code_id, basis) | {"coding": coding.id},
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
        if (code_id, folded(words)) in self.refused(document):
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
        self._log.write(self._study.who, "refused", place_of(document.id, text_id, start, end, code_id, basis))
        return memo

    def _same_text(self, document_id: str, text_id: str) -> Document:
        document = self._study.store.get(Document, document_id)
        if document.text_id != text_id:
            raise Conflict(N_("The transcript {name} was corrected meanwhile. Load it again."), name=document.name)
        return document


def folded(words: str) -> str:
    """Give words in their common forms, so that two writings of the same words are equal."""
    return " ".join(form_of(word) for word in tokenise(words).words(words))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc).replace(tzinfo=None, microsecond=0)

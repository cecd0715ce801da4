"""Evidence: an immutable snapshot of a study, or of a part of it, on which every analysis runs.

Everything above evidence runs without a database. Bodies of texts are fetched when asked for; since stored texts never change, the snapshot
stays one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property

from veche.study.actors import Actor, Event, Office, Tenure
from veche.study.codebook import Code, Codebook
from veche.study.codings import Coder, Coding, Memo
from veche.study.documents import Anchor, ConsentMark, Document, Text, Texts
from veche.study.double_coding import Assignment, Decision
from veche.study.errors import N_, NotFound
from veche.study.interviews import GuideTopic, Interview, Respondent, Role
from veche.study.places import Attribute, Region, StudyInfo, Town, Wave
from veche.study.publications import Alias, Publication
from veche.study.statements import Statement, StatementKind
from veche.study.summaries import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which interviews and codings are taken; an empty field takes all. Names are keys, as users write them.

    `codes` takes only codings of these codes and of those below them. `panel` keeps only respondents interviewed in at least two of the waves
    that remain; `analysis_set` is the key of a publication.
    """

    towns: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    waves: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    respondents: tuple[str, ...] = ()
    interviews: tuple[str, ...] = ()
    coders: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    panel: bool = False
    analysis_set: str | None = None


#: what is no evidence: notes of the researchers, and how a publication calls the towns
_NOT_DIGESTED = {"where", "texts", "memos", "summaries", "publications", "aliases"}


@dataclass(frozen=True)
class Evidence:
    """A snapshot: records, lazily read texts, the filter that made it, and the digest of its content."""

    study: StudyInfo
    where: Where = field(default_factory=Where)
    regions: tuple[Region, ...] = ()
    towns: tuple[Town, ...] = ()
    waves: tuple[Wave, ...] = ()
    roles: tuple[Role, ...] = ()
    topics: tuple[GuideTopic, ...] = ()
    respondents: tuple[Respondent, ...] = ()
    interviews: tuple[Interview, ...] = ()
    documents: tuple[Document, ...] = ()
    codes: tuple[Code, ...] = ()
    coders: tuple[Coder, ...] = ()
    codings: tuple[Coding, ...] = ()
    kinds: tuple[StatementKind, ...] = ()
    statements: tuple[Statement, ...] = ()
    actors: tuple[Actor, ...] = ()
    offices: tuple[Office, ...] = ()
    tenures: tuple[Tenure, ...] = ()
    events: tuple[Event, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    memos: tuple[Memo, ...] = ()
    summaries: tuple[Summary, ...] = ()
    consent_marks: tuple[ConsentMark, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    decisions: tuple[Decision, ...] = ()
    publications: tuple[Publication, ...] = ()
    aliases: tuple[Alias, ...] = ()
    texts: Texts = field(default_factory=Texts, repr=False, compare=False)

    def __post_init__(self) -> None:
        given: Mapping[str, Text] = self.texts
        if not isinstance(given, Texts):  # a plain mapping, as tests and notebooks may give
            object.__setattr__(self, "texts", Texts(given.values()))

    @cached_property
    def digest(self) -> str:
        """Digest of the content: equal content gives equal digests, in any file and whatever its history.

        SHA-256 over the filter and all records that analyses count, with their fields (without `rev`), in order of id; 16 hexadecimal characters
        are kept.
        """
        sha = hashlib.sha256(repr(self.where).encode())
        for one in fields(self):
            if one.name not in _NOT_DIGESTED:
                records = getattr(self, one.name)
                lines = sorted(map(repr, records if isinstance(records, tuple) else (records,)))
                sha.update("\n".join(lines).encode("utf-8", "surrogatepass"))
                sha.update(b"\0")
        return sha.hexdigest()[:16]

    @cached_property
    def codebook(self) -> Codebook:
        """The codes as a tree."""
        return Codebook(self.codes)

    @cached_property
    def interview_by_id(self) -> Mapping[str, Interview]:
        """Interviews by id."""
        return {one.id: one for one in self.interviews}

    @cached_property
    def document_by_id(self) -> Mapping[str, Document]:
        """Documents by id."""
        return {one.id: one for one in self.documents}

    @cached_property
    def town_by_id(self) -> Mapping[str, Town]:
        """Towns by id."""
        return {one.id: one for one in self.towns}

    @cached_property
    def wave_by_id(self) -> Mapping[str, Wave]:
        """Waves by id."""
        return {one.id: one for one in self.waves}

    @cached_property
    def role_by_id(self) -> Mapping[str, Role]:
        """Roles by id."""
        return {one.id: one for one in self.roles}

    @cached_property
    def respondent_by_id(self) -> Mapping[str, Respondent]:
        """Respondents by id."""
        return {one.id: one for one in self.respondents}

    @cached_property
    def coding_by_id(self) -> Mapping[str, Coding]:
        """Codings by id."""
        return {one.id: one for one in self.codings}

    @cached_property
    def statement_by_id(self) -> Mapping[str, Statement]:
        """Statements by id."""
        return {one.id: one for one in self.statements}

    def code(self, key: str) -> Code:
        """Return the code of that key.

        Raises
        ------
        NotFound
            If the codebook has no such code; the message names the nearest.
        """
        try:
            return self.codebook.by_key[key]
        except KeyError:
            import difflib

            near = difflib.get_close_matches(key, list(self.codebook.by_key), 3, 0.4)
            raise NotFound(
                N_("The codebook has no code {key}. Nearest: {near}. `veche codebook` lists all."),
                key=key,
                near=", ".join(near) or "–",
            ) from None

    def interview_of(self, item: Coding | Statement) -> Interview | None:
        """Return the interview in which a coding or statement stands; None for a document without interview."""
        if isinstance(item, Statement):
            return self.interview_by_id.get(item.interview_id or "")
        document = self.document_by_id.get(item.document_id)
        return self.interview_by_id.get(document.interview_id or "") if document else None

    def counted(self) -> Iterator[tuple[Coding, Interview]]:
        """Yield every coding that counts, with its interview.

        Left out: suggestions of the machine, codings that could not be placed in a corrected transcript, and documents without interview.
        """
        yield from self._counted

    def counted_of(self, code_ids: Iterable[str]) -> Iterator[tuple[Coding, Interview]]:
        """Yield what `counted` does of some codes, in the same order."""
        places = sorted(at for one in set(code_ids) for at in self._counted_places.get(one, ()))
        for at in places:
            yield self._counted[at]

    @cached_property
    def _counted(self) -> tuple[tuple[Coding, Interview], ...]:
        machine = {coder.id for coder in self.coders if coder.kind == "suggestion"}
        documents, interviews = self.document_by_id, self.interview_by_id
        found = []
        for coding in self.codings:
            document = documents.get(coding.document_id)
            if document is None or coding.coder_id in machine or coding.text_id != document.text_id:
                continue
            interview = interviews.get(document.interview_id or "")
            if interview is not None:
                found.append((coding, interview))
        return tuple(found)

    @cached_property
    def _counted_places(self) -> Mapping[str, list[int]]:
        """Places in what is counted, by id of the code."""
        found: dict[str, list[int]] = {}
        for at, (coding, _interview) in enumerate(self._counted):
            found.setdefault(coding.code_id, []).append(at)
        return found

    @cached_property
    def _topics_of_code(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        by_key = self.codebook.by_key
        for topic in self.topics:
            for key in topic.codes:
                if (top := by_key.get(key)) is not None:
                    for code in self.codebook.below(top):
                        found.setdefault(code.id, set()).add(topic.key)
        return {code_id: frozenset(topics) for code_id, topics in found.items()}

    def asked(self, interview: Interview, code: Code) -> bool:
        """Did a topic come up that could bring up the code? A code that belongs to no topic counts as asked."""
        topics = self._topics_of_code.get(code.id)
        return not topics or not topics <= set(interview.not_asked)

    def could_mention(self, interview: Interview, code: Code) -> bool:
        """Does the interview stand in the code's denominator: inside its exposure window and asked?"""
        return code.exposed(interview.date) and self.asked(interview, code)

    def slice(self, anchor: Anchor) -> str:
        """Return the words at an anchor."""
        return self.texts.words([anchor])[0]

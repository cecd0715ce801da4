"""A study as its users see it: open it, add to it, ask it, change it."""

from __future__ import annotations

import functools
import getpass
import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from veche.privacy import Release, release_quotations, release_results
from veche.store import Entry, Hits, Store
from veche.study import (
    Code,
    Coder,
    Coding,
    Document,
    Evidence,
    InputProblem,
    Interview,
    NotFound,
    Quotation,
    Result,
    StudyInfo,
    Text,
)  # fmt: skip
from veche.study.documents import TurnKind
from veche.study.errors import N_, no_such
from veche.study.registry import Analysis, make_params, options
from veche.text.transcripts import SpeakerKind
from veche.workbench import registry
from veche.workbench.choosing import WHERE_FIELDS, documents_in_order, make_where, quotations_in_order, sorted_documents
from veche.workbench.correct import Correction, correct, waiting
from veche.workbench.ingest import Plan, Planner, Progress, find_files

if TYPE_CHECKING:
    from veche.workbench.merge import Merged, MergePlan

#: transcripts that are indexed in one go
TOGETHER = 25


@dataclass(frozen=True, slots=True)
class Added:
    """What an import did."""

    documents: int
    corrections: tuple[Correction, ...]
    entry: int


class Study:
    """An open study. Every installed analysis is a method: ``study.problem_field(towns="A", resamples=200)``.

    Parameters
    ----------
    store
        Where the study is kept.
    who
        Key of the person who works, as it stands in the journal; by default the name of the account.
    """

    def __init__(self, store: Store, *, who: str | None = None) -> None:
        self.who = who or _account()
        #: the study as the one who works may see it; `store.whole` hides nothing
        self.store = store.seen_by(self.who)

    def __enter__(self) -> Study:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the study."""
        self.store.close()

    def __repr__(self) -> str:
        return f"<veche study {self.info.name!r} at {self.store.target}>"

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *registry.analysis_names()]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in registry.analysis_names():
            raise AttributeError(f"a study has no attribute or analysis {name!r}")
        found = registry.analysis(name)

        @functools.wraps(found.compute)
        def run(**given: Any) -> Result:
            return self.run(name, **given)

        run.__doc__ = f"{found.title}. {found.question}\n\n{found.method}"
        run.__signature__ = _signature(found)  # type: ignore[attr-defined]
        return run

    @property
    def info(self) -> StudyInfo:
        """Name, language and settings of the study."""
        return self.store.all(StudyInfo)[0]

    # asking

    def evidence(self, **where: Any) -> Evidence:
        """Take evidence: all of the study, or what the options select (`WHERE_FIELDS`)."""
        return self.store.evidence(make_where(where))

    def run(self, name: str, *, evidence: Evidence | None = None, **given: Any) -> Result:
        """Run an analysis by name, with its own options and those that select interviews.

        Raises
        ------
        NotFound, InputProblem
            For an unknown analysis or option, or a value that cannot be used.
        """
        found = registry.analysis(name)
        own = {option.name for option in options(found.params)}
        where = {key: value for key, value in given.items() if key in WHERE_FIELDS and key not in own}
        params = make_params(found.params, {key: value for key, value in given.items() if key not in where})
        return found(evidence if evidence is not None else self.evidence(**where), params)

    def quotes(self, **where: Any) -> tuple[Quotation, ...]:
        """Return the quotations of all codings that the options select, by interview and place."""
        evidence = self.evidence(**where)
        return quotations_in_order(evidence)

    def search(
        self, text: str, *, evidence: Evidence | None = None, kinds: Sequence[TurnKind] | None = None,
        limit: int | None = None, offset: int = 0, **where: Any,
    ) -> Hits:  # fmt: skip
        """Search in the texts, of the whole study or of the evidence that the options select.

        The language of queries is described in `veche.text.query`.

        Raises
        ------
        InputProblem
            If the query cannot be understood; the message says where.
        """
        from veche.text.query import parse

        query = parse(text)
        texts = None
        if evidence is not None or any(where.values()):
            texts = [one.text_id for one in documents_in_order(evidence or self.evidence(**where))]
        return self.store.find(query, texts=texts, kinds=kinds, limit=limit, offset=offset)

    def documents(self, **where: Any) -> tuple[Document, ...]:
        """Return the documents that the options select, by date of interview."""
        if any(where.values()):
            return documents_in_order(self.evidence(**where))
        interviews = {one.id: one for one in self.store.all(Interview)}
        return sorted_documents(self.store.all(Document), interviews)

    def document(self, name: str) -> Document:
        """Find a document by the code of its interview, its name or its file's name.

        Raises
        ------
        NotFound
            If there is none; the message gives the nearest.
        """
        documents = self.store.all(Document)
        keys = {one.id: one.key for one in self.store.all(Interview)}
        names: dict[str, Document] = {}
        for one in documents:
            for known in (one.file_name, one.name, keys.get(one.interview_id or "", "")):
                if known:
                    names[known.casefold()] = one
        if (found := names.get(name.casefold())) is not None:
            return found
        raise no_such(Interview.noun, name, [key for key in keys.values() if key] or list(names))

    def text(self, document: Document) -> Text:
        """Return the present text of a document."""
        return self.store.text(document.text_id)

    # changing

    def plan(
        self,
        paths: Sequence[Path],
        *,
        table: Path | None = None,
        speakers: Mapping[str, SpeakerKind] | None = None,
        speakers_in: Mapping[str, Mapping[str, SpeakerKind]] | None = None,
        update: bool = False,
        language: str | None = None,
        progress: Progress | None = None,
    ) -> Plan:
        """Read transcripts and say what adding them would do; nothing is changed.

        Parameters
        ----------
        paths
            Files and folders.
        table
            The table of interviews.
        speakers
            Labels of speakers with their kinds, where the recognised ones are wrong; "none": that is no speaker.
        speakers_in
            The same for single files, by name of the file; what is said here of a label goes before `speakers`.
        update
            Take a file whose name is known but whose content is new as a corrected transcript.
        language
            ru or en, where it cannot be told from the table or the words.
        progress
            Called with files done, files in all, and the name.
        """
        from veche.importers.interview_table import read_interview_table

        rows = read_interview_table(table) if table is not None else None
        own = {table.resolve()} if table is not None else set()
        files = [path for path in find_files(paths) if path.resolve() not in own]
        planner = Planner(self.store, registry.importers(), rows)
        for number, path in enumerate(files):
            if progress is not None:
                progress(number, len(files), path.name)
            known = {**(speakers or {}), **(speakers_in or {}).get(path.name, {})}
            planner.add(path, speakers=known or None, update=update, language=language)
        if progress is not None:
            progress(len(files), len(files), "")
        return planner.finish()

    def add(self, plan: Plan, *, progress: Progress | None = None) -> Added:
        """Carry out a plan as one act: all of it, or nothing if it is interrupted."""
        usable = plan.usable
        corrections: list[Correction] = []
        if not usable:
            return Added(0, (), self.store.last_entry())
        self.store.reindex()
        # a corrected transcript moves all marks on it, also those that are hidden or finished
        whole = self.store.whole
        with whole.edit(self.who, "add transcripts", f"{len(usable)}") as edit:
            edit.finished_too = True
            edit.add(*plan.regions, *plan.towns, *plan.respondents, *plan.interviews)
            for start in range(0, len(usable), TOGETHER):
                part = usable[start : start + TOGETHER]
                if progress is not None:
                    progress(start, len(usable), part[0].path.name)
                # indexed together: words already met are looked up once
                edit.add_texts([item.text for item in part if item.text is not None])
                for item in part:
                    sha = _sha256(item.content)
                    edit.add_file(sha, item.path.name, item.content)
                    if item.replaces is not None and item.text is not None:
                        corrections.append(
                            correct(whole, edit, item.replaces, item.text, file_name=item.path.name, sha256=sha)
                        )
                    elif item.document is not None:
                        edit.add(item.document)
            if progress is not None:
                progress(len(usable), len(usable), "")
        return Added(len(usable), tuple(corrections), self.store.last_entry())

    def code(
        self, document: Document | str, code: str, *, start: int | None = None, end: int | None = None,
        words: str | None = None, coder: str | None = None, modality: Any = "asserted",
    ) -> Coding:  # fmt: skip
        """Put a code on a passage, given by its positions or by its words.

        Raises
        ------
        NotFound
            If the words do not stand in the text, or there is no such code.
        InputProblem
            If they stand there more than once, or neither words nor positions are given.
        """
        place = document if isinstance(document, Document) else self.document(document)
        if start is None or end is None:
            start, end = self._locate(place, words)
        found = self.store.having(Code, "key", [code])
        if not found:
            self.evidence().code(code)  # raises with the nearest codes
        with self.store.edit(self.who, "code", code) as edit:
            coding = Coding(
                document_id=place.id, text_id=place.text_id, start=start, end=end, code_id=found[0].id,
                coder_id=self.coder(coder, edit).id, modality=modality, made=_now(),
            )  # fmt: skip
            edit.add(coding)
        return coding

    def _locate(self, document: Document, words: str | None) -> tuple[int, int]:
        if not words:
            raise InputProblem(N_("Say what to code: the words, or the positions of their first and last character."))
        body = self.text(document).body
        first = body.find(words)
        if first < 0:
            raise NotFound(
                N_("These words do not stand in {name}. Copy them from the transcript as they are."), name=document.name
            )
        if body.find(words, first + 1) >= 0:
            raise InputProblem(
                N_("These words stand in {name} {count} times. Give more of the sentence, or the positions."),
                name=document.name,
                count=body.count(words),
            )
        return first, first + len(words)

    def coder(self, key: str | None, edit: Any) -> Coder:
        """Return the coder of that key (by default: who works), adding him or her within the edit if new."""
        wanted = key or self.who
        found = self.store.having(Coder, "key", [wanted])
        if found:
            return found[0]
        coder = Coder(key=wanted, name=wanted)
        edit.add(coder)
        return coder

    def unplaced(self) -> tuple[Coding, ...]:
        """Return the codings that could not be placed in a corrected transcript and wait for a decision."""
        return waiting(self.store.all(Coding), self.store.all(Document))

    def undo(self) -> Entry:
        """Take back one's own newest act."""
        return self.store.undo(self.who)

    def redo(self) -> Entry:
        """Do again what one undid last."""
        return self.store.redo(self.who)

    def history(self, *, limit: int = 50) -> tuple[Entry, ...]:
        """Return the newest acts, newest first."""
        return self.store.history(limit=limit)

    def merge(self, other: str | Path, *, name: str | None = None) -> MergePlan:
        """Say what merging another copy of this study would do; neither copy is changed (`veche.workbench.merge.plan_merge`)."""
        from veche.workbench.merge import plan_merge

        return plan_merge(self.store.whole, other, name=name)

    def carry_out(self, plan: MergePlan) -> Merged:
        """Merge as planned, as one act that can be undone; every clash must be decided (`MergePlan.decide`)."""
        from veche.workbench.merge import carry_out

        return carry_out(self.store.whole, plan, who=self.who)

    def backup(self, target: Path | None = None) -> Path:
        """Copy the study file; by default beside it with the moment in its name."""
        return self.store.backup(target)

    # leaving

    def release(self, what: Result | Sequence[Result] | Evidence, *, quotes: int = 3) -> Release:
        """Release results, or the quotations of evidence, after consent: the only thing that exporters take."""
        if isinstance(what, Evidence):
            return release_quotations(what, quotations_in_order(what))
        return release_results([what] if isinstance(what, Result) else list(what), quotes=quotes)

    def export(self, release: Release, path: str | Path) -> tuple[Path, ...]:
        """Write a release to a file; the extension says in which format.

        Raises
        ------
        InputProblem
            If no exporter writes such files, or the file cannot be written.
        """
        target = Path(path)
        written = registry.exporter(target.suffix).write(release, target)
        return tuple(written)


def _signature(found: Analysis[Any]) -> inspect.Signature:
    own = [
        inspect.Parameter(o.name, inspect.Parameter.KEYWORD_ONLY, default=o.default, annotation=o.type)
        for o in options(found.params)
    ]
    names = {p.name for p in own}
    where = [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY, default=None) for n in WHERE_FIELDS if n not in names]
    return inspect.Signature([*own, *where], return_annotation=Result)


def _account() -> str:
    import os

    try:
        return os.environ.get("VECHE_CODER") or getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "veche"


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def _now() -> Any:
    import datetime as dt

    return dt.datetime.now(dt.timezone.utc).replace(tzinfo=None, microsecond=0)

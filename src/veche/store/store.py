"""The store of one study: records in, records out, every change through the journal."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine

from veche.store import database, journal, migrate, presence, search, snapshot, texts, veil
from veche.store.journal import Change, Edit, Entry
from veche.store.presence import Present
from veche.store.snapshot import CodingCount
from veche.study import Document, Evidence, NotFound, Record, StudyInfo, Text, Where
from veche.study.errors import N_, StudyFileProblem

R = TypeVar("R", bound=Record)


class Store:
    """A study in its database. Open it with `Store.open` or `Store.create`; close it, or use it in a ``with`` block."""

    def __init__(self, engine: Engine, target: str | Path) -> None:
        self._engine = engine
        self.target = target
        #: the backup made because the study had an older schema, if so
        self.migrated_from: Path | None = None
        self._indexed = False
        self._frame = snapshot.Frame()
        #: whose eyes it is seen with (key of a coder): work of others that is to be hidden from him or her is left out; None: nobody's
        self.viewer: str | None = None

    @classmethod
    def create(cls, target: str | Path, info: StudyInfo, *, who: str) -> Store:
        """Make a new study.

        Raises
        ------
        StudyFileProblem
            If the file exists already or cannot be written.
        """
        if not database.is_server(target):
            path = Path(target)
            if path.exists():
                raise StudyFileProblem(N_("{name} exists already. Choose another name, or open it."), name=path)
            if not path.parent.exists():
                raise StudyFileProblem(N_("There is no folder {name}. Make it first."), name=path.parent)
        store = cls(database.make_engine(target), target)
        try:
            database.create_schema(store._engine)
            with store.edit(who, "new study") as edit:
                edit.add(info)
        except BaseException:
            store.close()
            database.remove(target)
            raise
        return store

    @classmethod
    def open(cls, target: str | Path) -> Store:
        """Open a study, bringing an older one up to date (with a backup first).

        Raises
        ------
        NotFound
            If there is no such file.
        StudyFileProblem
            If it is no study, damaged, locked, or made by a newer veche.
        """
        if not database.is_server(target):
            path = Path(target)
            if not path.exists():
                raise NotFound(
                    N_("There is no file {name}. Check the path, or make a study with `veche new`."), name=path
                )
            if path.is_dir():
                raise StudyFileProblem(N_("{name} is a folder. Give the path of a .veche file."), name=path)
        engine = database.make_engine(target)
        store = cls(engine, target)
        try:
            store.migrated_from = migrate.bring_up_to_date(engine, target)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def seen_by(self, who: str | None) -> Store:
        """Return the same study as somebody may see it, by his or her key among the coders; None: all of it."""
        if who == self.viewer:
            return self
        found = copy.copy(self)
        found.viewer = who
        return found

    @property
    def whole(self) -> Store:
        """The same study with nothing hidden, for work that must touch every row (a corrected transcript, a merge of copies)."""
        return self.seen_by(None)

    def hidden_interviews(self) -> frozenset[str]:
        """Return the ids of the interviews on which the work of others is hidden from the viewer."""
        with self.reading() as connection:
            return veil.curtain(connection, self.viewer).veil.interview_ids

    @property
    def dialect(self) -> str:
        """Which database is behind: sqlite or postgresql."""
        return self._engine.dialect.name

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open one read transaction."""
        with database.reading(self._engine) as connection:
            yield connection

    @contextlib.contextmanager
    def edit(self, who: str, action: str, note: str = "") -> Iterator[Edit]:
        """Make one act: everything inside the block is one entry of the journal, or nothing is."""
        with database.writing(self._engine) as connection:
            edit = Edit(connection, who, action, note)
            edit.hides = veil.hider(veil.curtain(connection, self.viewer))
            yield edit
            edit.close()

    def all(self, kind: type[R], *conditions: ColumnElement[bool], gone: bool = False) -> tuple[R, ...]:
        """Read the records of one kind, in order of id."""
        with self.reading() as connection:
            return veil.curtain(connection, self.viewer).open(snapshot.read(connection, kind, *conditions, gone=gone))

    def get(self, kind: type[R], row_id: str) -> R:
        """Read one record.

        Raises
        ------
        NotFound
            If it is not in the study or was removed.
        """
        with self.reading() as connection:
            found = veil.curtain(connection, self.viewer).open(snapshot.read_in(connection, kind, "id", [row_id]))
        if not found:
            raise NotFound(N_("The {noun} is not in the study (any more). Load it again."), noun=kind.noun)
        return found[0]

    def having(self, kind: type[R], column: str, values: Iterable[str]) -> tuple[R, ...]:
        """Read the records of one kind whose column is among the values."""
        with self.reading() as connection:
            return veil.curtain(connection, self.viewer).open(snapshot.read_in(connection, kind, column, values))

    def text(self, text_id: str) -> Text:
        """Read one stored text.

        Raises
        ------
        NotFound
            If there is none with this id.
        """
        with self.reading() as connection:
            found = texts.read_texts(connection, [text_id])
        if text_id not in found:
            raise NotFound(N_("The {noun} is not in the study (any more). Load it again."), noun="text")
        return found[text_id]

    def texts(self, text_ids: Iterable[str]) -> texts.StoredTexts:
        """Return a lazy mapping of stored texts."""
        return texts.StoredTexts(self.reading, text_ids)

    def file(self, sha256: str) -> tuple[str, bytes] | None:
        """Return name and content of a file that a document came from, if kept."""
        with self.reading() as connection:
            return texts.read_file(connection, sha256)

    def evidence(self, where: Where | None = None) -> Evidence:
        """Take the evidence that `where` selects, all by default, in one transaction."""
        with self.reading() as connection:
            taken = snapshot.take_evidence(connection, where or Where(), self.reading, self._frame)
            return veil.open_evidence(veil.curtain(connection, self.viewer), taken)

    def coding_counts(self) -> tuple[CodingCount, ...]:
        """Count the codings in force by document, text, coder and code: far quicker than reading them."""
        with self.reading() as connection:
            seen = veil.curtain(connection, self.viewer)
            counts = snapshot.coding_counts(connection)
            return tuple(one for one in counts if not seen.hides_on(one.document_id, one.coder_id)) if seen else counts

    def occupied(self) -> tuple[dict[str, bool], dict[str, str]]:
        """Return the ids of all records that are or ever were in the study, and all stored texts with the digests of their bodies.

        Each id comes with whether its record is in force (also where the viewer may not see it yet). Removed records and texts of undone acts keep
        their ids, so nothing new may take one.
        """
        with self.reading() as connection:
            return snapshot.occupied(connection)

    def find(self, query: Any, **options: Any) -> search.Hits:
        """Search in the present texts of the study; options as in `veche.store.search.find`."""
        self.reindex()
        with self.reading() as connection:
            if options.get("texts") is None:
                options["texts"] = snapshot.present_texts(connection)
            return search.find(connection, query, **options)

    def undo(self, who: str | None = None) -> Entry:
        """Take back the newest edit in force (of `who`, or of anybody); returns it."""
        with database.writing(self._engine) as connection:
            return journal.undo(connection, who)

    def redo(self, who: str | None = None) -> Entry:
        """Do again what was undone last; returns it."""
        with database.writing(self._engine) as connection:
            return journal.redo(connection, who)

    def history(self, *, limit: int = 50, before: int | None = None, row_ids: Sequence[str] = ()) -> tuple[Entry, ...]:
        """Return the newest entries of the journal, newest first."""
        with self.reading() as connection:
            seen = veil.curtain(connection, self.viewer)
            return veil.open_history(seen, limit=limit, before=before, row_ids=row_ids)

    def changes(self, seq: int) -> tuple[Change, ...]:
        """Return the changes of one entry."""
        with self.reading() as connection:
            return veil.open_changes(veil.curtain(connection, self.viewer), journal.changes_of(connection, seq))

    def last_entry(self) -> int:
        """Return the number of the newest entry; 0 if there is none."""
        with self.reading() as connection:
            newest = journal.history(connection, limit=1)
        return newest[0].seq if newest else 0

    def say_present(self, program_id: str, present: Iterable[Present]) -> None:
        """Let the other programs that hold this study open know who has which document open in this one; to be said every `presence.BEAT`."""
        with database.writing(self._engine, in_turn=False) as connection:
            presence.write(connection, program_id, present)

    def present_elsewhere(self, program_id: str) -> frozenset[Present]:
        """Return who has which document open in other programs than this one."""
        with self.reading() as connection:
            return presence.read(connection, program_id)

    def reindex(self, progress: Callable[[int, int], None] | None = None) -> bool:
        """Make the search index anew if it was made by another version of the lemmatisers; returns whether it was."""
        if self._indexed:
            return False
        with self.reading() as connection:
            self._indexed = not search.stale(connection)
        if self._indexed:
            return False
        with database.writing(self._engine) as connection:
            search.clear_index(connection)
            documents = snapshot.read(connection, Document)
            for n, one in enumerate(documents):
                search.index_texts(connection, texts.read_texts(connection, [one.text_id]).values())
                if progress is not None:
                    progress(n + 1, len(documents))
        self._indexed = True
        return True

    def backup(self, target: Path | None = None) -> Path:
        """Copy the study file while it may be in use.

        Raises
        ------
        StudyFileProblem
            If the study is on a server (its administrator backs it up), or the copy cannot be written.
        """
        if database.is_server(self.target):
            raise StudyFileProblem(
                N_(
                    "This study is on a server. Its administrator makes backups there (pg_dump), or export it to a file."
                )
            )
        return migrate.backup(Path(self.target), target)

"""Projects of Taguette: a SQLite file with documents as HTML and positions counted in UTF-8 bytes of their text."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

from veche.importers._foreign_records import NO_CODE, NOT_UTF8, TWICE, Gathering, fits, moment, usable
from veche.importers._foreign_sqlite import ForeignDatabase, tables_in, whole, words
from veche.importers.foreign import Asked, Choice, ForeignStudy, Reading
from veche.study import Code, Document
from veche.study.errors import N_, InputProblem
from veche.study.registry import project_importer
from veche.text._roles import word_set

PROGRAM = "Taguette"
#: characters of the largest page that is read
LARGEST = 8_000_000
_NEEDED = {
    "projects": ("id", "name"), "documents": ("id", "name", "project_id", "contents"), "tags": ("id", "path"),
    "highlights": ("id", "document_id", "start_offset", "end_offset"), "highlight_tags": ("highlight_id", "tag_id"),
}  # fmt: skip
_TITLE = N_("positions count UTF-8 bytes of the text without tags; the end is the first position after the words")
_BASIS = N_("{share} of the quotations repeat the words that the file gives for them")
_FORMATTING = N_("bold, headings, lists and other formatting: the plain text was taken")
_PICTURE = N_("pictures are not taken")
_NO_TAG = N_("a highlight without tags: veche keeps passages only with a code")
_NO_AUTHOR = N_("the file does not say who made it; the coder is {name}")
_SPLIT = N_("position {position} lies inside a character")
_LARGE = N_("it is larger than any transcript (more than {limit} characters): not read")
_PROJECTS = N_("the file holds {count} projects; all were read into one study")


def _recognises(path: Path) -> bool:
    found = tables_in(path)
    return all(table in found for table in ("alembic_version", *_NEEDED)) and "snippet" in found["highlights"]


@project_importer("taguette", title=N_("Taguette project"), extensions=(".sqlite3",), recognises=_recognises)
def taguette(path: Path, asked: Asked) -> ForeignStudy:
    """Read a project of Taguette.

    Tags become codes, dots in their names the tree; highlights become one coding per tag. Who made a highlight is taken from the log of commands.

    Raises
    ------
    InputProblem
        If it is no such project, or damaged.
    """
    with ForeignDatabase(path) as file:
        file.need(PROGRAM, **_NEEDED)
        gathered = Gathering(PROGRAM, asked)
        _projects(file, gathered)
        _tags(file, gathered)
        pages = dict(_documents(file, gathered))
        _highlights(file, gathered, pages)
    return gathered.done()


def _projects(file: ForeignDatabase, gathered: Gathering) -> None:
    names = [words(name) for _, name in file.rows("projects", "id", "name", order="id")]
    if len(names) > 1:
        gathered.lose("project", ", ".join(names), "", _PROJECTS, count=len(names))


def _tags(file: ForeignDatabase, gathered: Gathering) -> None:
    """Make the tree of codes: what stands before the last dot is the code above, a heading if it is no tag itself."""
    tags: list[tuple[object, str, str]] = []
    taken: set[object] = set()
    for tag_id, path, description in file.rows("tags", "id", "path", "description", order="id"):
        if tag_id in taken:
            gathered.lose(Code.noun, words(path), "", TWICE)
            continue
        taken.add(tag_id)
        tags.append(
            (tag_id, ".".join(part.strip() for part in words(path).split(".") if part.strip()), words(description))
        )
    by_path = {path: tag_id for tag_id, path, _ in tags}

    made: dict[str, Code] = {}

    def above(path: str) -> Code | None:
        parts = path.split(".")[:-1]
        code: Code | None = None
        for depth in range(1, min(len(parts), 40) + 1):
            prefix = ".".join(parts[:depth])
            if prefix not in made and prefix not in by_path:
                made[prefix] = gathered.code(("path", prefix), prefix, parent=code, group=True)
            code = made.get(prefix, code)
        return code

    for tag_id, path, description in sorted(tags, key=lambda one: (one[1].count("."), one[1])):
        code = gathered.code(tag_id, path or str(tag_id), parent=above(path), definition=description)
        made.setdefault(path, code)


class _Page:
    """The text of a page as Taguette counts it, and where each place in it is in the text that is kept."""

    def __init__(self, raw: str, breaks: Sequence[int]) -> None:
        import numpy as np

        self.length = len(raw)
        #: where a line end was put in because two blocks would run together
        self._breaks = breaks
        self._bytes = np.frombuffer(raw.encode("utf-8", "surrogatepass"), np.uint8)
        # a byte begins a character unless it is one of those that continue it
        self._letters = np.concatenate(([0], np.cumsum((self._bytes & 0xC0) != 0x80, dtype=np.int32)))

    def at(self, position: int, *, end: bool = False) -> int | None:
        """Return a position in bytes as one in the kept text; None inside a character or outside the text."""
        if not self.inside(position) or (position < self._bytes.size and (self._bytes[position] & 0xC0) == 0x80):
            return None
        n = int(self._letters[position])
        # a passage that ends before a line end of ours does not take it in
        return n + bisect_left(self._breaks, n) if end else n + bisect_right(self._breaks, n)

    def inside(self, position: int) -> bool:
        """Does the position, in bytes, lie in the text?"""
        return 0 <= position <= self._bytes.size


def _documents(file: ForeignDatabase, gathered: Gathering) -> Iterator[tuple[object, _Page]]:
    for document_id, name, description, file_name, contents in file.rows(
        "documents", "id", "name", "description", "filename", "contents", order="id"
    ):
        title = words(name) or words(file_name)
        if document_id in gathered.documents:
            gathered.lose(Document.noun, title, "", TWICE)
            continue
        content = contents if isinstance(contents, str) else ""
        if len(content) > LARGEST:
            gathered.lose(Document.noun, title, "", _LARGE, limit=LARGEST)
            continue
        if not usable(content):
            gathered.lose(Document.noun, title, "", NOT_UTF8)
            continue
        reader = _Text()
        try:
            reader.feed(content.replace("\r\n", "\n").replace("\r", "\n"))
            reader.close()
        except (AssertionError, ValueError, RecursionError) as error:
            raise InputProblem(
                N_("The document {name} of {file} is no HTML that can be read. Open the project in Taguette and export it."),
                name=title, file=file.name,
            ) from error  # fmt: skip
        page, body = reader.page()
        made = gathered.document(document_id, title, body, file_name=words(file_name), form="html")
        gathered.memo(made, words(description))
        if reader.formatted:
            gathered.lose("formatting", title, title, _FORMATTING)
        for picture in reader.pictures:
            gathered.lose("picture", picture or "img", title, _PICTURE)
        yield document_id, page


#: elements after which a line ends though the page has no line break there
_BLOCKS = word_set(
    """address article blockquote br dd div dl dt figure footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section
    table td th tr ul"""
)
_PLAIN = frozenset({"p", "div", "br", "body", "html", "section"})
_SILENT = frozenset({"script", "style", "head", "title", "template"})


class _Text(HTMLParser):
    """The text of a page: what stands outside the tags, entities resolved."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.formatted = False
        self.pictures: list[str] = []
        self._silent = 0
        self._pieces: list[str] = []
        self._breaks: set[int] = set()
        self._length = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        if tag in _SILENT:
            self._silent += 1
        elif tag == "img":
            self.pictures.append(dict(attrs).get("alt") or "")
        elif tag not in _PLAIN:
            self.formatted = True
        if tag in _BLOCKS:
            self._breaks.add(self._length)

    def handle_endtag(self, tag: str) -> None:
        """Note the end of an element."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag in _BLOCKS:
            self._breaks.add(self._length)

    def handle_data(self, data: str) -> None:
        """Take words; white space before the first ones is no part of a page."""
        if self._silent:
            return
        if not self._length:
            data = data.lstrip("\t\n\f ")
        self._pieces.append(data)
        self._length += len(data)

    def page(self) -> tuple[_Page, str]:
        """Return the page and the text to keep: a line end between blocks that have none, the rest as it is."""
        raw = "".join(self._pieces).replace("\0", "\ufffd")
        breaks = [at for at in sorted(self._breaks) if 0 < at < len(raw) and "\n" not in (raw[at - 1], raw[at])]
        cuts = [0, *breaks, len(raw)]
        body = "\n".join(raw[start:end] for start, end in pairwise(cuts))
        return _Page(raw, breaks), body.replace("\r", "\n")


def _highlights(file: ForeignDatabase, gathered: Gathering, pages: dict[object, _Page]) -> None:
    authors = _authors(file)
    tags: dict[object, list[object]] = {}
    for highlight, tag in file.rows("highlight_tags", "highlight_id", "tag_id", order="tag_id"):
        tags.setdefault(highlight, []).append(tag)
    quotes: list[tuple[str, str]] = []
    seen: set[object] = set()
    for number, document, start, end, snippet in file.rows(
        "highlights", "id", "document_id", "start_offset", "end_offset", "snippet", order="id"
    ):
        said = _plain(words(snippet))
        if number in seen:
            gathered.lose("highlight", said, "", TWICE)
            continue
        seen.add(number)
        first = _point(gathered, pages, document, start, said)
        last = _point(gathered, pages, document, end, said, end=True)
        place = gathered.span(document, first, last, kind="highlight", item=said)
        if place is None:
            continue
        quotes.append((place[1].body[place[2] : place[3]], said))
        who, made = authors.get(whole(number), ("", None))
        coder = gathered.coder(who, otherwise=PROGRAM)
        if not who:
            gathered.lose("author", said, place[0].name, _NO_AUTHOR, name=coder.key)
        for tag in tags.get(number, ()):
            if tag in gathered.codes:
                gathered.coding(place, gathered.codes[tag], coder, moment(made))
            else:
                gathered.lose("coding", said, place[0].name, NO_CODE, id=tag)
        if number not in tags:
            gathered.lose("highlight", said, place[0].name, _NO_TAG)
    share = fits(quotes)
    gathered.readings.append(Reading(Choice("utf8-bytes", _TITLE), share, _BASIS, (("share", f"{share:.0%}"),)))


def _point(
    gathered: Gathering, pages: dict[object, _Page], document: object, position: object, said: str, *, end: bool = False
) -> int | None:
    """Return a position in the kept text; one that lies nowhere comes back as it is, to be reported."""
    page, number = pages.get(document), whole(position)
    if page is None or number is None:
        return number
    at = page.at(number, end=end)
    if at is not None:
        return at
    if page.inside(number):
        gathered.lose("highlight", said, gathered.documents[document][0].name, _SPLIT, position=number)
        return None
    # outside the text: a position that no text of this length has, to be reported
    return number if number < 0 else max(number, 2 * page.length + 1)


def _authors(file: ForeignDatabase) -> dict[int | None, tuple[str, object]]:
    """Find in the log who added each highlight, and when."""
    found: dict[int | None, tuple[str, object]] = {}
    for who, date, payload in file.rows("commands", "user_login", "date", "payload", order="id"):
        try:
            told = json.loads(payload) if isinstance(payload, str) else None
        except (ValueError, RecursionError):
            continue
        if isinstance(told, dict) and told.get("type") == "highlight_add":
            found.setdefault(whole(told.get("highlight_id")), (words(who), date))
    return found


def _plain(snippet: str) -> str:
    reader = _Text()
    try:
        reader.feed(snippet)
        reader.close()
    except (AssertionError, ValueError):
        return ""
    return reader.page()[1]

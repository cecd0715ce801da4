"""The XML of a REFI-QDA project as a light tree, read piece by piece: no entities, no document type, no abyss, no more than a project holds.

A tree of a general library takes six times the memory of the file; this one takes about twice as much as the file, and parts of it can be let go
while the project is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

#: elements may stand in one another so deep
MAX_DEPTH = 256
#: what is read at most, so that no project takes much more than 200 MB of memory: bytes, quotations and codings, other elements
MAX_XML = 54_000_000
MAX_PASSAGES = 250_000
MAX_OTHERS = 150_000
#: attributes; a quotation with its coding has about eleven
_MAX_ATTRIBUTES = 1_500_000
#: the longest tag, in bytes: a program may put all words of a quotation into its name
MAX_TAG = 4_000_000
#: what is counted together; each coding has its reference
_GROUPS = {"PlainTextSelection": "passages", "Coding": "passages", "CodeRef": "references"}
_LIMITS = {"passages": MAX_PASSAGES, "references": MAX_PASSAGES, "others": MAX_OTHERS, "attributes": _MAX_ATTRIBUTES}
#: attributes whose values are often the same
_REPEATED = frozenset(
    ("targetGUID", "creatingUser", "creatingUserGUID", "creationDateTime", "modifyingUser", "modifyingUserGUID", "modifiedDateTime")
)  # fmt: skip
#: every element of a project and of a codebook
KNOWN = frozenset((
    "Project", "Users", "User", "CodeBook", "Codes", "Code", "Description", "NoteRef", "Variables", "Variable", "VariableValue",
    "VariableRef", "TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue", "Cases", "Case", "CodeRef",
    "SourceRef", "SelectionRef", "Sources", "TextSource", "PlainTextContent", "PlainTextSelection", "Coding", "PictureSource",
    "TextDescription", "PictureSelection", "PDFSource", "PDFSelection", "Representation", "AudioSource", "AudioSelection", "VideoSource",
    "VideoSelection", "Transcript", "TranscriptSelection", "SyncPoint", "Notes", "Note", "Links", "Link", "Sets", "Set", "MemberCode",
    "MemberSource", "MemberNote", "Graphs", "Graph", "Vertex", "Edge",
))  # fmt: skip


class Node:
    """An element: its name and namespace, its attributes, and what stands in it."""

    __slots__ = ("_attributes", "_inside", "name", "namespace")

    def __init__(self, namespace: str, name: str, attributes: tuple[str, ...]) -> None:
        self.namespace = namespace
        self.name = name
        #: names and values in turn: smaller than a dictionary, and there are few
        self._attributes = attributes
        self._inside: Any = []

    def get(self, name: str) -> str:
        """Return an attribute as written; "" if there is none."""
        given = self._attributes
        for place in range(0, len(given), 2):
            if given[place] == name:
                return given[place + 1]
        return ""

    def __iter__(self) -> Iterator[Node]:
        return (one for one in self._inside if type(one) is Node)

    def iter(self) -> Iterator[Node]:
        """Yield the element and all that stand in it, in the order of the file."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(each for each in reversed(one._inside) if type(each) is Node)

    @property
    def words(self) -> str:
        """All words inside."""
        return "".join(one if type(one) is str else one.words for one in self._inside)

    def let_go(self, *names: str) -> None:
        """Forget the children of these names."""
        self._inside = tuple(one for one in self._inside if type(one) is str or one.name not in names)


class _Builder:
    """Makes nodes of what the parser meets, and counts them."""

    def __init__(self, name: str) -> None:
        self._file = name
        self._open: list[Node] = []
        self._same: dict[str, str] = {}
        self._names: dict[str, tuple[str, str]] = {}
        self._counts = dict.fromkeys(_LIMITS, 0)
        self.root: Node | None = None

    def start(self, name: str, attributes: list[str]) -> None:
        names = self._names.get(name)
        if names is None:
            namespace, _, local = name.rpartition("}")
            names = self._names[name] = (namespace, local)
        self._count(_GROUPS.get(names[1], "others"), 1)
        self._count("attributes", len(attributes) // 2)
        if len(self._open) >= MAX_DEPTH:
            raise InputProblem(
                N_("{file} nests its codes deeper than 256 levels. Flatten the codebook where it was made and export again."),
                file=self._file,
            )  # fmt: skip
        for place in range(0, len(attributes), 2):
            if attributes[place] in _REPEATED:
                attributes[place + 1] = self._same.setdefault(attributes[place + 1], attributes[place + 1])
        node = Node(*names, tuple(attributes))
        if self._open:
            self._open[-1]._inside.append(node)
        else:
            self.root = node
        self._open.append(node)

    def _count(self, group: str, more: int) -> None:
        self._counts[group] += more
        if self._counts[group] > _LIMITS[group]:
            raise too_large(self._file)

    def end(self, _name: str) -> None:
        node = self._open.pop()
        node._inside = tuple(node._inside)

    def text(self, text: str) -> None:
        self._open[-1]._inside.append(self._same.setdefault(text, text) if len(text) < 40 else text)

    def refuse(self, *_declared: object) -> None:
        raise InputProblem(
            N_(
                "{file} declares a document type or entities, which no project needs and which could read other files. It was not read."
            ),
            file=self._file,
        )


def too_large(file: str) -> InputProblem:
    """Say that a project is larger than what is read."""
    return InputProblem(
        N_(
            "{file} is larger than what is read: at most {size} MB of XML with {passages} quotations and codings and {others} other elements. "
            "Nothing of it was taken. Export the project in parts."
        ),
        file=file, size=MAX_XML // 1_000_000, passages=MAX_PASSAGES, others=MAX_OTHERS,
    )  # fmt: skip


def parse(pieces: Iterable[bytes], name: str) -> Node:
    """Parse the XML of a project.

    Parameters
    ----------
    pieces
        The bytes, some at a time.
    name
        The file, for messages.

    Raises
    ------
    InputProblem
        If it is not well-formed, declares a document type, is nested more than 256 deep, or holds more than a project does.
    """
    from xml.parsers import expat

    builder = _Builder(name)
    parser = _parser(builder)
    fed = 0
    try:
        for piece in pieces:
            if fed - max(0, parser.CurrentByteIndex) > MAX_TAG:
                raise too_large(name)
            parser.Parse(piece, False)
            fed += len(piece)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise InputProblem(
            N_("{file} is damaged: its XML cannot be read ({reason}). Export the project anew."),
            file=name,
            reason=str(error).replace("\n", " ")[:120],
        ) from error
    assert builder.root is not None  # no root is not well-formed
    return builder.root


def _parser(builder: _Builder) -> XMLParserType:
    from xml.parsers import expat

    parser = expat.ParserCreate(namespace_separator="}")
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    return parser

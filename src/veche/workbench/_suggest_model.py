"""What suggestions are made from: all passages of the study, one's own codings, and what was learned from them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veche.study import Code, Codebook, Coding, Document, Text
from veche.text import suggest
from veche.text.weights import Weights, passages_of, topical_lemmas, weigh

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """All passages of the present texts; those of one document stand together."""

    documents: tuple[Document, ...]
    weights: Weights
    spans: tuple[tuple[int, int], ...]
    #: for each passage the number of its document, and of its interview
    document_of: tuple[int, ...]
    interview_of: tuple[int, ...]
    rows: Mapping[str, range]


def make_corpus(documents: Sequence[Document], texts: Mapping[str, Text]) -> Corpus:
    """Cut and weigh the texts of documents; stored texts never change, so this is done again only when a document comes, goes or is corrected."""
    spans: list[tuple[int, int]] = []
    lemmas: list[tuple[str, ...]] = []
    document_of: list[int] = []
    rows: dict[str, range] = {}
    for n, document in enumerate(documents):
        found = passages_of(texts[document.text_id])
        rows[document.id] = range(len(spans), len(spans) + len(found))
        spans.extend((one.start, one.end) for one in found)
        lemmas.extend(one.lemmas for one in found)
        document_of.extend([n] * len(found))
    interviews: dict[str, int] = {}
    numbers = [interviews.setdefault(one.interview_id or one.id, len(interviews)) for one in documents]
    interview_of = tuple(numbers[n] for n in document_of)
    return Corpus(tuple(documents), weigh(lemmas), tuple(spans), tuple(document_of), interview_of, rows)


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What is known of each passage (row) and code (column)."""

    codes: tuple[Code, ...]
    #: passages that the person has read: up to his or her last coding in the document
    read: Mask
    coded: Mask
    definitions: Floats
    by_definition: Mask
    #: codes whose definitions were hardly ever right on what was read: they suggest no more
    silent: frozenset[int]
    #: learned codes by column, and the distance of each passage from their borders
    learned: Mapping[int, suggest.Learned]
    distances: Mapping[int, Floats]


def definition_words(code: Code, language: str) -> str:
    """Return label, definition and example of a code in the language of the study, else in the other one."""
    russian = (code.label_ru, code.definition_ru, code.example_ru)
    english = (code.label_en, code.definition_en, code.example_en)
    first, second = (russian, english) if language == "ru" else (english, russian)
    return " ".join(part for part in (first if any(first) else second) if part)


def make_model(corpus: Corpus, codes: Iterable[Code], codings: Iterable[Coding], language: str) -> Model:
    """Compare, and learn what can be learned.

    Parameters
    ----------
    codes
        The codebook; headings are left out.
    codings
        One's own.
    language
        Language of the study: which of the two definitions is taken.
    """
    kept = tuple(one for one in Codebook(codes).codes if one.codable)
    coded, read = label_passages(corpus, kept, codings)
    definitions = suggest.definition_scores(
        corpus.weights, [topical_lemmas(definition_words(one, language)) for one in kept]
    )
    learned: dict[int, suggest.Learned] = {}
    if suggest.can_learn():
        rows = read.nonzero()[0]
        numbers = [corpus.interview_of[n] for n in rows.tolist()]
        matrix = corpus.weights.matrix[rows]
        for column in range(len(kept)):
            if suggest.learnable(coded[rows, column], numbers):
                learned[column] = suggest.learn(matrix, coded[rows, column])
    distances = {column: one.scores(corpus.weights.matrix) for column, one in learned.items()}
    alike = suggest.by_definition(definitions)
    silent = frozenset(
        n for n in range(len(kept)) if n not in learned and suggest.tally(alike[read, n], coded[read, n]).hopeless
    )
    return Model(kept, read, coded, definitions, alike, silent, learned, distances)


def label_passages(corpus: Corpus, codes: Sequence[Code], codings: Iterable[Coding]) -> tuple[Mask, Mask]:
    """Say which passages have which code, and which were read.

    A passage has a code if a coding covers half of it, or has half of its own length in it.
    """
    import numpy as np

    columns = {one.id: n for n, one in enumerate(codes)}
    texts = {one.id: one.text_id for one in corpus.documents}
    coded = np.zeros((len(corpus.spans), len(codes)), dtype=bool)
    ends: dict[str, int] = {}
    for coding in codings:
        if texts.get(coding.document_id) != coding.text_id:
            continue
        ends[coding.document_id] = max(coding.end, ends.get(coding.document_id, 0))
        if (column := columns.get(coding.code_id)) is None:
            continue
        rows = corpus.rows[coding.document_id]
        first = bisect_right(corpus.spans, (coding.start, 0), rows.start, rows.stop) - 1
        for n in range(max(first, rows.start), rows.stop):
            start, end = corpus.spans[n]
            if start >= coding.end:
                break
            shared = min(end, coding.end) - max(start, coding.start)
            if shared > 0 and 2 * shared >= min(end - start, coding.end - coding.start):
                coded[n, column] = True
    read = np.zeros(len(corpus.spans), dtype=bool)
    for document_id, last in ends.items():
        for n in corpus.rows[document_id]:
            read[n] = corpus.spans[n][0] < last
    return coded, read


def measure(corpus: Corpus, model: Model) -> tuple[suggest.Tally, ...]:
    """Measure how good the suggestions of each code are: of a learned one on interviews held out, else of its definition on what was read."""
    rows = model.read.nonzero()[0]
    numbers = [corpus.interview_of[n] for n in rows.tolist()]
    matrix = corpus.weights.matrix[rows]
    return tuple(
        suggest.held_out(matrix, model.coded[rows, column], numbers)
        if column in model.learned
        else suggest.tally(model.by_definition[rows, column], model.coded[rows, column])
        for column in range(len(model.codes))
    )

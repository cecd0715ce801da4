"""Where coders differ, passage by passage: codings of several coders on one text, matched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from veche.study.codings import Coding

#: only some have the code; they have different codes on one passage; the same code with other boundaries; asserted against denied
Kind = Literal["missing", "other code", "boundaries", "modality"]

#: share of common characters from which two passages count as one
ALIKE = 0.5

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """Codings of one code that lie on one passage: those of each coder who has any; `start` and `end` of all together."""

    document_id: str
    text_id: str
    start: int
    end: int
    code_id: str
    sides: Mapping[str, tuple[Coding, ...]]

    @property
    def codings(self) -> tuple[Coding, ...]:
        """All of them, coder by coder."""
        return tuple(one for side in self.sides.values() for one in side)


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement: what each coder has there (nothing, for some), and how far the passages coincide.

    `common` is the share of the characters marked by anybody that all have marked, 0 where somebody has nothing.
    """

    kind: Kind
    document_id: str
    text_id: str
    start: int
    end: int
    codes: tuple[str, ...]
    sides: Mapping[str, tuple[Coding, ...]]
    common: float

    @property
    def codings(self) -> tuple[Coding, ...]:
        """All codings compared, coder by coder."""
        return tuple(one for side in self.sides.values() for one in side)


@dataclass(frozen=True, slots=True)
class Compared:
    """One text compared: passages on which all coders have the same code, and where they differ, in order of the text."""

    same: tuple[Passage, ...]
    differences: tuple[Difference, ...]


def compare(codings: Iterable[Coding], coders: Collection[str], *, alike: float = ALIKE) -> Compared:
    """Compare what several coders did on one text.

    Codings of one code that overlap, by whomever, make one passage. It is the same if every coder has it, at least the share `alike` of its
    characters is marked by all, and nobody asserts what another denies. Passages that only some have are joined in pairs where the coders differ,
    the codes differ and the passages are alike: they chose different codes for the same words.

    Parameters
    ----------
    codings
        Of these coders on one text.
    coders
        Ids of the coders who worked on it, at least two.
    alike
        Share of common characters, in (0, 1].
    """
    passages = passages_of(codings)
    same: list[Passage] = []
    found: list[Difference] = []
    partial: list[Passage] = []
    for one in passages:
        if set(one.sides) != set(coders):
            partial.append(one)
            continue
        share = common_share([[(c.start, c.end) for c in side] for side in one.sides.values()])
        modalities = {frozenset(c.modality for c in side) for side in one.sides.values()}
        if len(modalities) > 1:
            found.append(_difference("modality", [one], coders, share))
        elif share < alike:
            found.append(_difference("boundaries", [one], coders, share))
        else:
            same.append(one)
    found.extend(_joined(partial, coders, alike))
    found.sort(key=lambda one: (one.start, one.end, one.codes))
    return Compared(tuple(same), tuple(found))


def passages_of(codings: Iterable[Coding]) -> list[Passage]:
    """Group codings of one code that overlap, by whomever; in order of place and code."""
    by_code: dict[tuple[str, str, str], list[Coding]] = {}
    for one in codings:
        by_code.setdefault((one.document_id, one.text_id, one.code_id), []).append(one)
    passages: list[Passage] = []
    for (document_id, text_id, code_id), found in by_code.items():
        found.sort(key=lambda one: (one.start, one.end, one.coder_id, one.id))
        group: list[Coding] = []
        end = -1
        for one in found:
            if group and one.start >= end:
                passages.append(_passage(document_id, text_id, code_id, group))
                group = []
            group.append(one)
            end = max(end, one.end) if len(group) > 1 else one.end
        passages.append(_passage(document_id, text_id, code_id, group))
    return sorted(passages, key=lambda one: (one.start, one.end, one.code_id))


def _passage(document_id: str, text_id: str, code_id: str, group: Sequence[Coding]) -> Passage:
    sides: dict[str, tuple[Coding, ...]] = {}
    for one in group:
        sides[one.coder_id] = (*sides.get(one.coder_id, ()), one)
    ordered = {coder: sides[coder] for coder in sorted(sides)}
    return Passage(
        document_id, text_id, min(one.start for one in group), max(one.end for one in group), code_id, ordered
    )


def common_share(sides: Sequence[Sequence[Span]]) -> float:
    """Return the characters in the spans of every side / the characters in spans of any side; 0 if a side is empty."""
    edges: list[tuple[int, int, int]] = []
    for number, side in enumerate(sides):
        for start, end in _merged(side):
            edges += [(start, 1, number), (end, -1, number)]
    open_now = 0
    every = some = last = 0
    for place, step, _number in sorted(edges):
        every += (place - last) * (open_now == len(sides))
        some += (place - last) * (open_now > 0)
        open_now += step
        last = place
    return every / some if some else 0.0


def _merged(spans: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _joined(partial: Sequence[Passage], coders: Collection[str], alike: float) -> list[Difference]:
    """Join passages of different codes by different coders on the same words in pairs, the most alike first."""
    pairs = []
    for at, one in enumerate(partial):
        for other in range(at + 1, len(partial)):
            second = partial[other]
            if second.start >= one.end:
                break
            if second.code_id != one.code_id and not set(one.sides) & set(second.sides):
                share = common_share([[(c.start, c.end) for c in side.codings] for side in (one, second)])
                if share >= alike:
                    pairs.append((-share, at, other))
    taken: set[int] = set()
    found: list[Difference] = []
    for share, at, other in sorted(pairs):
        if not {at, other} & taken:
            taken |= {at, other}
            found.append(_difference("other code", [partial[at], partial[other]], coders, -share))
    found.extend(_difference("missing", [one], coders, 0.0) for at, one in enumerate(partial) if at not in taken)
    return found


def _difference(kind: Kind, passages: Sequence[Passage], coders: Collection[str], common: float) -> Difference:
    sides = {
        coder: tuple(one for passage in passages for one in passage.sides.get(coder, ())) for coder in sorted(coders)
    }
    first = passages[0]
    return Difference(
        kind, first.document_id, first.text_id, min(one.start for one in passages), max(one.end for one in passages),
        tuple(dict.fromkeys(one.code_id for one in passages)), sides, common,
    )  # fmt: skip

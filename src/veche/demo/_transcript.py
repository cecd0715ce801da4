"""Transcripts: passages in the order of a conversation, with interviewer and speaker, as one text with its turns."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from veche.demo._data import read
from veche.demo._fit import Entry
from veche.demo._ids import chance
from veche.demo._roster import Sitting
from veche.demo.bank import Span, draw
from veche.study.documents import Text, Turn, TurnKind
from veche.study.record import Language

#: how a conversation usually goes; a single talk jumps back and forth around this order
_COURSE = (
    "G00", "G17", "G01", "G02", "G06", "G03", "G04", "G15", "G05", "G07", "G08", "G09", "G10", "G18", "G11", "G12", "G13",
    "G19", "G14", "G16", "G20", "G99",
)  # fmt: skip
_PLACE = {topic: float(place) for place, topic in enumerate(_COURSE)}
#: how far a topic may be away from its usual place
_JUMP = 1.3
#: so many words make a long talk
_LONG = 1300
#: greetings, farewells and confidences are not interrupted
_WHOLE = frozenset({"G00", "G20", "G99"})
#: end of a sentence inside an answer
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[«\"“A-ZА-ЯЁ])")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and an answer in the words they were said in; `entry` is None for a topic that was passed over."""

    topics: tuple[str, ...]
    question: str
    answer: str
    entry: Entry | None = None
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A passage in a transcript: where its answer lies, and its coded spans in positions of the text."""

    entry: Entry
    start: int
    end: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """A text with what was told where."""

    text: Text
    told: tuple[Told, ...]


def passed_over(one: Sitting, entries: Sequence[Entry], seed: int) -> tuple[tuple[str, ...], ...]:
    """Return the topics that came up and gave nothing: some alone, the rest together near the end."""
    spoken = {entry.passage.topic for entry in entries}
    silent = [t for t in _COURSE if t not in spoken and t not in one.not_asked and t not in {"G00", "G20", "G99"}]
    rng = chance(seed, "passed over", one.key)
    rng.shuffle(silent)
    # few are left hanging one by one, else the talk would sound like an interrogation; in a long talk none
    many = sum(entry.words for entry in entries) > _LONG
    alone, rest = ([], silent) if many else (silent[:2], silent[2:])
    rest = sorted(rest, key=_PLACE.__getitem__)
    size = len(rest) if many else max(2, -(-len(rest) // 2)) if len(rest) > 4 else 4
    groups = [(topic,) for topic in alone]
    return (*groups, *(tuple(rest[at : at + size]) for at in range(0, len(rest), max(1, size))))


def conversation(
    one: Sitting, entries: Sequence[Entry], slots: Mapping[str, str], language: Language, seed: int
) -> list[Exchange]:
    """Put passages and passed-over topics into the order of a conversation, each in one wording."""
    course = chance(seed, "course", one.key)
    jumps = {topic: course.gauss(0, _JUMP) for topic in _COURSE[1:-2]}

    def place(topic: str) -> float:
        return _PLACE[topic] + jumps.get(topic, 0.0)

    items: list[tuple[float, Entry | tuple[str, ...]]] = [
        (place(entry.passage.topic) + 0.01 * course.random(), entry) for entry in entries
    ]
    for group in passed_over(one, entries, seed):
        # those named together come up where the guide is looked through: halfway, or near the end
        halfway = _PLACE["G11"] - 0.5 if "G01" <= group[0] <= "G05" and len(entries) > 9 else _PLACE["G16"] + 1.5
        items.append((place(group[0]) if len(group) == 1 else halfway, group))
    # greeting first, farewell last, whatever the jumps
    items.sort(key=lambda item: _key(item[0], item[1]))
    used: set[str] = set()
    return [
        _passage(item, one, slots, language, seed)
        if isinstance(item, Entry)
        else _silence(item, one, language, seed, used)
        for _, item in items
    ]


def _key(place: float, item: Entry | tuple[str, ...]) -> tuple[int, float]:
    topic = item.passage.topic if isinstance(item, Entry) else ""
    return {"G00": 0, "G99": 2}.get(topic, 1), place


def _passage(entry: Entry, one: Sitting, slots: Mapping[str, str], language: Language, seed: int) -> Exchange:
    p = entry.passage
    rng = chance(seed, "wording", one.key, p.id, language)
    question, _ = draw(p.question[language], rng=rng, slots=slots, spans={})
    answer, spans = draw(p.answer[language], rng=rng, slots=slots, spans=p.spans)
    return Exchange((p.topic,), question, answer, entry, spans)


def _silence(topics: tuple[str, ...], one: Sitting, language: Language, seed: int, used: set[str]) -> Exchange:
    talk = read("talk")["passed_over"]
    rng = chance(seed, "silence", one.key, *topics)
    wording = chance(seed, "silence", one.key, *topics, language)
    alone = len(topics) == 1
    questions = talk["questions"][topics[0]] if alone else talk["together"]
    answers = talk["answers" if alone else "answers_together"]
    # chosen by place, so that both languages ask and answer alike; nothing is said twice in one talk
    which, at = _unused(questions, rng, used), _unused(answers, rng, used)
    slots = {"topics": ", ".join(talk["phrases"][topic][language] for topic in topics)}
    asked, _ = draw(questions[language][which], rng=wording, slots=slots, spans={})
    said, _ = draw(answers[language][at], rng=wording, slots=slots, spans={})
    return Exchange(topics, asked, said)


def _unused(words: Mapping[str, Sequence[str]], rng: random.Random, used: set[str]) -> int:
    fresh = [at for at, said in enumerate(words["ru"]) if said not in used]
    at = rng.choice(fresh or range(len(words["ru"])))
    used.add(words["ru"][at])
    return at


def write(one: Sitting, exchanges: Sequence[Exchange], text_id: str, language: Language, seed: int) -> Transcript:
    """Write a conversation down: one turn a line, each with the label of its speaker."""
    style = chance(seed, "labels", one.key).choice((0, 0, 1))
    asks, says = (f"{label}{'.:' if language == 'ru' and style == 0 else ':'} " for label in _labels(language, style))
    lines = _Lines()
    told: list[Told] = []
    words: list[str] = list(read("talk")["interjections"][language])
    chance(seed, "interjections", one.key).shuffle(words)
    for at, exchange in enumerate(exchanges):
        lines.add(asks, exchange.question, "question")
        entry = exchange.entry
        rng = chance(seed, "interjection", one.key, entry.passage.id if entry else at)
        cut = _cut(exchange) if entry and words and rng.random() < 0.13 and entry.passage.topic not in _WHOLE else None
        if cut is None:
            start = lines.add(says, exchange.answer, "answer")
            moved = [Span(s.tag, s.start + start, s.end + start, s.codes) for s in exchange.spans]
        else:
            start = lines.add(says, exchange.answer[: cut[0]], "answer")
            lines.add(asks, words.pop(), "question")
            again = lines.add(says, exchange.answer[cut[1] :], "answer")
            moved = [
                Span(s.tag, s.start + start, s.end + start, s.codes) if s.end <= cut[0]
                else Span(s.tag, s.start + again - cut[1], s.end + again - cut[1], s.codes)
                for s in exchange.spans
            ]  # fmt: skip
        if entry is not None:
            told.append(Told(entry, start, lines.length, tuple(moved)))
    return Transcript(Text(text_id, lines.body, tuple(lines.turns), language), tuple(told))


def _labels(language: Language, style: int) -> tuple[str, str]:
    asks, says = read("talk")["labels"][language][style]
    return str(asks).rstrip("."), str(says).rstrip(".")


def _cut(exchange: Exchange) -> tuple[int, int] | None:
    """Find the end of a sentence near the middle that lies in no coded span."""
    inside = [(span.start, span.end) for span in exchange.spans]
    middle = len(exchange.answer) / 2
    ends = [
        (m.start(), m.end())
        for m in _SENTENCE.finditer(exchange.answer)
        if not any(start < m.end() and m.start() < end for start, end in inside)
        and m.start() > 60
        and len(exchange.answer) - m.end() > 60
    ]
    return min(ends, key=lambda cut: abs(cut[0] - middle), default=None)


class _Lines:
    """A body that grows turn by turn."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.length = 0
        self.turns: list[Turn] = []

    def add(self, label: str, words: str, kind: TurnKind) -> int:
        """Add a turn and return where its words begin."""
        lead = ("\n" if self._parts else "") + label
        start = self.length + len(lead)
        self._parts.append(lead + words)
        self.length = start + len(words)
        self.turns.append(Turn(len(self.turns) + 1, start, self.length, kind, label.rstrip(": .")))
        return start

    @property
    def body(self) -> str:
        return "".join(self._parts)

"""Positions as other programs count them: told by a slow and plain count, and found out from quotations alone."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.text.positions import Convention, Raw, Span, conventions, fits, repeats, resolve

PARTS = st.lists(st.sampled_from(["а", "b", " ", "\r\n", "\n", "\r", "😀", "é", "."]), max_size=14)
WAYS = st.sampled_from(list(conventions().values()))

TALK = (
    "И.: Что в городе главное?\r\nР.: Завод 🏭 стоит. Людей нет, ёлки-палки.\r\n"
    "И.: А дума?\r\nР.: Дума карманная 😐. Сейчас торг.\r\nР.: Вот и всё, что я скажу."
)
WORDS = (
    "Завод 🏭 стоит.",
    "Людей нет",
    "Дума карманная 😐",
    "Сейчас торг.",
    "Вот и всё",
    "что я скажу.",
    "Что в городе главное?",
)


def counted(content: str, way: Convention) -> dict[int, int]:
    """Position in the other program's counting -> position in the stored body, by going through the text letter by letter."""
    found: dict[int, int] = {}
    there = here = at = 0
    if content.startswith("\ufeff"):
        there, at = (1 if way.mark else 0), 1
    while at < len(content):
        found[there] = here
        pair = content.startswith("\r\n", at)
        wide = content[at] > "\uffff"
        there += (way.line_end if pair else 1) + (1 if wide and way.unit == "utf16" else 0)
        at += 2 if pair else 1
        here += 1
    found[there] = here
    return found


@given(PARTS, st.booleans(), WAYS)
def test_every_border_is_where_a_plain_count_puts_it(parts: list[str], mark: bool, way: Convention) -> None:
    content = ("\ufeff" if mark else "") + "".join(parts)
    raw = Raw(content)
    places = counted(content, way)
    assert raw.body == content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for there, here in places.items():
        assert raw.point(there, way) == here
    assert raw.point(max(places) + 1, way) is None
    assert raw.point(min(places) - 1, way) is None


def test_a_border_inside_a_character_is_the_border_before_it() -> None:
    raw = Raw("a😀\r\nb")
    assert [raw.point(n, Convention("utf16")) for n in range(7)] == [0, 1, 1, 2, 2, 3, 4]
    assert raw.clean(Span(0, 1), Convention("utf16")) and not raw.clean(Span(0, 2), Convention("utf16"))


def as_given(content: str, way: Convention, *, named: bool) -> list[Span]:
    body = Raw(content).body
    there = {here: position for position, here in counted(content, way).items()}
    spans = []
    for words in WORDS:
        start = body.index(words)
        end = there[start + len(words)] - way.inclusive
        spans.append(Span(there[start], end, " ".join(words.split()) if named else ""))
    return spans


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("way", conventions().values(), ids=lambda way: way.name)
def test_the_words_are_found_whatever_the_way(way: Convention, mark: str, named: bool) -> None:
    content = mark + TALK
    raw = Raw(content)
    spans = as_given(content, way, named=named)
    found = resolve([(raw, spans)])
    got = [raw.body[place[0] : place[1]] for span in spans if (place := raw.place(span, found.way)) is not None]
    assert got == list(WORDS)
    assert found.basis == ("names" if named else "borders")
    assert found.certainty > 0.9
    assert not found.asks


def test_names_decide_against_borders() -> None:
    """Quotations that begin and end inside words, as their names say."""
    raw = Raw("кабинет\r\nгубернатора\r\nобласти")
    spans = [Span(11, 15, "берн"), Span(24, 27, "лас")]
    assert raw.body[8:12] == "губе"
    found = resolve([(raw, spans)])
    assert [raw.body[slice(*(raw.place(one, found.way) or (0, 0)))] for one in spans] == ["берн", "лас"]
    assert (found.way.line_end, found.basis, found.certainty) == (2, "names", 1.0)


def test_names_that_people_gave_say_nothing() -> None:
    found = resolve([(Raw("Дорог нет. Людей нет."), [Span(0, 9, "о дорогах"), Span(11, 20, "Важное!")])])
    assert found.basis == "only" or found.basis == "borders"
    assert found.way == Convention()


def test_what_cannot_be_told_apart_is_asked() -> None:
    """One quotation that ends with a space, or goes to the next word: the commoner way is taken, and the other offered."""
    raw = Raw("а б в г")
    found = resolve([(raw, [Span(0, 2)])])
    assert found.asks
    assert (found.way, found.rivals) == (Convention(), (Convention(inclusive=True),))
    assert resolve([(raw, [Span(0, 2)])], told=Convention(inclusive=True)).way.inclusive
    several = resolve([(raw, [Span(0, 2), Span(2, 4), Span(4, 6)])])
    assert (several.way, several.asks) == (Convention(inclusive=True), False)


def test_places_outside_the_text_speak_against_a_way_but_do_not_stop() -> None:
    raw = Raw("one\r\ntwo")
    # two characters per line end: the end at 8 is inside; one character: outside
    assert resolve([(raw, [Span(5, 8)])]).way.line_end == 2
    found = resolve([(raw, [Span(5, 8), Span(0, 99)])])
    assert (found.way.line_end, found.outside) == (2, 1)
    assert fits(raw, [Span(5, 8), Span(0, 99)], found.way) == (1, 0)


def test_nothing_to_place_is_no_question() -> None:
    found = resolve([(Raw("\ufeffa\r\n😀"), [])])
    assert (found.basis, found.certainty, found.asks) == ("none", 1.0, False)


@pytest.mark.parametrize(
    ("name", "words", "same"),
    [
        ("Людей нет", "Людей\nнет", True),
        ("И.: Давление сверху… ", "И.: Давление сверху чувствуется?", True),
        ("х" * 60, "х" * 80, True),
        ("Людей", "Людей нет", False),
        ("line:17", "Людей нет", False),
        ("", "", False),
        ("й", "й", False),
        ("война", "война", True),  # composed and not
    ],
)
def test_what_repeats_its_words(name: str, words: str, same: bool) -> None:
    assert repeats(name, words) is same


def test_large_projects_are_resolved_quickly() -> None:
    import time

    generator = random.Random(1)
    body = " ".join(generator.choice(("завод", "дума", "😀", "глава")) for _ in range(60_000)).replace(
        "глава дума", "глава\r\nдума"
    )
    raw = Raw(body)
    spans = [Span(start, start + 40) for start in (generator.randrange(len(raw.body) - 40) for _ in range(5_000))]
    begin = time.process_time()
    resolve([(raw, spans)])
    assert time.process_time() - begin < 3

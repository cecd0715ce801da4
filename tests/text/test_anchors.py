"""Quotations in corrected transcripts."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.study import InputProblem
from veche.study.documents import Turn
from veche.text._edit_script import shortest_script
from veche.text.anchors import Placement, reanchor

LOST = -1


def at(text: str, part: str, nth: int = 0) -> tuple[int, int]:
    """Range of the nth occurrence of a part."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(part, start + 1)
    return start, start + len(part)


def place(old: str, new: str, part: str, nth: int = 0) -> Placement:
    return reanchor(old, new, [at(old, part, nth)])[0]


OLD = (
    "И.: Кто решает, кому идти в депутаты?\n"
    "Р.: Да, конечно. Список лежит у Аркадия Степановича ещё зимой.\n"
    "И.: А собрание?\n"
    "Р.: Да, конечно. Собрание утверждает за один день.\n"
    "И.: И всегда так было?\n"
    "Р.: Да, конечно."
)


def test_equal_texts_keep_every_place() -> None:
    assert reanchor(OLD, OLD, [(0, 5), (5, len(OLD))]) == [
        Placement(0, 5, "exact", 1.0),
        Placement(5, len(OLD), "exact", 1.0),
    ]


def test_a_correction_before_the_quotation_shifts_it() -> None:
    new = OLD.replace("Кто решает", "Скажите, кто у вас решает")
    assert place(OLD, new, "Список лежит") == Placement(*at(new, "Список лежит"), "exact", 1.0)


def test_a_repeated_quotation_stays_at_its_own_occurrence() -> None:
    new = OLD.replace("И.: А собрание?\n", "И.: А что же собрание, оно спорит?\n").replace("ещё зимой", "с зимы")
    for nth in range(3):
        assert place(OLD, new, "Да, конечно.", nth) == Placement(*at(new, "Да, конечно.", nth), "exact", 1.0)


def test_a_repeated_quotation_whose_turn_went_is_lost_and_the_others_stay() -> None:
    new = OLD.replace("Р.: Да, конечно. Собрание утверждает", "Р.: Собрание утверждает")
    found = reanchor(OLD, new, [at(OLD, "Да, конечно.", n) for n in range(3)])
    assert [p.certainty for p in found] == ["exact", "lost", "exact"]
    assert (found[2].start, found[2].end) == at(new, "Да, конечно.", 1)


def test_which_of_equal_neighbours_went_cannot_be_said() -> None:
    old, new = "И.: Да, конечно.\n" * 10, "И.: Да, конечно.\n" * 9
    assert {p.certainty for p in reanchor(old, new, [at(old, "Да", n) for n in range(10)])} == {"lost"}


def test_changed_words_inside() -> None:
    new = OLD.replace("Список лежит у Аркадия Степановича", "Список теперь лежит у Аркадия Сергеевича")
    found = place(OLD, new, "Список лежит у Аркадия Степановича ещё зимой")
    # six of the seven words are still there
    assert found == Placement(*at(new, "Список теперь лежит у Аркадия Сергеевича ещё зимой"), "changed", 6 / 7)


def test_borders_are_those_of_the_surviving_words() -> None:
    old, new = "Ну вот один два три четыре. Дальше.", "Ну вот раз два три пять. Дальше."
    assert place(old, new, "один два три четыре") == Placement(*at(new, "два три"), "changed", 0.5)


def test_fewer_than_half_of_the_words_is_lost() -> None:
    old, new = "Ну вот один два три четыре. Дальше.", "Ну вот раз оба три пять. Дальше."
    assert place(old, new, "один два три четыре") == Placement(LOST, LOST, "lost", 0.25)


def test_case_and_dots_of_yo_do_not_kill_a_word() -> None:
    old, new = "Р.: Еще Список лежит там.", "Р.: Ещё список лежит там."
    assert place(old, new, "Еще Список") == Placement(4, 14, "changed", 1.0)


def test_a_passage_moved_elsewhere() -> None:
    lines = OLD.split("\n")
    new = "\n".join([*lines[2:], *lines[:2]])
    assert place(OLD, new, "Список лежит у Аркадия") == Placement(*at(new, "Список лежит у Аркадия"), "moved", 1.0)


def test_a_moved_passage_with_other_white_space() -> None:
    old = "Р.: Начало. Список лежит\nу Аркадия зимой. Р.: Конец всего разговора, точно конец."
    new = "Р.: Конец всего разговора, точно конец. Р.: Начало тут. Список лежит у Аркадия зимой."
    found = place(old, new, "Список лежит\nу Аркадия")
    assert (found.certainty, new[found.start : found.end]) == ("moved", "Список лежит у Аркадия")


def test_a_moved_passage_that_is_short_or_not_the_only_one_is_lost() -> None:
    old = "Она молчит. " + "Потом говорит депутат Иван из района, долго говорит про дороги и мосты."
    new = "Потом говорит депутат Иван из района, долго говорит про дороги и мосты. Она молчит."
    assert place(old, new, "Она молчит").certainty == "lost"
    old = old.replace("Она молчит", "Директор всегда молчит")
    twice = new.replace("Она молчит", "Директор всегда молчит, директор всегда молчит".replace(", д", ", Д"))
    assert place(old, twice, "Директор всегда молчит").certainty == "lost"


def test_a_quotation_gone_is_not_taken_for_its_twin_elsewhere() -> None:
    old = "Р.: Это было давно.\nИ.: Первое?\nР.: Мы договорились сразу.\nИ.: Второе?\nР.: Мы договорились сразу."
    new = "Р.: Это было давно.\nИ.: Первое?\nИ.: Второе?\nР.: Мы договорились сразу."
    found = reanchor(old, new, [at(old, "Мы договорились сразу", n) for n in (0, 1)])
    assert [p.certainty for p in found] == ["lost", "exact"]


def test_words_that_are_equal_by_chance_are_not_survivors() -> None:
    old = "Р.: Мы и он, и она, и завод тогда решили строить новую дорогу к реке. И.: Понятно."
    new = "Р.: Совсем другое и тоже верно: бюджет и выборы прошли тихо осенью, почти никто не пришёл. И.: Понятно."
    assert place(old, new, "и он, и она").certainty == "lost"


def test_zero_length_is_lost_and_places_outside_are_refused() -> None:
    assert reanchor("аб", "абв", [(1, 1)]) == [Placement(LOST, LOST, "lost", 0.0)]
    assert reanchor("аб", "аб", [(1, 1)]) == [Placement(LOST, LOST, "lost", 0.0)]
    for span in ((-1, 1), (0, 3), (2, 1)):
        with pytest.raises(InputProblem, match="lies outside its text of 2 characters"):
            reanchor("аб", "абв", [span])


def test_parts_of_words_and_spaces_are_found_in_place() -> None:
    assert place("город большой", "городок большой", "город") == Placement(0, 5, "exact", 1.0)
    assert place("о, город большой", "о, город  большой", "род") == Placement(5, 8, "exact", 1.0)
    assert reanchor("раз два три", "раз, раз два три", [(7, 8)]) == [Placement(12, 13, "exact", 1.0)]


def test_beyond_the_basic_plane_and_combining() -> None:
    old = "Р.: завод 𝔸🏭 стои\u0301т у реки"
    new = "И.: что? Р.: завод 𝔸🏭 стои\u0301т у самой реки"
    for part in ("𝔸🏭", "🏭 стои\u0301т", "стои\u0301т"):
        assert place(old, new, part) == Placement(*at(new, part), "exact", 1.0)


def test_scripts_without_spaces_keep_what_is_around_a_correction() -> None:
    old, new = "市長決定預算和選舉名單", "市長決定年度預算和選舉名單"
    assert place(old, new, "選舉名單") == Placement(9, 13, "exact", 1.0)


def test_turns_say_which_short_answer_is_meant() -> None:
    old = "Да.\nНет.\nДа.\nКонец беседы."
    new = "Ну.\nДа.\nНет.\nДа.\nКонец беседы."

    def turns(text: str) -> list[Turn]:
        starts = [0, *(i + 1 for i, c in enumerate(text) if c == "\n"), len(text) + 1]
        return [Turn(n, a, b - 1, "other") for n, (a, b) in enumerate(pairwise(starts))]

    found = reanchor(old, new, [at(old, "Да", 1)], turns_old=turns(old), turns_new=turns(new))
    assert found == [Placement(*at(new, "Да", 1), "exact", 1.0)]
    with pytest.raises(InputProblem):
        reanchor(old, new, [], turns_old=[Turn(1, 0, 999, "other")], turns_new=turns(new))


words = st.integers(min_value=0, max_value=10**6).map(lambda n: f"слово{n}")


@given(st.lists(words, min_size=9, max_size=40, unique=True), st.data())
def test_corrections_outside_keep_the_quotation_exactly(tokens: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(1, len(tokens) - 4), label="first word")
    end = data.draw(st.integers(start + 3, len(tokens) - 1), label="last word")
    quotation = " ".join(tokens[start:end])
    old = " ".join(tokens)
    outside = [*range(start), *range(end, len(tokens))]
    changes = data.draw(
        st.dictionaries(st.sampled_from(outside), st.sampled_from(["", "новое", "два новых"]), max_size=6)
    )
    new = " ".join(changes.get(n, word) for n, word in enumerate(tokens))
    found = place(old, new, quotation)
    assert found.certainty == "exact"
    assert new[found.start : found.end] == quotation


@given(
    st.text(max_size=40),
    st.text(min_size=1, max_size=20),
    st.text(max_size=40),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_what_is_put_in_around_a_quotation_never_puts_it_on_other_words(
    before: str, quotation: str, after: str, left: str, right: str
) -> None:
    new = before + left + quotation + right + after
    (found,) = reanchor(before + quotation + after, new, [(len(before), len(before + quotation))])
    if found.certainty == "exact":
        assert new[found.start : found.end] == quotation
    if found.certainty == "moved":
        assert new[found.start : found.end].split() == quotation.split()


any_text = st.one_of(st.text(max_size=50), st.text(alphabet="аб ,.\n", max_size=50))


@given(any_text, any_text, st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=5))
def test_any_two_texts(old: str, new: str, pairs: list[tuple[int, int]]) -> None:
    spans = [(min(a, b, len(old)), min(max(a, b), len(old))) for a, b in pairs]
    for (start, end), found in zip(spans, reanchor(old, new, spans), strict=True):
        assert 0.0 <= found.ratio <= 1.0
        if found.certainty == "lost":
            assert (found.start, found.end) == (LOST, LOST)
            continue
        assert 0 <= found.start < found.end <= len(new)
        if found.certainty == "exact":
            assert new[found.start : found.end] == old[start:end]
        if found.certainty == "changed":
            assert found.ratio >= 0.5


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5))
def test_equal_texts_are_the_identity(text: str, pairs: list[tuple[int, int]]) -> None:
    spans = [(min(a, b, len(text)), min(max(a, b), len(text))) for a, b in pairs]
    found = reanchor(text, text, spans)
    assert [(p.start, p.end) for p in found] == [s if s[0] < s[1] else (LOST, LOST) for s in spans]


def longest_common(a: str, b: str) -> int:
    """Length of the longest common subsequence by the textbook table."""
    row = [0] * (len(b) + 1)
    for x in a:
        new = [0]
        for j, y in enumerate(b):
            new.append(row[j] + 1 if x == y else max(row[j + 1], new[j]))
        row = new
    return row[-1]


@given(st.text(alphabet="абв", max_size=12), st.text(alphabet="абв", max_size=12))
def test_shortest_script_is_shortest(a: str, b: str) -> None:
    pairs = shortest_script(a, b, 100)
    assert len(pairs) == longest_common(a, b)
    assert all(a[i] == b[j] for i, j in pairs)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(pairs))


def test_shortest_script_gives_up_beyond_its_limit() -> None:
    assert shortest_script("абвг", "дежз", 8) == []
    assert shortest_script("аxб", "аyб", 1) == []
    assert shortest_script("аxб", "аyб", 2) == [(0, 0), (2, 2)]


def test_sixty_thousand_words_with_five_hundred_corrections() -> None:
    luck = random.Random(20261121)
    vocabulary = ["".join(luck.choices("абвгдежзиклмнопрст", k=luck.randint(1, 9))) for _ in range(6000)]

    def word() -> str:
        return vocabulary[min(int(luck.paretovariate(0.9)) - 1, 5999)]

    tokens = [word() for _ in range(60_000)]
    for n in range(0, len(tokens), 40):
        tokens[n] = "\nР.:"
    new = list(tokens)
    for _ in range(500):
        where, act = luck.randrange(len(new)), luck.randrange(3)
        # another word instead, none, or one more
        new[where : where + (act < 2)] = [] if act == 1 else [word()]
    old_text, new_text = " ".join(tokens), " ".join(new)
    spans = [(s, s + 150) for s in range(1000, len(old_text) - 1000, 400)]
    began = time.process_time()
    found = reanchor(old_text, new_text, spans)
    assert time.process_time() - began < 2
    counts = [p.certainty for p in found]
    assert counts.count("exact") > 0.7 * len(spans)
    assert counts.count("lost") < 0.01 * len(spans)
    assert all(
        new_text[p.start : p.end] == old_text[s:e]
        for p, (s, e) in zip(found, spans, strict=True)
        if p.certainty == "exact"
    )

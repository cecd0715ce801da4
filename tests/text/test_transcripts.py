"""From paragraphs to turns of talk."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.study import InputProblem
from veche.text._canonical import canonical, stray_characters
from veche.text._timecodes import milliseconds
from veche.text.transcripts import CONVENTIONS, Block, Draft, Notice, Transcript, recognise


def read(*paragraphs: str | Block, **options: object) -> Transcript:
    blocks = tuple(p if isinstance(p, Block) else Block(p) for p in paragraphs)
    return recognise(Draft(blocks), **options)  # type: ignore[arg-type]


def said(transcript: Transcript) -> list[tuple[str, str, str]]:
    """Turns as (kind, speaker, words)."""
    return [(t.kind, t.speaker, transcript.body[t.start : t.end]) for t in transcript.turns]


def times(transcript: Transcript) -> list[tuple[int | None, int | None]]:
    return [(t.start_ms, t.end_ms) for t in transcript.turns]


def warnings(transcript: Transcript) -> str:
    return " ".join(n.template.format(**dict(n.fields)) for n in transcript.notices)


ASK, TELL = "Кто здесь решает?", "Решает глава."
QA = [("question", ASK), ("answer", TELL)]


@pytest.mark.parametrize(
    ("first", "second", "labels"),
    [
        ("И.: ", "Р.: ", ("И.", "Р.")),
        ("И: ", "Р: ", ("И", "Р")),
        ("И.:", "Р.:", ("И.", "Р.")),
        ("И1: ", "Р2: ", ("И1", "Р2")),
        ("Интервьюер: ", "Респондент: ", ("Интервьюер", "Респондент")),
        ("интервьюер: ", "респондент: ", ("интервьюер", "респондент")),
        ("Интервьюер (Анна): ", "Респондент (глава): ", ("Интервьюер", "Респондент")),
        ("В: ", "О: ", ("В", "О")),
        ("Вопрос: ", "Ответ: ", ("Вопрос", "Ответ")),
        ("Q: ", "A: ", ("Q", "A")),
        ("I: ", "R1: ", ("I", "R1")),
        ("Interviewer: ", "Respondent: ", ("Interviewer", "Respondent")),
        ("Moderator: ", "Participant 3: ", ("Moderator", "Participant 3")),
        ("[Интервьюер] ", "[Респондент] ", ("Интервьюер", "Респондент")),
        ("#И: ", "@Р: ", ("И", "Р")),
        ("Сомова Л. П.: ", "Вершинин А. С.: ", ("Сомова Л. П.", "Вершинин А. С.")),
        ("Л.П. Сомова: ", "А.С. Вершинин: ", ("Л.П. Сомова", "А.С. Вершинин")),
        ("Speaker 1: ", "Speaker 2: ", ("Speaker 1", "Speaker 2")),
        ("SPEAKER_00: ", "SPEAKER_01: ", ("SPEAKER_00", "SPEAKER_01")),
        ("И\u00a0: ", "Р\u00a0: ", ("И", "Р")),
    ],
)
def test_labels_with_a_colon(first: str, second: str, labels: tuple[str, str]) -> None:
    found = read(first + ASK, second + TELL)
    assert found.convention == "labels"
    assert said(found) == [(kind, label, text) for (kind, text), label in zip(QA, labels, strict=True)]
    assert found.speakers == ((labels[0], 1, "question"), (labels[1], 1, "answer"))
    assert found.body == f"{first}{ASK}\n{second}{TELL}"


@pytest.mark.parametrize(
    ("first", "second"), [("И. — ", "Р. — "), ("И — ", "Р — "), ("Интервьюер – ", "Респондент – "), ("И. - ", "Р. - ")]
)
def test_labels_with_a_dash_need_company(first: str, second: str) -> None:
    found = read(first + ASK, second + TELL, first + ASK, second + TELL)
    assert [words for _, _, words in said(found)] == [ASK, TELL, ASK, TELL]
    assert {kind for kind, _, _ in said(found)} == {"question", "answer"}
    alone = read("Р.: Да.", "И — что важно — молчат.", "И.: Кто?")
    assert [words for _, _, words in said(alone)] == ["Да.\nИ — что важно — молчат.", "Кто?"]


def test_names_that_come_twice_are_speakers_and_the_one_who_asks_is_found() -> None:
    found = read("Анна Петровна: Кто?", "Вера: Глава. Он у нас один.", "Анна Петровна: А вера людей?", "Вера: Её нет.")
    assert found.speakers == (("Анна Петровна", 2, "question"), ("Вера", 2, "answer"))
    assert "Анна Петровна asks most and was taken as the interviewer" in warnings(found)


def test_a_name_that_comes_once_is_no_speaker() -> None:
    found = read("И.: Кто?", "Р.: Глава.", "Секретарь: Можно войти?", "Р.: Можно.")
    assert said(found)[1] == ("answer", "Р.", "Глава.\nСекретарь: Можно войти?")


@pytest.mark.parametrize(
    "line",
    [
        "Он сказал прямо: уходи",
        "Итог: ничего",
        "Главное: не спешить",
        "10:30 было на часах",
        "В 10:30 начали",
        "Вопрос: зачем?",
        "Тариф: тариф поднимали, и снова тариф, тариф",
        "http://example.org: там всё",
        "Во-первых: деньги",
        "(смеётся)",
        "[неразборчиво]",
        "И что: молчали",
    ],
)
def test_false_friends_go_on_with_the_turn(line: str) -> None:
    found = read("И.: Кто?", "Р.: Глава.", line, line, "И.: Так?")
    assert said(found) == [
        ("question", "И.", "Кто?"),
        ("answer", "Р.", f"Глава.\n{line}\n{line}"),
        ("question", "И.", "Так?"),
    ]


def test_a_header_is_a_turn_without_speaker_even_with_roles_in_it() -> None:
    found = read("Интервью № 3", "Интервьюер: Сомова", "Респондент: глава", "И.: Кто?", "Р.: Я.", "И.: Да?", "Р.: Да.")
    assert said(found)[:2] == [
        ("other", "", "Интервью № 3\nИнтервьюер: Сомова\nРеспондент: глава"),
        ("question", "И.", "Кто?"),
    ]
    assert [label for label, _, _ in found.speakers] == ["И.", "Р."]


def test_label_alone_in_its_line_and_empty_turns() -> None:
    found = read("И.:", "Кто?", "Р.:", "И.: Ну?", "Р.: Я.")
    assert said(found) == [("question", "И.", "Кто?"), ("question", "И.", "Ну?"), ("answer", "Р.", "Я.")]
    assert found.body == "И.:\nКто?\nР.:\nИ.: Ну?\nР.: Я."
    assert [t.number for t in found.turns] == [1, 2, 3]


def test_a_line_break_inside_a_paragraph_may_begin_a_turn() -> None:
    assert said(read("И.: Кто?\nР.: Я.\nи он")) == [("question", "И.", "Кто?"), ("answer", "Р.", "Я.\nи он")]


def test_the_writings_of_a_label_are_one_speaker() -> None:
    found = read("И.: а?", "И: б?", "И.: в?", "Р: г", "р .: д")
    assert found.speakers == (("И.", 3, "question"), ("Р", 1, "answer"))
    assert {t.speaker for t in found.turns} == {"И.", "Р"}


def test_two_initials_that_could_both_ask_are_told_apart_by_how_they_talk() -> None:
    found = read("И.: Кто решает?", "В.: Глава, он решает всё один, давно.", "И.: А собрание?", "В.: Никто.")
    assert found.speakers == (("И.", 2, "question"), ("В.", 2, "answer"))


def test_nobody_asks() -> None:
    found = read("Анна: Так.", "Пётр: Нет.", "Анна: Да.", "Пётр: Ну.")
    assert {kind for _, _, kind in found.speakers} == {"other"}
    assert "Say which speaker is the interviewer" in warnings(found)


def test_the_one_who_asks_much_in_long_answers_is_not_the_interviewer() -> None:
    long = "А что было делать? Куда идти? " + "Мы ждали и работали дальше. " * 20
    found = read(*["Анна: Как?", f"Пётр: {long}", "Анна: И?", f"Пётр: {long}", "Анна: А кто?", "Пётр: Все."])
    assert {label: kind for label, _, kind in found.speakers} == {"Анна": "question", "Пётр": "answer"}


def test_what_the_user_says_holds() -> None:
    found = read("Анна: Кто?", "Пётр: Я.", speakers={"анна .": "answer", "Пётр": "question"})
    assert found.speakers == (("Анна", 1, "answer"), ("Пётр", 1, "question"))
    once = read("Жители города: Кто?", "Пётр: Я.", "Пётр: И я.", speakers={"Жители города": "other"})
    assert said(once)[0] == ("other", "Жители города", "Кто?")
    with pytest.raises(InputProblem, match="kind asker"):
        read("Анна: Кто?", speakers={"Анна": "asker"})


BOLD = [
    Block("Анна Кто?", bold=4),
    Block("Пётр Глава.", bold=4),
    Block("Анна А ещё?", bold=5),
    Block("Пётр Никто.", bold=4),
]


def test_bold_names_without_a_colon() -> None:
    found = read(*BOLD)
    assert found.convention == "bold"
    assert said(found)[:2] == [("question", "Анна", "Кто?"), ("answer", "Пётр", "Глава.")]
    assert read(*(b.text for b in BOLD)).convention == "none"


def test_bold_names_alone_in_their_paragraph() -> None:
    found = read(
        Block("Анна", bold=4),
        "Кто?",
        Block("Пётр", bold=4),
        "Я.",
        "Один.",
        Block("Анна", bold=4),
        "И?",
        Block("Пётр", bold=4),
        "Да.",
    )
    assert found.convention == "bold"
    assert said(found)[:2] == [("question", "Анна", "Кто?"), ("answer", "Пётр", "Я.\nОдин.")]


def test_bold_names_with_a_colon() -> None:
    found = read(
        Block("Анна: Кто?", bold=5), Block("Пётр: Я.", bold=5), Block("Анна: И?", bold=5), Block("Пётр: Да.", bold=5)
    )
    assert [words for _, _, words in said(found)] == ["Кто?", "Я.", "И?", "Да."]
    only_bold = read(Block("Анна: Кто?", bold=5), "Пётр: Я.", Block("Анна: И?", bold=5), convention="bold")
    assert only_bold.speakers == (("Анна", 2, "other"),)


def test_bold_emphasis_is_no_name() -> None:
    found = read("И.: Кто?", Block("Да точно так.", bold=2), Block("Да точно.", bold=2), "Р.: Да, да, да.", "И.: И?")
    assert [label for label, _, _ in found.speakers] == ["И.", "Р."]


def test_bold_questions() -> None:
    questions = [Block(f"{q} у вас?", bold=len(q) + 8) for q in ("Кто", "Где")]
    found = read("Беседа в городе", questions[0], "Глава.", "Он один.", questions[1], "Здесь.")
    assert found.convention == "bold"
    assert said(found) == [
        ("other", "", "Беседа в городе"),
        ("question", "1", "Кто у вас?"),
        ("answer", "2", "Глава.\nОн один."),
        ("question", "1", "Где у вас?"),
        ("answer", "2", "Здесь."),
    ]
    assert "Only bold type" in warnings(found)


def test_dashes_alternate_and_ask_for_a_look() -> None:
    found = read("— Кто?", "— Глава.", "Он один.", "—И давно?", "– Давно.")
    assert found.convention == "dashes"
    assert said(found) == [
        ("question", "1", "Кто?"),
        ("answer", "2", "Глава.\nОн один."),
        ("question", "1", "И давно?"),
        ("answer", "2", "Давно."),
    ]
    assert "Look through the turns and confirm" in warnings(found)


def test_a_list_of_hyphens_is_not_talk() -> None:
    assert read("Заметки:", "- дорога", "- школа", "- больница").convention == "none"
    assert read("- Кто?", "- Глава.").convention == "dashes"


def test_no_convention_at_all() -> None:
    found = read("Первый абзац.\nЕго вторая строка.", "Второй: абзац.")
    assert (found.convention, found.speakers) == ("none", ())
    assert said(found) == [("other", "", "Первый абзац.\nЕго вторая строка."), ("other", "", "Второй: абзац.")]
    assert "every paragraph became a turn" in warnings(found)


def test_cells_of_tables() -> None:
    rows: list[str | Block] = [
        Block("12 мая", "Дата"),
        Block("Кто?", "Инт"),
        Block("Глава.", "Пётр"),
        "И он один.",
        Block("И?", "Инт:"),
        Block("Да.", "Пётр"),
    ]
    found = read(*rows)
    assert found.convention == "table"
    assert found.body == "Дата: 12 мая\nИнт: Кто?\nПётр: Глава.\nИ он один.\nИнт: И?\nПётр: Да."
    assert said(found)[:3] == [
        ("other", "", "Дата: 12 мая"),
        ("question", "Инт", "Кто?"),
        ("answer", "Пётр", "Глава.\nИ он один."),
    ]


def test_voices_join_the_captions_of_one_speaker() -> None:
    captions = [("Анна", "Кто у вас"), ("Анна", "решает?"), ("Пётр", "Глава."), (None, "И только"), ("Анна", "Да?")]
    found = read(*(Block(t, s, start_ms=1000 * n, end_ms=1000 * n + 900) for n, (s, t) in enumerate(captions)))
    assert found.convention == "voices"
    assert said(found) == [
        ("question", "Анна", "Кто у вас решает?"),
        ("answer", "Пётр", "Глава. И только"),
        ("question", "Анна", "Да?"),
    ]
    assert times(found) == [(0, 1900), (2000, 3900), (4000, 4900)]
    assert found.body == "Анна: Кто у вас решает?\nПётр: Глава. И только\nАнна: Да?"


def test_footnotes_come_after_the_turn() -> None:
    found = read("И.: Кто?", "Р.: Завод[1]", Block("[1] Комбинат.", aside=True), "и город.", "И.: И?")
    assert said(found) == [
        ("question", "И.", "Кто?"),
        ("answer", "Р.", "Завод[1]\nи город."),
        ("other", "", "[1] Комбинат."),
        ("question", "И.", "И?"),
    ]


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("[00:00:12] И: Кто?", 12_000, None),
        ("[00:12] И: Кто?", 12_000, None),
        ("(1:00:12) И: Кто?", 3_612_000, None),
        ("00:00:12 И: Кто?", 12_000, None),
        ("00:12 И: Кто?", 12_000, None),
        ("И: [00:12] Кто?", 12_000, None),
        ("И [00:00:12]: Кто?", 12_000, None),
        ("И (00:12): Кто?", 12_000, None),
        ("И: Кто? #00:00:06-8#", None, 6_800),
        ("И: Кто? #00:00:06.85#", None, 6_850),
        ("И: Кто? [00:01:15]", None, 75_000),
        ("[00:00:12.5 - 00:00:15,250] И: Кто?", 12_500, 15_250),
        ("<00:00:12> И: Кто?", 12_000, None),
    ],
)
def test_time_codes_go_to_the_turn_and_out_of_the_body(line: str, start: int | None, end: int | None) -> None:
    found = read(line, "Р: Я.")
    assert found.body.replace(" :", ":") == "И: Кто?\nР: Я."
    assert times(found)[0] == (start, end)
    assert said(found)[0] == ("question", "И", "Кто?")


def test_times_of_day_and_impossible_codes_stay() -> None:
    for text in ("Пришёл в 10:30 и ушёл", "Пришёл (10:30) сам", "Было [99:99] так", "Конец в 10:30"):
        assert read(f"И: {text}", "Р: Я.").body == f"И: {text}\nР: Я."


def test_f4_ends_are_the_starts_of_what_follows() -> None:
    found = read("I: Who? #00:00:06-8#", "R: Me. #00:00:09-1#", "I: So? #00:00:11-0#")
    assert times(found) == [(None, 6_800), (6_800, 9_100), (9_100, 11_000)]


def test_codes_in_the_middle_are_left_out_with_a_notice() -> None:
    found = read("И: Кто?", "Р: Я [00:01:02] и он #00:01:05-0# и все.", "[00:02:00]", "ещё", "И: Да?")
    assert said(found)[1] == ("answer", "Р", "Я и он и все.\nещё")
    assert "left out: 3" in warnings(found)


def test_a_time_alone_in_its_line_begins_the_next_turn() -> None:
    found = read("[00:00:03]", "И: Кто?", "[00:00:07]", "Р: Я.", "#00:00:09-0#")
    assert times(found) == [(3_000, None), (7_000, 9_000)]
    assert found.body == "И: Кто?\nР: Я."


def test_names_beside_times_in_a_line_of_their_own() -> None:
    found = read("Anna Reed  0:03", "Who?", "Paul  0:05", "Me.", "Anna Reed  0:08", "So?", "Paul  0:09", "Yes.")
    assert found.speakers == (("Anna Reed", 2, "question"), ("Paul", 2, "answer"))
    assert times(found)[:2] == [(3_000, None), (5_000, None)]
    assert found.body.startswith("Anna Reed\nWho?\nPaul\nMe.")


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("00:01:02", 62_000),
        ("75:10", 4_510_000),
        ("00:00:06-8", 6_800),
        ("1:02,25", 62_250),
        ("00:60:00", None),
        ("00:60", None),
    ],
)
def test_milliseconds(clock: str, expected: int | None) -> None:
    assert milliseconds(clock) == expected


def test_an_end_before_the_start_is_not_believed() -> None:
    assert times(read("[00:00:12] И: Кто? #00:00:06-8#", "Р: Я."))[0] == (12_000, None)


@pytest.mark.parametrize("name", CONVENTIONS)
def test_a_convention_by_name_is_the_only_one_used(name: str) -> None:
    found = read(
        "И.: Кто?", Block("Я.", "Р"), Block("И?", "И", start_ms=1), "— Да", Block("Анна так", bold=4), convention=name
    )
    assert found.convention == (name if name in ("labels", "table", "voices", "dashes") else "none")
    if name == "none":
        assert len(found.turns) == 5


def test_a_convention_that_finds_nothing_says_so() -> None:
    found = read("И.: Кто?", "Р.: Я.", convention="dashes")
    assert found.convention == "none"
    assert "No turns by the convention dashes" in warnings(found)
    with pytest.raises(InputProblem, match="no convention guess"):
        read("И.: Кто?", convention="guess")


def test_notices_of_the_draft_come_along() -> None:
    notice = Notice("From the file: {count}.", (("count", 2),))
    assert recognise(Draft((Block("И.: Кто?"), Block("Р.: Я.")), (notice,))).notices == (notice,)


def test_a_label_that_is_no_speaker_belongs_to_the_words_before() -> None:
    lines = ("И.: Что главное?", "Р.: Две вещи.", "Дороги: разбиты.", "Дороги: везде.", "И.: А ещё?", "Р.: Вода.")
    assert [who for _kind, who, _words in said(read(*lines))] == ["И.", "Р.", "Дороги", "Дороги", "И.", "Р."]
    found = read(*lines, speakers={"Дороги:": "none"})
    assert found.body == "\n".join(lines)
    assert found.speakers == (("И.", 2, "question"), ("Р.", 2, "answer"))
    assert said(found)[1] == ("answer", "Р.", "Две вещи.\nДороги: разбиты.\nДороги: везде.")
    assert [t.number for t in found.turns] == [1, 2, 3, 4]


def test_of_two_words_about_one_label_that_it_speaks_holds() -> None:
    assert read("И.: Кто?", "Р.: Я.", speakers={"Р": "none", "Р.": "other"}).speakers[1] == ("Р.", 1, "other")


def test_a_voice_of_the_file_and_a_dash_can_be_no_speaker() -> None:
    cells = [Block("Кто решает?", "Анна"), Block("Глава.", "Пётр"), Block("нет", "Примечание"), Block("Да?", "Анна"),
             Block("Да.", "Пётр"), Block("есть", "Примечание")]  # fmt: skip
    found = read(*cells, speakers={"Примечание": "none"})
    assert [who for who, _n, _kind in found.speakers] == ["Анна", "Пётр"]
    assert said(found)[1] == ("answer", "Пётр", "Глава.\nПримечание: нет")
    assert found.body.splitlines()[2] == "Примечание: нет"
    dashes = read("— Кто?", "— Я.", "— А ещё?", "— Он.", speakers={"2": "none"})
    assert [words for _kind, _who, words in said(dashes)] == ["Кто?\n— Я.", "А ещё?\n— Он."]


def test_without_any_speaker_left_every_paragraph_is_a_turn() -> None:
    found = read("Дороги: разбиты.", "Дороги: везде.", "Конец.", speakers={"Дороги": "none"})
    assert (found.convention, found.speakers, len(found.turns)) == ("none", (), 3)


def test_canonical_form() -> None:
    assert canonical("а\r\nб\rв") == "а\nб\nв"
    assert canonical("ре\u00adша\u00adл е\u0308 за\u0301вод 5\u00a0лет \ufeffда") == "решал ё за\u0301вод 5\u00a0лет да"
    assert canonical("а\x00б\x1bв\x0bг\x85д\u2028е") == "абв\nг\nд\u2028е"
    assert canonical("\ud83c\udfed \ud83c!") == "🏭 \ufffd!"
    assert stray_characters("а\x00б\x1b\ud83c\udfed\udc00") == 3


@given(st.text())
def test_canonical_form_is_final(text: str) -> None:
    form = canonical(text)
    assert canonical(form) == form
    assert unicodedata.is_normalized("NFC", form)
    assert form.encode("utf-8").decode("utf-8") == form
    assert not set(form) & {"\r", "\u00ad", "\ufeff", "\x02", "\x00"}


blocks = st.builds(
    Block,
    st.one_of(
        st.text(st.characters(codec=None), max_size=30),
        st.text("И.Р: —-[]#0129()\n\tАнна?", max_size=30),
        st.sampled_from(
            ["И.: Кто?", "Р.: Я.", "— Да", "Анна: так", "[00:01:02] Q: x", "Speaker 1  0:03", "#00:00:06-8#"]
        ),
    ),
    speaker=st.one_of(st.none(), st.sampled_from(["Анна", "И", "", " ", ":"]), st.text(max_size=5)),
    bold=st.integers(-1, 40),
    start_ms=st.one_of(st.none(), st.integers(0, 9)),
    end_ms=st.one_of(st.none(), st.integers(0, 9)),
    aside=st.booleans(),
)


@given(st.lists(blocks, max_size=12), st.sampled_from([None, *CONVENTIONS]))
def test_any_draft_gives_turns_in_order(found: list[Block], convention: str | None) -> None:
    transcript = recognise(Draft(tuple(found)), convention=convention)
    assert canonical(transcript.body) == transcript.body
    at = 0
    for number, turn in enumerate(transcript.turns, 1):
        assert turn.number == number
        assert at <= turn.start < turn.end <= len(transcript.body)
        words = transcript.body[turn.start : turn.end]
        assert words == words.strip()
        at = turn.end
    assert sum(count for _, count, _ in transcript.speakers) == sum(bool(t.speaker) for t in transcript.turns)
    assert {t.speaker for t in transcript.turns} - {""} == {label for label, _, _ in transcript.speakers}

"""Plain text, its encodings, Markdown; and the way there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.importers.plain import plain
from veche.study import InputProblem
from veche.text._canonical import canonical
from veche.text._timecodes import take_times
from veche.text.transcripts import Block, Draft, recognise

TALK = (
    "И.: Расскажите, пожалуйста, как у вас принимают бюджет?\n"
    "Р.: Ну как принимают… Глава приносит, мы голосуем. Ещё ни разу не отклонили.\n"
    "И.: А если кто-то против?\n"
    "Р.: Таких на следующие выборы в список не берут, вот и всё."
)


def read(content: bytes | str, name: str = "a.txt") -> Draft:
    found: Draft = plain.read(content.encode() if isinstance(content, str) else content, name)
    return found


def texts(content: bytes | str, name: str = "a.txt") -> list[str]:
    return [block.text for block in read(content, name).blocks]


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "cp1251",
        "koi8-r",
        "cp866",
        "mac-cyrillic",
        "iso8859-5",
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_of_russian(encoding: str, ends: str) -> None:
    legacy = not encoding.startswith("utf")
    talk = TALK.replace("…", "...") if legacy else TALK
    draft = read(talk.replace("\n", ends).encode(encoding))
    assert [block.text for block in draft.blocks] == talk.split("\n")
    assert ("says nothing about its encoding" in "".join(n.template for n in draft.notices)) == legacy
    assert len(recognise(draft).turns) == 4


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "mac-cyrillic", "utf-16-le"])
def test_encodings_of_a_short_text(encoding: str) -> None:
    line = "Р.: Депутаты молчат, конечно, боятся."
    assert texts(line.encode(encoding)) == [line]


def test_english_in_utf_16_and_latin_1() -> None:
    assert texts("I: Who decides here?".encode("utf-16-le")) == ["I: Who decides here?"]
    assert texts("Q: Où est le café de la mairie, là-bas ?".encode("cp1252")) == [
        "Q: Où est le café de la mairie, là-bas ?"
    ]


def test_a_file_cut_off_or_with_few_bad_bytes_is_still_utf_8() -> None:
    draft = read("Р.: Да, конечно".encode()[:-1])
    assert draft.encoding == "utf-8"
    assert draft.blocks[0].text == "Р.: Да, конечн\ufffd"
    assert dict(draft.notices[0].fields)["count"] == 1
    assert read(TALK.encode() + b" \xff").encoding == "utf-8"


def test_empty_blank_and_binary() -> None:
    for content, words in (
        (b"", "is empty: 0 bytes"),
        (b" \n\t\n", "contains no text"),
        (b"\x00\x01\x02\x03" * 300, "binary data"),
        (bytes(range(256)) * 20, "binary data"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "old kind"),
    ):
        with pytest.raises(InputProblem, match=words) as problem:
            plain.read(content, "дело.txt")
        assert "дело.txt" in str(problem.value)


def test_control_characters_go_with_a_notice() -> None:
    draft = read("И.: Кто\x00 здесь\x07?\nР.: Я, глава города и района.")
    assert draft.blocks[0].text == "И.: Кто здесь?"
    assert dict(draft.notices[0].fields) == {"file": "a.txt", "count": 2}


def test_lines_and_paragraphs() -> None:
    assert texts("а\nб\n\nв") == ["а\nб", "в"]
    assert texts("а\nб\nв") == ["а", "б", "в"]
    long = "долгая строка " * 10
    assert texts(f"{long}\nб\n\nв") == [long, "б", "в"]
    assert texts("а\u2028б\nв\x0bг") == ["а\u2028б", "в\nг"]


def test_emphasis() -> None:
    draft = read("**Анна:** Кто *там*?\n\n__Пётр__ \\- я.\n\n***Анна:*** да\n\n2 * 3 * 4", "a.md")
    assert draft.blocks == (
        Block("Анна: Кто там?", bold=5), Block("Пётр - я.", bold=4), Block("Анна: да", bold=5), Block("2 * 3 * 4"),
    )  # fmt: skip
    assert read("**Анна:** Кто *там*?\n**Да** нет").blocks == (Block("Анна: Кто *там*?", bold=5), Block("**Да** нет"))


turn_texts = st.text(
    st.characters(exclude_characters="\n\r\x0b\x0c\x85", codec="utf-8"), min_size=1, max_size=60
).filter(
    # no words at all, or words that are a time code, are another matter; so is a beginning that is one
    lambda t: canonical(t).strip() and take_times(canonical(t)).text == canonical(t)
)


@given(st.lists(turn_texts, min_size=1, max_size=8), st.sampled_from(["\n", "\r\n", "\r", "\n\n"]))
def test_turns_written_and_read_back(turns: list[str], ends: str) -> None:
    lines = [f"{'ИР'[n % 2]}.: {text}" for n, text in enumerate(turns)]
    try:
        transcript = recognise(read(ends.join(lines).encode("utf-8")))
    except InputProblem as problem:
        # more control characters than text
        assert "binary data" in problem.template
        return
    assert [transcript.body[t.start : t.end] for t in transcript.turns] == [canonical(t).strip() for t in turns]
    assert [t.speaker for t in transcript.turns] == ["ИР"[n % 2] + "." for n in range(len(turns))]

"""Every message of the program has a good Russian translation."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from veche import words

TOOL = Path(__file__).parents[2] / "tools" / "words.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("veche_words_tool", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_message_is_translated(tool) -> None:
    known = tool.translations()
    bad = {key: fault for key, m in tool.collect().items() if (fault := tool.faults(m, known.get(key)))}
    assert not bad, f"run python tools/words.py, then translate: {bad}"


def test_a_missing_or_wrong_translation_is_a_fault(tool) -> None:
    from babel.messages.catalog import Message

    assert tool.faults("Added {n}", None) == "no translation"
    assert "unknown fields" in tool.faults("Added {n}", Message("Added {n}", "Добавлено {m}"))
    assert "per cent" in tool.faults("Share, per cent", Message("Share, per cent", "Доля, % голосов"))
    assert tool.faults("Share, %%", Message("Share, %%", "Доля, %%")) is None
    assert tool.faults(("{n} town", "{n} towns"), Message(("a", "b"), ("{n} город", "{n} города"))) is not None
    assert (
        tool.faults(("{n} town", "{n} towns"), Message(("a", "b"), ("{n} город", "{n} города", "{n} городов"))) is None
    )


def test_russian_plurals_and_numbers() -> None:
    with words.using("ru"):
        texts = [words.ngettext("{n} interview", "{n} interviews", n).format(n=n) for n in (1, 2, 5, 11, 21, 112)]
        assert texts == ["1 интервью"] + [f"{n} интервью" for n in (2, 5, 11, 21, 112)]
        texts = [words.ngettext("{n} town", "{n} towns", n).format(n=n) for n in (1, 2, 5, 11, 21)]
        assert texts == ["1 город", "2 города", "5 городов", "11 городов", "21 город"]
        assert words.number(-0.5) == "−0,50" and words.percent(0.123) == "12 %"
        assert words.number(None) == words.number(float("nan")) == "–"
    with words.using("en"):
        assert words.number(-0.5) == "−0.50" and words.percent(0.123) == "12%"


def test_the_language_of_a_context_does_not_leak() -> None:
    words.use("en")
    with words.using("ru"):
        assert words.language() == "ru"
        with words.using("xx"):
            assert words.language() == "en"
    assert words.language() == "en"

"""Words of pages and scripts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from veche import words
from veche.web.labels import CHOICES
from veche.web.language import language_of
from veche.web.rendering import STATIC, day, hue, initials, wave_name, years
from veche.web.script_words import messages, script_words


def test_words_of_scripts_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(
        'say(_("One"), x._("not"), _("Say \\"two\\""), ngettext("{n} row", "{n} rows", n), `_`)\n', encoding="utf-8"
    )
    assert dict(messages(tmp_path)) == {"One": None, 'Say "two"': None, "{n} row": "{n} rows"}


def test_the_page_carries_the_catalogue(client: Any) -> None:
    page = client.get("/").text
    found = json.loads(re.search(r'id="veche-words">(.*?)</script>', page)[1])  # type: ignore[index]
    assert found["Saved"] == "Saved"
    assert found["{n} file chosen"] == ["{n} file chosen", "{n} files chosen"]
    assert len(script_words(STATIC, "ru")["{n} file chosen"]) == 3


def test_days_and_people() -> None:
    import datetime as dt

    assert day(dt.date(2013, 5, 21)) == "21\u00a0May 2013"
    with words.using("ru"):
        assert day(dt.date(2013, 5, 21)) == "21\u00a0мая 2013"
    assert day(None) == "–"
    assert years(dt.date(2012, 1, 1), dt.date(2016, 1, 1)) == "2012–2015"
    assert years(dt.date(2023, 3, 1), dt.date(2024, 1, 1)) == years(dt.date(2023, 3, 1), dt.date(2023, 3, 1)) == "2023"
    assert years(dt.date(2018, 1, 1), dt.date(2020, 2, 1)) == "2018–2020"
    assert [initials(one) for one in ("Анна К.", "МС", "ann-lee", "x")] == ["АК", "МС", "AL", "X"]
    assert hue("АК") == hue("АК") and 0 <= hue("МС") <= 5


@pytest.mark.parametrize(
    ("cookie", "accept", "fallback", "wanted"),
    [
        ("veche_language=ru", "en", "en", "ru"), ("", "ru,en;q=.5", None, "ru"), ("", "de, en", None, "en"),
        ("veche_language=de", "", "ru", "ru"), ("", "", None, "en"),
    ],
)  # fmt: skip
def test_the_language_of_a_request(cookie: str, accept: str, fallback: str | None, wanted: str) -> None:
    from starlette.datastructures import Headers

    assert language_of(Headers({"cookie": cookie, "accept-language": accept}), fallback) == wanted


def test_choices_are_those_of_the_records() -> None:
    from typing import get_args

    from veche.study.actors import Branch
    from veche.study.interviews import ArchiveConsent, Consent
    from veche.study.places import TownKind

    for name, kind in (("consent", Consent), ("archive", ArchiveConsent), ("branch", Branch), ("kind_town", TownKind)):
        assert set(CHOICES[name]) == set(get_args(kind))


def test_every_choice_of_every_analysis_has_words_in_both_languages() -> None:
    import typing

    from veche.study.registry import options
    from veche.web.pages._option_words import option_word
    from veche.workbench import registry

    bad = []
    for analysis in registry.analyses():
        for one in options(analysis.params):
            choices = one.choices or (
                typing.get_args(one.type) if typing.get_origin(one.type) is typing.Literal else ()
            )
            for value in choices:
                with words.using("ru"):
                    shown = option_word(one.name, str(value))
                if re.search("[a-z]{3}", shown) and "numpyro" not in shown:
                    bad.append((analysis.name, one.name, value, shown))
    assert bad == []


def test_a_wave_is_called_so_that_it_reads_well() -> None:
    assert (wave_name("II"), wave_name("2013", heading=True)) == ("wave II", "Wave 2013")
    assert wave_name("First wave") == wave_name("First wave", heading=True) == "First wave"
    with words.using("ru"):
        assert (wave_name("II"), wave_name("Второй этап")) == ("волна II", "Второй этап")

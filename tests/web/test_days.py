"""Days in the fields of forms: written in the way of the language, read in either, refused in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche import words
from veche.study import InputProblem, Interview, Wave
from veche.web.days import in_day, iso_day, read_day
from veche.words import _

DAY = dt.date(2013, 5, 21)


def test_a_day_is_written_as_is_usual() -> None:
    assert in_day(DAY) == in_day("2013-05-21") == in_day("21.05.2013") == "2013-05-21"
    with words.using("ru"):
        assert in_day(DAY) == in_day("2013-05-21") == "21.05.2013"
    assert in_day(None) == in_day("") == ""
    # what is no day stays, so that it can be mended
    assert in_day("21 мая") == "21 мая"


@given(st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)), st.sampled_from(("ru", "en")), st.sampled_from(("ru", "en")))
def test_what_is_written_in_one_language_is_read_in_the_other(day: dt.date, one: str, other: str) -> None:
    with words.using(one):
        text = in_day(day)
    with words.using(other):
        assert read_day(f" {text} ") == day
        assert iso_day(text) == day.isoformat()


@pytest.mark.parametrize("text", ["2013-13-01", "30.02.2013", "вчера", "2013", "21.05.13", "2013-05-21T10:00"])
def test_what_is_no_day_is_named_with_an_example(text: str) -> None:
    assert iso_day(text) == text
    with pytest.raises(InputProblem) as found:
        read_day(text)
    assert found.value.message(_) == f"The day is {text}. Give it as 2013-05-21."
    with words.using("ru"), pytest.raises(InputProblem) as found:
        read_day(text)
    assert found.value.fields["example"] == "21.05.2013"


def test_nothing_is_no_day() -> None:
    assert read_day("") is None and read_day("  ") is None


def test_forms_take_days_of_either_kind(client: Any, store: Any) -> None:
    one = store.all(Interview)[0]
    client.cookies.set("veche_language", "ru")
    page = client.get(f"/design/interview/{one.id}").text
    assert f'value="{one.date:%d.%m.%Y}" placeholder="ДД.ММ.ГГГГ"' in page
    answer = client.post(
        f"/design/interview/{one.id}", data={"rev": str(one.rev), "date": "07.11.2019"}, follow_redirects=False
    )
    assert answer.status_code == 303
    assert store.get(Interview, one.id).date == dt.date(2019, 11, 7)
    wrong = client.post(f"/design/interview/{one.id}", data={"rev": str(one.rev + 1), "date": "7 ноября"})
    assert wrong.status_code == 422 and 'value="7 ноября"' in wrong.text and 'aria-invalid="true"' in wrong.text


def test_a_wave_takes_days_too(client: Any, store: Any) -> None:
    wave = store.all(Wave)[0]
    answer = client.post(
        f"/design/wave/{wave.id}", data={"rev": str(wave.rev), "start": "02.01.2011"}, follow_redirects=False
    )
    assert answer.status_code == 303
    assert store.get(Wave, wave.id).start == dt.date(2011, 1, 2)


@pytest.mark.parametrize(
    ("path", "field"), [("/quotations", "since"), ("/analysis/fieldwork", "in_until")]
)  # fmt: skip
def test_filters_say_what_is_wrong_beside_the_day(client: Any, path: str, field: str) -> None:
    page = client.get(path, params={field: "31.02.2018"}).text
    assert "The day is 31.02.2018. Give it as 2013-05-21." in page
    # what was typed stays in its field
    assert f'id="{field}" name="{field}" value="31.02.2018"' in page
    assert f'id="{field}" name="{field}" value="2018-03-01"' in client.get(path, params={field: "01.03.2018"}).text

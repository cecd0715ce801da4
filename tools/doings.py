"""What one does on a page: states of screens to which no address leads, and a little work of two people on the study, so that no screen is empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from veche.study import Code, Coder, Coding, ConsentMark, Memo, Town
from veche.workbench.framework import Case, Theme, matrix, prints_of
from veche.workbench.study import Study
from veche.workbench.summaries import write_summary

Do = Callable[[Any], object]

#: for cells of the matrix (key of a town, key of a code): what an analyst makes of them
SUMMARIES = {
    ("A", "PROB.ECON"): (
        "Город держится на одном заводе и говорит о нём в прошедшем времени; новых рабочих мест не называет никто.",
        "The town rests on one plant and speaks of it in the past tense; nobody names new jobs.",
    ),
    ("A", "PROB.FISC"): (
        "Налоги уходят наверх — общее место. Различаются только виноватые: край, потом Москва.",
        "That taxes go up is common ground. Only the guilty differ: the region first, then Moscow.",
    ),
    ("B", "PROB.ECON"): (
        "Спад описывают через дороги и трубы, а не через работу.",
        "The decline is told through roads and pipes, not through jobs.",
    ),
    ("E", "ACT.REGION"): (
        "До вмешательства область — арбитр, после него — сторона.",
        "Before the intervention the region is an arbiter, after it a party.",
    ),
}
MEMO = ("Так же, теми же словами, говорит его предшественник.", "His predecessor says the same in the same words.")
TALK = (
    "Интервьюер: Что в городе главное?\nРеспондент: Две вещи, обе старые.\nДороги: их латают к выборам.\nДороги: и опять."
    "\nИнтервьюер: А кто решает?\nРеспондент: Кто подписывает смету, тот и решает.\n",
    "Interviewer: What matters most in the town?\nRespondent: Two things, both old.\nRoads: they are patched before elections."
    "\nRoads: and again.\nInterviewer: And who decides?\nRespondent: Whoever signs the estimate.\n",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Doing:
    """A page and what is done on it, with the browser driver's page in hand."""

    path: str
    do: Do


def work(study: Study, language: str) -> None:
    """Write summaries, a note and a mark, and let another coder take a coding away, as in an hour of two people."""
    n = 0 if language == "ru" else 1
    store, evidence = study.store, study.evidence()
    towns, codes = {one.key: one for one in store.all(Town)}, {one.key: one for one in store.all(Code)}
    cells = {}
    for (town, code), words in SUMMARIES.items():
        place = towns[town]
        (cell,) = matrix(evidence, [Case(place.id, place.name)], [Theme(codes[code])]).cells
        write_summary(study, cell.key, words[n], rev=0, grounds=tuple(prints_of(evidence, cell.codings).values()))
        cells[town, code] = cell
    one = max(store.all(Coding), key=lambda coding: (coding.end - coding.start, coding.id))
    coder = next(each for each in store.all(Coder) if each.key == study.who)
    other = next(each.key for each in store.all(Coder) if each.kind == "human" and each.key != study.who)
    with store.edit(study.who, "memo") as edit:
        edit.add(Memo(target_id=one.id, text=MEMO[n], coder_id=coder.id))
    with store.edit(study.who, "consent") as edit:
        edit.add(
            ConsentMark(
                document_id=one.document_id, text_id=one.text_id, start=one.start, end=one.end, consent="paraphrase"
            )
        )
    lost = store.get(Coding, cells["A", "PROB.FISC"].codings[0])
    with store.edit(other, "remove coding") as edit:
        edit.remove(Coding, lost.id, rev=lost.rev)


def doings(pages: dict[str, str], language: str) -> dict[str, Doing]:
    """List states of screens: name -> where, and what is done there; `pages` are the screens by name."""
    ru = language == "ru"
    reader = pages["reader"]
    return {
        "import-preview": Doing("/import", lambda page: _look_at_files(page, TALK[0 if ru else 1])),
        "command-field": Doing("/", lambda page: _keys(page, "Control+k", words="глав" if ru else "head")),
        "reader-keys": Doing(reader, lambda page: _in_reader(page, "?")),
        "reader-code": Doing(reader, lambda page: _in_reader(page, "c", words="союз" if ru else "alli")),
        "reader-relation": Doing(reader, lambda page: _in_reader(page, "r")),
        "reader-quotation": Doing(reader, lambda page: _in_reader(page, "Escape", "j")),
        "reader-find": Doing(reader, lambda page: _find(page, "решает OR бюджет" if ru else "decide* OR budget")),
        "reader-table": Doing(reader, lambda page: _in_reader(page, "t")),
        "framework-cell": Doing("/framework", lambda page: page.locator("[data-cell]").nth(1).click()),
        "analysis-options": Doing("/analysis/problem_field", lambda page: page.locator("details.ask summary").click()),
        "analysis-table": Doing("/analysis/problem_field", lambda page: _keys(page, "t")),
        "report-written": Doing("/report?a=fieldwork&a=cooccurrence&a=code_attribute&write=true", _written),
    }  # fmt: skip


def _keys(page: Any, *keys: str, words: str = "") -> None:
    for key in keys:
        page.keyboard.press(key)
    page.keyboard.type(words)


def _in_reader(page: Any, *keys: str, words: str = "") -> None:
    # the cards stand when the reader is at work
    page.locator("#inspector .card").first.wait_for()
    _keys(page, *keys, words=words)


def _find(page: Any, words: str) -> None:
    _in_reader(page, "Control+f")
    page.locator("#find-bar input[type=search]").fill(words)
    page.locator("#find-bar output:not(:empty)").wait_for()


def _written(page: Any) -> None:
    page.locator(".notice.good").wait_for()


def _look_at_files(page: Any, talk: str) -> None:
    page.set_input_files(
        "#files",
        [
            {"name": "A3-01.txt", "mimeType": "text/plain", "buffer": talk.encode()},
            {"name": "A3-02.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"},
        ],
    )
    with page.expect_navigation():
        page.locator("#import button.main").click()

"""A day of a researcher, from the transcripts to a figure, done in the browser and looked up in the study afterwards."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Workbench
from tests.browser.reading import codings, saved
from tests.browser.waiting import until
from veche.study import Code, Coding, Document, Interview, Respondent

#: three talks: one person met in two waves, and another one
TALKS = {
    "M1-50.txt": ("Что было главным?", "Котельная. Её обещали починить ещё до выборов. Денег не дали. Мы ходили в область дважды. Нас выслушали."
                  " Потом всё решили без нас. Глава молчал. Комбинат молчал тоже. Людям сказали ждать. Они и ждут."),
    "M2-50.txt": ("Что изменилось?", "Котельную починили. Помог комбинат. За это ему отдали дорогу. Торг был долгий. Совет голосовал трижды."
                  " Теперь тепло есть. А дороги нет. Люди уезжают. Школа пустеет. Так и живём."),
    "M1-51.txt": ("Кто решает?", "Решает область. Мы узнаём последними. Раньше было иначе. Совет спорил. Теперь не спорит никто."),
}  # fmt: skip
DATES = {"M1-50.txt": ("2013-06-01", "R-50"), "M2-50.txt": ("2019-03-02", "R-50"), "M1-51.txt": ("2013-06-04", "R-51")}

DROP = """(files) => {
  const held = new DataTransfer();
  for (const [name, text] of files) held.items.add(new File([text], name));
  window.dispatchEvent(new DragEvent("drop", {dataTransfer: held, bubbles: true, cancelable: true}));
}"""


def _body(name: str) -> str:
    asks, answers = ("Анна:", "Пётр:") if name == "M1-51.txt" else ("И.:", "Р.:")
    return f"{asks} {TALKS[name][0]}\n{answers} {TALKS[name][1]}"


def _import(page: Page, workbench: Workbench) -> None:
    """Drop three transcripts, look at what was recognised, say what they are, add them."""
    page.goto(f"{workbench.url}/import")
    page.evaluate(DROP, [[name, _body(name) + "\n"] for name in TALKS])
    page.wait_for_url("**/import/*")
    expect(page.locator(".file")).to_have_count(3)
    for name, (day, person) in DATES.items():
        file = page.locator(".file", has=page.get_by_role("heading", name=name))
        expect(file).to_contain_text("2 turns")
        if name == "M1-51.txt":  # nothing in the file tells that these are names, and which of the two asks
            for label, kind in (("Анна", "question"), ("Пётр", "answer")):
                file.get_by_label("One more label").fill(label)
                file.get_by_label("Kind of its turns").select_option(kind)
                file.get_by_role("button", name="Look again").click()
                expect(file.get_by_label(label)).to_have_value(kind)
        expect(file.locator(".turns .answer")).to_contain_text(TALKS[name][1][:40])
        file.get_by_label("Town", exact=True).fill("Тальвинск")
        file.get_by_label("Date").fill(day)
        file.get_by_label("Respondent").fill(person)
        file.get_by_label("Role").select_option("head")
    page.get_by_role("button", name="Add 3 transcripts").click()
    expect(page.get_by_text("Added 3 transcripts.")).to_be_visible()
    page.get_by_role("link", name="Begin coding").click()
    expect(page.get_by_role("heading", name="Interviews")).to_be_visible()


def _reader(page: Page, workbench: Workbench, interview: str) -> None:
    """Open an interview through the command field, by keyboard."""
    (document,) = [one for one in workbench.store.all(Document) if one.name == interview]
    page.wait_for_selector("#people .here")  # the scripts of the page are at work
    page.keyboard.press("Control+k")
    page.keyboard.type(interview)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/read/{document.id}")
    until(page, "document.querySelector('#inspector .card') !== null")
    until(page, "document.activeElement?.id === 'text'")


def _code(page: Page, count: int) -> None:
    """Code sentence after sentence by keyboard: the first two with the picker, the rest with numbers of recent codes."""
    for n in range(count):
        page.keyboard.press("Space")
        if n == 0:
            page.keyboard.press("Space")  # past the question
        if n < 2:
            page.keyboard.press("c")
            page.keyboard.type(("money", "barg")[n])
            page.keyboard.press("Enter")
        else:
            page.keyboard.press(str(1 + n % 2))
        page.keyboard.press("Escape")
        page.keyboard.press("Space")
    saved(page)


def test_a_day_of_work(opened: Page, workbench: Workbench, tmp_path: Path) -> None:
    page, store = opened, workbench.store
    before = {one.id for one in store.all(Coding)}
    _import(page, workbench)
    texts = {one.name: store.text(one.text_id) for one in store.all(Document) if one.name[:1] == "M"}
    assert {name: text.body for name, text in texts.items()} == {
        name.removesuffix(".txt"): _body(name) for name in TALKS
    }
    assert [[turn.kind for turn in text.turns] for text in texts.values()] == [["question", "answer"]] * 3

    # twenty passages by keyboard, five of them undone
    for interview, count in (("M1-50", 8), ("M2-50", 8), ("M1-51", 4)):
        _reader(page, workbench, interview)
        _code(page, count)
    made = [one for one in codings(store) if one.id not in before]
    keys = {one.id: one.key for one in store.all(Code)}
    assert len(made) == 20 and {keys[one.code_id] for one in made} == {"PROB.FISC", "TECH.DEAL"}
    assert [_words(workbench, one) for one in made[:3]] == [
        "Котельная.",
        "Её обещали починить ещё до выборов.",
        "Денег не дали.",
    ]
    entry = store.last_entry()
    for n in range(1, 6):
        page.keyboard.press("Control+z")
        until(page, "(n) => Number(document.querySelector('#step').textContent.split(' ')[1]) >= n", entry + n)
    left = [one for one in codings(store) if one.id not in before]
    assert left == made[:15]

    # find: in any form of the word, and go there
    page.keyboard.press("Control+Shift+f")
    page.keyboard.type("котельную")
    found = page.locator(".found a")
    expect(found).to_have_count(2)
    expect(found.nth(0)).to_contain_text("M1-50")
    found.nth(1).click()
    expect(page.locator("#inspector blockquote")).to_have_text("Котельную")

    # compare: what the same person said in two waves
    page.get_by_role("link", name="The same respondent over the waves").click()
    page.wait_for_url("**/waves?respondent=R-50")
    expect(page.locator("h1")).to_have_text("R-50")
    for words in ("Её обещали починить", "Помог комбинат", "Lack of money", "Bargaining"):
        expect(page.locator("main")).to_contain_text(words)

    # a figure for the paper
    page.goto(f"{workbench.url}/analysis/cooccurrence")
    expect(page.locator("#drawing svg.marks")).to_be_visible()
    page.get_by_text("Save", exact=True).click()
    for kind, beginning in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        with page.expect_download() as download:
            page.get_by_role("link", name=f"Figure {kind}").click()
        kept = tmp_path / download.value.suggested_filename
        download.value.save_as(kept)
        assert kept.read_bytes().startswith(beginning) and kept.stat().st_size > 2000

    # and the study knows all of it
    people = {one.id: one.key for one in store.all(Respondent)}
    interviews = {one.key: one for one in store.all(Interview) if one.key[:1] == "M"}
    assert {key: (people[one.respondent_id], str(one.date)) for key, one in interviews.items()} == {
        name.removesuffix(".txt"): (person, day) for name, (day, person) in DATES.items()
    }
    acts = [(one.kind, one.action) for one in store.history(limit=26)]
    assert acts == [("undo", "code")] * 5 + [("edit", "code")] * 20 + [("edit", "add transcripts")]


def _words(workbench: Workbench, coding: Coding) -> str:
    body: str = workbench.store.text(coding.text_id).body
    return body[coding.start : coding.end]

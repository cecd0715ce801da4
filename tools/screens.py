"""The screens of the workbench: every page of the menu, and those that are reached from them, by name and address."""

from __future__ import annotations

from urllib.parse import quote

from veche.store import Store
from veche.study import Code, Coder, Coding, Document, GuideTopic, Interview, Respondent, StudyInfo, Town, Wave
from veche.web.rendering import navigation


def screens(store: Store) -> dict[str, str]:
    """List all screens of a study that is open in this process: name -> address.

    What stands in the menu comes from the menu itself, so that a new page is among them without being named here.
    """
    found = {_name(one.path): one.path for one in navigation()}
    return found | _details(store)


def _name(path: str) -> str:
    return path.strip("/").replace("/", "-") or "study"


def _details(store: Store) -> dict[str, str]:
    """Pages of single rows: of those that have the most to show."""
    counts: dict[str, int] = {}
    of_document: dict[str, int] = {}
    for one in store.coding_counts():
        counts[one.code_id] = counts.get(one.code_id, 0) + one.count
        of_document[one.document_id] = of_document.get(one.document_id, 0) + one.count
    codes = {one.id: one for one in store.all(Code)}
    first, second, *_others = sorted(counts, key=lambda code_id: -counts[code_id])
    document = max(store.all(Document), key=lambda one: of_document.get(one.id, 0))
    coding = store.having(Coding, "document_id", [document.id])[0]
    met: dict[str, set[str]] = {}
    for interview in store.all(Interview):
        met.setdefault(interview.respondent_id, set()).add(interview.wave_id)
    person = next(one for one in store.all(Respondent) if len(met.get(one.id, ())) > 1)
    wave = sorted(store.all(Wave), key=lambda one: one.position)[1]
    key, who = quote(codes[first].key), quote(person.key)
    pages = {
        "design-study-form": f"/design/study/{store.all(StudyInfo)[0].id}",
        "design-town-form": f"/design/town/{store.all(Town)[0].id}",
        "design-town-new": "/design/town/new",
        "design-wave": "/design/wave",
        "design-role": "/design/role",
        "design-topic": "/design/topic",
        "design-topic-new": "/design/topic/new",
        "design-interview": "/design/interview",
        "design-interview-form": f"/design/interview/{document.interview_id}",
        "interviews-lost": f"/interviews?moved=lost&to={quote(wave.key)}",
        "search-found": f"/search?q={quote('глава OR mayor')}",
        "history-restore": f"/history/restore/{max(1, store.last_entry() - 1)}",
        "reader": f"/read/{document.id}#at-{coding.start}-{coding.end}",
        "reader-print": f"/read/{document.id}/print",
        "codebook-code": f"/codebook?code={first}",
        "codebook-new": "/codebook?new=1",
        "codebook-merge": f"/codebook/merge?code={second}&into={first}",
        "codebook-split": f"/codebook/split?code={first}",
        "quotations-found": f"/quotations?codes={key}&group=town_wave",
        "quotations-wrong": "/quotations?codes=NO.SUCH",
        "waves-person": f"/waves?respondent={who}",
        "trajectory-person": f"/trajectory?respondent={who}&code={key}",
        "claims-own": "/claims",
        "sets-moved": "/sets?incl=0.86&pri=0.4&tests=true&side=1",
        "sets-wrong": "/sets?rule=A",
        "types-more": "/types?i=PREVAILS&i=CAMP&i=EXCHANGE&types=ALONE+%3D+PREVAILS*~CAMP",
        "suggestions-measured": "/suggestions?measure=1",
        "lab-told": "/lab?preset=entrance&F_dur=18&F_t=60&F_delta=0.3&K0=0.9&against=intervention",
        "nowhere": "/nowhere",
    }  # fmt: skip
    people = {one.id for one in store.all(Coder) if one.kind == "human"}
    coded: dict[str, set[str]] = {}
    for row in store.coding_counts():
        if row.coder_id in people:
            coded.setdefault(row.document_id, set()).add(row.coder_id)
    twice = [one.interview_id for one in store.all(Document) if one.interview_id and len(coded.get(one.id, ())) > 1]
    if twice:
        pages["double-coding-decide"] = f"/double-coding/decide/{twice[0]}"
    topics = store.all(GuideTopic)
    return pages | ({"design-topic-form": f"/design/topic/{topics[0].id}"} if topics else {})

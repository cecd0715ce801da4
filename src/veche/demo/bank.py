"""The bank of passages: reading, checking, drawing one wording.

A passage is a question and an answer in two languages with tagged spans; `README.md` beside this file is the
contract. Drawing replaces variants ``{x|y}`` and slots ``{town.loc}`` and turns tags into positions (code points,
end exclusive) in the text drawn.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

ROLE_GROUPS: Mapping[str, tuple[str, ...]] = {
    "executive": ("head_town", "city_manager", "deputy_head", "head_district", "official_municipal"),
    "legislative": ("speaker", "deputy_local"),
    "business": ("director_firm", "entrepreneur"),
    "outsiders": ("party_activist", "media_head", "civic_activist", "expert_local", "politician_local"),
    "regional": ("official_regional", "deputy_regional", "expert_regional"),
}
ROLES = frozenset(role for group in ROLE_GROUPS.values() for role in group)
KINDS = frozenset(
    {
        "pressure",
        "removal",
        "interference",
        "manipulation",
        "placement",
        "bargaining",
        "waiting",
        "mediation",
        "partnership",
        "joint_action",
        "support",
        "obedience",
        "resistance",
        "criticism",
    }
)
PARTIES = frozenset(
    {
        "head",
        "former_head",
        "manager",
        "administration",
        "assembly",
        "speaker",
        "deputies_firm",
        "deputies_opposition",
        "deputies_budget",
        "firm",
        "director",
        "owner",
        "sme",
        "governor",
        "federal",
        "district_head",
        "media",
        "civic",
        "party",
    }
)
#: what acts are about, as the bank names it, and in Russian
ISSUES: Mapping[str, str] = {
    "budget": "бюджет", "land": "земля", "roads": "дороги", "tariffs": "тарифы", "personnel": "кадры",
    "school": "школы", "hospital": "больница", "plan": "генплан", "elections": "выборы", "taxes": "налоги",
}  # fmt: skip
TOPICS = frozenset(["G00", *(f"G{n:02d}" for n in range(1, 21)), "G99"])
SLOTS = frozenset(
    name + case for name in ("town", "firm", "head", "region") for case in ("", ".gen", ".dat", ".acc", ".ins", ".loc")
)
FAMILIES: Mapping[str, frozenset[str]] = {
    "PROB": frozenset({"G01"}),
    "MAN": frozenset({"G02"}),
    "MOT": frozenset({"G14"}),
    "EFF": frozenset({"G06"}),
    "DEM": frozenset({"G16"}),
    "LEAD": frozenset({"G03", "G15"}),
    "RES": frozenset({"G03", "G04"}),
    **{
        family: frozenset({"G05", "G07", "G08", "G09", "G10", "G18"})
        for family in ("TECH", "TONE", "COAL", "REG", "TURB")
    },
    "BIZ": frozenset({"G11", "G12"}),
    "EXT": frozenset({"G13"}),
    "EVT": frozenset({"G17"}),
    "INST": frozenset({"G17"}),
    "ACT": TOPICS,
}
LANGUAGES = ("ru", "en")

_PIECE = re.compile(r"\{([^{}]*)\}|<(/?)([a-f])>")
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Span:
    """A coded stretch of an answer: positions, and the codes with whether each is denied."""

    tag: str
    start: int
    end: int
    codes: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """One question and answer of the bank, as written."""

    id: str
    topic: str
    towns: tuple[str, ...]
    waves: tuple[int, ...]
    roles: tuple[str, ...]
    question: Mapping[str, str]
    answer: Mapping[str, str]
    spans: Mapping[str, tuple[tuple[str, bool], ...]]
    statements: tuple[Mapping[str, Any], ...]

    @property
    def codes(self) -> frozenset[str]:
        """Codes asserted somewhere in the passage."""
        return frozenset(code for codes in self.spans.values() for code, denied in codes if not denied)


def read_bank(files: Iterable[Any] | None = None) -> list[Passage]:
    """Read the passages of the given files, by default the whole bank of the package, in a stable order."""
    if files is None:
        folder = resources.files(__package__) / "bank"
        files = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    passages: list[Passage] = []
    for file in files:
        passages.extend(map(_passage, yaml.load(file.read_text(encoding="utf-8"), Loader=loader) or []))
    return passages


def _passage(entry: Mapping[str, Any]) -> Passage:
    roles: list[str] = []
    for role in entry.get("roles", ()):
        roles.extend(ROLE_GROUPS.get(role, (role,)))
    spans = {
        tag: tuple((c["code"], bool(c.get("denied"))) if isinstance(c, Mapping) else (str(c), False) for c in codes)
        for tag, codes in (entry.get("spans") or {}).items()
    }
    return Passage(
        id=str(entry["id"]),
        topic=str(entry["topic"]),
        towns=tuple(map(str, entry.get("towns", ()))),
        waves=tuple(int(w) for w in entry.get("waves", ())),
        roles=tuple(roles),
        question={lang: " ".join(entry["q"][lang].split()) for lang in LANGUAGES},
        answer={lang: " ".join(entry[lang].split()) for lang in LANGUAGES},
        spans=spans,
        statements=tuple(entry.get("statements") or ()),
    )


def draw(
    written: str,
    *,
    rng: random.Random,
    slots: Mapping[str, str],
    spans: Mapping[str, tuple[tuple[str, bool], ...]],
) -> tuple[str, tuple[Span, ...]]:
    """Draw one wording of a written text: the plain text and its spans."""
    out: list[str] = []
    length = 0
    open_at: dict[str, int] = {}
    found: list[Span] = []
    last = 0
    for match in _PIECE.finditer(written):
        text = written[last : match.start()]
        out.append(text)
        length += len(text)
        last = match.end()
        inside, closing, tag = match.groups()
        if inside is not None:
            text = rng.choice(inside.split("|")) if "|" in inside else slots[inside]
            out.append(text)
            length += len(text)
        elif closing:
            found.append(Span(tag, open_at.pop(tag), length, spans[tag]))
        else:
            open_at[tag] = length
    out.append(written[last:])
    return "".join(out), tuple(sorted(found, key=lambda span: (span.start, span.end)))


@dataclass(frozen=True, slots=True)
class _Report:
    """Where the faults of one passage go."""

    passage: str
    faults: list[str]

    def __call__(self, text: str) -> None:
        self.faults.append(f"{self.passage}: {text}")


def check(passages: Iterable[Passage], codes: frozenset[str]) -> list[str]:
    """List everything in the bank that breaks the contract, one line each."""
    faults: list[str] = []
    seen: set[str] = set()
    for p in passages:
        say = _Report(p.id, faults)
        if p.id in seen:
            say("id occurs twice")
        seen.add(p.id)
        if p.topic not in TOPICS:
            say(f"unknown topic {p.topic}")
        for role in p.roles:
            if role not in ROLES:
                say(f"unknown role {role}")
        for town in p.towns:
            if town not in "ABCDEFL":
                say(f"unknown town {town}")
        for tag, span_codes in p.spans.items():
            for code, _ in span_codes:
                if code not in codes:
                    say(f"unknown code {code} in span {tag}")
                elif p.topic not in FAMILIES.get(code.split(".")[0], frozenset()):
                    say(f"{code} does not belong to topic {p.topic}")
        for lang in LANGUAGES:
            _check_text(p, lang, say)
        for statement in p.statements:
            _check_statement(p, statement, codes, say)
    return faults


def _check_text(p: Passage, lang: str, say: _Report) -> None:
    answer, question = p.answer[lang], p.question[lang]
    rest = _PIECE.sub("", answer + question)
    if re.search(r"[{}<>]", rest):
        say(f"{lang}: unbalanced or nested braces or tags")
        return
    opened = re.findall(r"<([a-f])>", answer)
    closed = re.findall(r"</([a-f])>", answer)
    if sorted(opened) != sorted(set(opened)) or sorted(opened) != sorted(closed) or set(opened) != set(p.spans):
        say(f"{lang}: tags {sorted(opened)} do not match the spans {sorted(p.spans)}")
        return
    for inside in re.findall(r"\{([^{}]*)\}", answer + question):
        if "|" in inside:
            if re.search(r"<", inside):
                say(f"{lang}: tag inside a variant")
        elif inside not in SLOTS or (lang == "en" and "." in inside):
            say(f"{lang}: unknown slot {{{inside}}}")
    if len(re.findall(r"\{[^{}]*\|", answer)) < 4:
        say(f"{lang}: fewer than four places of variation in the answer")
    if not re.search(r"\{[^{}]*\|", question):
        say(f"{lang}: no variation in the question")
    slots = dict.fromkeys(SLOTS, "Xxx")
    plain, spans = draw(answer, rng=random.Random(1), slots=slots, spans=p.spans)
    words = len(_WORD.findall(plain))
    low, high = (15, 140) if p.topic in {"G00", "G20", "G99"} else (50, 140)
    if not low <= words <= high:
        say(f"{lang}: {words} words")
    for span in spans:
        if len(_WORD.findall(plain[span.start : span.end])) < 4:
            say(f"{lang}: span {span.tag} is shorter than four words")
        if plain[span.start].isspace() or plain[span.end - 1].isspace():
            say(f"{lang}: span {span.tag} begins or ends with a space")
    cyrillic = len(re.findall(r"[а-яё]", plain, re.I))
    if (lang == "ru") != (cyrillic > len(plain) / 2):
        say(f"{lang}: wrong language")


def _check_statement(p: Passage, s: Mapping[str, Any], codes: frozenset[str], say: _Report) -> None:
    known = {
        "span", "kind", "from", "to", "issue", "tone", "readiness", "valence", "outcome", "certainty", "modality",
        "benefit", "when",
    }  # fmt: skip
    if extra := set(s) - known:
        say(f"statement: unknown fields {sorted(extra)}")
    if s.get("span") not in p.spans:
        say(f"statement: no span {s.get('span')}")
    if s.get("kind") not in KINDS:
        say(f"statement: unknown kind {s.get('kind')}")
    for field in ("from", "to", "benefit"):
        parties = s.get(field, () if field == "benefit" else None)
        if not isinstance(parties, (list, tuple)) or (field != "benefit" and not parties):
            say(f"statement: {field} must be a list of parties")
        elif unknown := set(parties) - PARTIES:
            say(f"statement: unknown parties {sorted(unknown)}")
    if (issue := s.get("issue")) is not None and issue not in ISSUES and issue not in codes:
        say(f"statement: unknown issue {issue}")
    for field, allowed in (
        ("tone", (1, 2, 3, 4, 5)),
        ("readiness", (1, 2, 3, 4, 5)),
        ("valence", (-1, -0.5, 0, 0.5, 1)),
        ("outcome", ("achieved", "partly", "failed", "unknown")),
        ("certainty", ("first_hand", "second_hand", "rumour", "inference")),
        ("modality", ("asserted", "denied", "hypothetical")),
    ):
        if field in s and s[field] not in allowed:
            say(f"statement: {field} {s[field]!r}")
    if "when" in s and not (
        len(s["when"]) == 2 and all(re.fullmatch(r"20[0-2]\d(-[01]\d)?", str(w)) for w in s["when"])
    ):
        say(f"statement: when {s['when']!r}")

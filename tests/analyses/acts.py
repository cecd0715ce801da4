"""Small studies made of statements: towns, two waves, reporters, and who does what to whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from veche.study import (
    Actor,
    Anchor,
    Code,
    Coder,
    Coding,
    Document,
    Event,
    Evidence,
    Interview,
    Office,
    Respondent,
    Role,
    Statement,
    StatementKind,
    StudyInfo,
    Tenure,
    Text,
    Town,
    Turn,
    Wave,
)

KINDS = {
    "pressure": ("coercion", False, -1.0), "manipulation": ("hidden control", False, -0.5),
    "placement": ("hidden control", False, 0.0), "bargaining": ("exchange", True, 0.5), "waiting": ("exchange", False, 0.0),
    "partnership": ("cooperation", True, 1.0), "joint_action": ("cooperation", True, 1.0),
    "support": ("cooperation", False, 0.5), "resistance": ("opposition", False, -1.0),
}  # fmt: skip
TALK = {"1": "2014-06-01", "2": "2019-06-01"}
WIDTH = 20


@dataclass(frozen=True)
class Told:
    """One statement: who says it, and what. Sides are words parted by blanks; years and months stand for days."""

    reporter: str
    kind: str
    sources: str
    targets: str
    start: str | None = "2013"
    end: str | None = None
    wave: str = "1"
    town: str = "T"
    codes: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


def day(text: str | None) -> dt.date | None:
    """Read 2013, 2013-06 or 2013-06-15."""
    if text is None:
        return None
    year, month, one = (*map(int, text.split("-")), 1, 1)[:3]
    return dt.date(year, month, one)


def study(
    told: Sequence[Told],
    *,
    offices: Mapping[str, Sequence[tuple[str, str | None, str | None]]] | None = None,
    merged: Mapping[str, str] | None = None,
    branches: Mapping[str, str] | None = None,
    silent: Sequence[tuple[str, str, str]] = (),
    codes: Sequence[str] = ("COAL.TACT", "COAL.STRAT", "COAL.FORCED", "COAL.ENTRY", "COAL.BENEFIT", "COAL.BREAK",
                            "REG.FULL", "TURB.HIGH", "TURB.INERTIA", "LEAD", "LEAD.MONO", "LEAD.POLY", "LEAD.HEADNOT1",
                            "RES", "ACT.HEAD", "ACT.SPEAKER"),
    events: Sequence[Event] = (),
    own: Mapping[str, str] | None = None,
    **more: Any,
) -> Evidence:  # fmt: skip
    """Make the evidence; `silent` are interviews (town, wave, reporter) without statements, `own` reporter -> actor."""
    offices, merged, branches, own = offices or {}, merged or {}, branches or {}, own or {}
    talks = list(dict.fromkeys([*((t.town, t.wave, t.reporter) for t in told), *silent]))
    towns = sorted({town for town, _w, _r in talks} or {"T"})
    statements, codings, said = [], [], dict.fromkeys(talks, 0)
    for number, one in enumerate(told):
        talk = (one.town, one.wave, one.reporter)
        place = said[talk] * WIDTH
        said[talk] += 1
        name = "-".join(talk)
        begin, end = day(one.start), day(one.end)
        statements.append(
            Statement(
                id=f"s{number:03d}", interview_id=f"i-{name}", kind_id=one.kind,
                quotes=(Anchor(f"d-{name}", f"t-{name}", place, place + 8),),
                sources=tuple(one.sources.split()), targets=tuple(one.targets.split()), start=begin, end=end or begin,
                **one.more,
            )
        )  # fmt: skip
        codings += [
            Coding(
                id=f"c{number:03d}-{code}", document_id=f"d-{name}", text_id=f"t-{name}", start=place + 9, end=place + 15,
                code_id=code, coder_id="k",
            )
            for code in one.codes
        ]  # fmt: skip
    words = {w for t in told for w in (*t.sources.split(), *t.targets.split(), *t.more.get("benefit", ()))}
    holders = {person for held in offices.values() for person, _a, _b in held}
    people = sorted(
        (words | holders | set(merged) | set(merged.values()) | set(own.values())) - set(offices) - {"gone"}
    )
    parents = {code: code.rpartition(".")[0] for code in codes}
    return Evidence(**{
        "study": StudyInfo(id="study", name="acts"),
        "towns": tuple(Town(id=town, key=town, name=f"Town {town}", position=at) for at, town in enumerate(towns)),
        "waves": (
            Wave(id="1", key="1", label="first", start=dt.date(2012, 1, 1), end=dt.date(2016, 1, 1)),
            Wave(id="2", key="2", label="second", start=dt.date(2018, 1, 1), end=dt.date(2021, 1, 1), position=1),
        ),
        "roles": (Role(id="r", key="r", label_ru="", label_en=""),),
        "respondents": tuple(Respondent(id=r, key=r, actor_id=own.get(r)) for r in sorted({r for _t, _w, r in talks})),
        "interviews": tuple(
            Interview(id=f"i-{'-'.join(talk)}", key="-".join(talk), town_id=talk[0], wave_id=talk[1], respondent_id=talk[2],
                      role_id="r", date=dt.date.fromisoformat(TALK[talk[1]]))
            for talk in talks
        ),
        "documents": tuple(
            Document(id=f"d-{'-'.join(t)}", name="-".join(t), text_id=f"t-{'-'.join(t)}", interview_id=f"i-{'-'.join(t)}")
            for t in talks
        ),
        "texts": {
            f"t-{'-'.join(t)}": Text(
                f"t-{'-'.join(t)}", "a" * (WIDTH * max(n, 1)),
                tuple(Turn(k + 1, k * WIDTH, (k + 1) * WIDTH - 2, "answer") for k in range(max(n, 1))),
            )
            for t, n in said.items()
        },
        "codes": tuple(
            Code(id=code, key=code, parent_id=parents[code] if parents[code] in codes else None, kind="coalition", position=at)
            for at, code in enumerate(codes)
        ),
        "coders": (Coder(id="k", key="k"),),
        "codings": tuple(codings),
        "kinds": tuple(
            StatementKind(id=key, key=key, family=family, symmetric=both, valence=value)  # type: ignore[arg-type]
            for key, (family, both, value) in KINDS.items()
        ),
        "statements": tuple(statements),
        "actors": tuple(
            Actor(id=one, key=f"T.{one}", name=one.title(), branch=branches.get(one, "executive"), town_id=towns[0],  # type: ignore[arg-type]
                  merged_into_id=merged.get(one))
            for one in people
        ),
        "offices": tuple(Office(id=key, key=f"T.{key}", name=key.title(), town_id=towns[0]) for key in offices),
        "tenures": tuple(
            Tenure(id=f"{key}-{k}", office_id=key, actor_id=person, start=day(a), end=day(b))
            for key, held in offices.items() for k, (person, a, b) in enumerate(held)
        ),
        "events": tuple(events),
        **more,
    })  # fmt: skip

"""Small studies of an executive (h), an assembly (a), a firm (f) and a governor above (g), with sides of speakers."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from tests.analyses.acts import Told, study
from tests.fictional_studies import as_evidence
from veche.study import (
    Evidence,
    Role,
    StatementKind,
)

BRANCHES = {"h": "executive", "a": "legislative", "f": "business", "g": "executive"}
MORE_KINDS = (
    StatementKind(id="obedience", key="obedience", family="compliance", valence=1.0),
    StatementKind(id="criticism", key="criticism", family="opposition", valence=-0.5),
    StatementKind(id="removal", key="removal", family="coercion", valence=-1.0),
    StatementKind(id="mediation", key="mediation", family="exchange", valence=0.5),
    StatementKind(id="interference", key="interference", family="coercion", valence=-0.5),
)
ROLES = (
    Role(id="x", key="head", label_ru="", label_en="", branch="executive"),
    Role(id="l", key="deputy", label_ru="", label_en="", branch="legislative"),
    Role(id="o", key="editor", label_ru="", label_en="", branch="media"),
)


def town(told: Sequence[Told], **more: object) -> Evidence:
    """Make a study; reporters whose names begin with x are of the executive, with l of the assembly, others outside."""
    made = study(told, branches=BRANCHES, **more)  # type: ignore[arg-type]
    side = {"x": "x", "l": "l"}
    return dataclasses.replace(
        made,
        kinds=(*made.kinds, *MORE_KINDS),
        roles=ROLES,
        interviews=tuple(
            dataclasses.replace(one, role_id=side.get(one.respondent_id[0], "o")) for one in made.interviews
        ),
        actors=tuple(dataclasses.replace(one, town_id=None) if one.id == "g" else one for one in made.actors),
    )


def demo(null: bool = False) -> Evidence:
    """The fictional study in English as evidence."""
    return as_evidence("en", null=null)

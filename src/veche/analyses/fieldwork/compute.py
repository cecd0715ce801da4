"""From evidence to the tables of the fieldwork."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.options import checked
from veche.analyses._shared.places import (
    ALL,
    BRANCHES,
    known_interviews,
    place_name,
    role_label,
    row_label,
    visited,
    wave_named,
)
from veche.analyses._shared.remarks import left_out
from veche.analyses.fieldwork.finding import finding
from veche.analyses.fieldwork.panel import KINDS, Classified, classify
from veche.study.evidence import Evidence
from veche.study.places import Town, Wave
from veche.study.result import Result
from veche.words import _, ngettext

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.fieldwork import Params


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the tables ``fieldwork`` (town x wave), ``roles`` (town x wave x role) and ``missing``.

    Raises
    ------
    NotFound
        If the named wave has no interview.
    """
    chosen = checked(params)
    interviews = known_interviews(evidence)
    towns, waves = visited(evidence, interviews)
    if chosen.after:
        wave_named(waves, chosen.after)
    classified = classify(evidence, interviews, waves)
    main = _main(evidence, classified, towns, waves)
    missing = _missing(evidence, classified, towns, waves)
    return Result(
        tables={"fieldwork": main, "roles": _roles(evidence, classified, towns, waves), "missing": missing},
        sentence=" ".join(finding(main, missing, waves, chosen.after)),
        evidence=evidence,
        notes=_notes(evidence, classified),
    )


COLUMNS = (
    "town", "place", "wave", "interviews", "respondents", *KINDS, "before", "again", "lost", "attrition",
    "interview_keys", "lost_keys", "reason",
)  # fmt: skip


def _main(
    evidence: Evidence, classified: Sequence[Classified], towns: Sequence[Town], waves: Sequence[Wave]
) -> pd.DataFrame:
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for wave in range(len(waves)):
        of_towns = [_cell(evidence, classified, town, waves, wave) for town in towns]
        rows.append(_sum(of_towns, waves[wave], classified, wave))
        rows.extend(of_towns)
    order = {key: place for place, key in enumerate((ALL, *(town.key for town in towns)))}
    rows.sort(key=lambda row: order[row["town"]])
    index = [row_label(row["town"], row["wave"]) for row in rows]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), index=pd.Index(index, name="row", dtype=object))
    counts = ("interviews", "respondents", *KINDS, "before", "again", "lost")
    return frame.astype(dict.fromkeys(counts, "int64") | {"attrition": "float64"})


def _cell(
    evidence: Evidence, classified: Sequence[Classified], town: Town, waves: Sequence[Wave], wave: int
) -> dict[str, Any]:
    here = [one for one in classified if one.interview.town_id == town.id]
    now = [one for one in here if one.wave == wave]
    earlier = max((one.wave for one in here if one.wave < wave), default=None)
    before = {one.interview.respondent_id for one in here if one.wave == earlier} if now else set()
    present = {one.interview.respondent_id for one in now}
    kinds = Counter(one.kind for one in now)
    keys = {one.id: one.key for one in evidence.respondents}
    if not now:
        reason = _("not visited in this wave")
    else:
        reason = "" if earlier is not None else _("first visit: nobody to come back to")
    return {
        "town": town.key, "place": town.name, "wave": waves[wave].key,
        "interviews": len(now), "respondents": len(present), **{kind: kinds[kind] for kind in KINDS},
        "before": len(before), "again": len(before & present), "lost": len(before - present),
        "attrition": len(before - present) / len(before) if before else math.nan,
        "interview_keys": ", ".join(one.interview.key for one in now),
        "lost_keys": ", ".join(sorted(keys.get(who, who) for who in before - present)),
        "reason": reason,
    }  # fmt: skip


def _sum(rows: Sequence[dict[str, Any]], wave: Wave, classified: Sequence[Classified], at: int) -> dict[str, Any]:
    """Sum the towns of a wave; people are lost to a town, so someone who moved is lost to one and new to the other."""
    total = {name: sum(row[name] for row in rows) for name in ("interviews", *KINDS, "before", "again", "lost")}
    return {
        **total,
        "town": ALL, "place": place_name((), ALL), "wave": wave.key,
        "respondents": len({one.interview.respondent_id for one in classified if one.wave == at}),
        "attrition": total["lost"] / total["before"] if total["before"] else math.nan,
        "interview_keys": ", ".join(row["interview_keys"] for row in rows if row["interview_keys"]),
        "lost_keys": ", ".join(row["lost_keys"] for row in rows if row["lost_keys"]),
        "reason": "" if total["before"] else _("first visit: nobody to come back to"),
    }  # fmt: skip


def _roles(
    evidence: Evidence, classified: Sequence[Classified], towns: Sequence[Town], waves: Sequence[Wave]
) -> pd.DataFrame:
    import pandas as pd

    order = sorted(evidence.roles, key=lambda role: (role.position, role.key))
    cells: dict[tuple[str, str, str], list[str]] = {}
    for one in classified:
        interview = one.interview
        cells.setdefault((interview.town_id, interview.wave_id, interview.role_id), []).append(interview.key)
        cells.setdefault((ALL, interview.wave_id, interview.role_id), []).append(interview.key)
    rows: list[dict[str, Any]] = []
    unknown = sorted({role_id for _town, _wave, role_id in cells} - {role.id for role in order})
    for town_id, town_key, name in [
        (ALL, ALL, place_name((), ALL)),
        *((town.id, town.key, town.name) for town in towns),
    ]:
        for wave in waves:
            for role_id in [*(role.id for role in order), *unknown]:
                keys = cells.get((town_id, wave.id, role_id))
                if keys:
                    role = evidence.role_by_id.get(role_id)
                    rows.append(
                        {
                            "town": town_key, "place": name, "wave": wave.key, "role": role.key if role else role_id,
                            "role_name": role_label(role), "branch": role.branch if role else "other",
                            "interviews": len(keys), "interview_keys": ", ".join(keys),
                        }
                    )  # fmt: skip
    columns = ["town", "place", "wave", "role", "role_name", "branch", "interviews", "interview_keys"]
    index = [row_label(row["town"], row["wave"], row["role"]) for row in rows]
    frame = pd.DataFrame(rows, columns=columns, index=pd.Index(index, name="row", dtype=object))
    return frame.astype({"interviews": "int64"})


def _missing(
    evidence: Evidence, classified: Sequence[Classified], towns: Sequence[Town], waves: Sequence[Wave]
) -> pd.DataFrame:
    import pandas as pd

    present: dict[tuple[str, int], set[str]] = {}
    for one in classified:
        role = evidence.role_by_id.get(one.interview.role_id)
        present.setdefault((one.interview.town_id, one.wave), set()).add(role.branch if role else "other")
    rows: list[dict[str, Any]] = []
    for town in towns:
        for at, wave in enumerate(waves):
            here = present.get((town.id, at))
            for branch in BRANCHES if here is not None else ():
                if branch == "other" or branch in (here or ()):
                    continue
                elsewhere = [t.name for t in towns if t.id != town.id and branch in present.get((t.id, at), ())]
                otherwise = [w.key for w_at, w in enumerate(waves) if branch in present.get((town.id, w_at), ())]
                if elsewhere or otherwise:
                    rows.append(
                        {
                            "town": town.key, "place": town.name, "wave": wave.key, "branch": branch,
                            "branch_name": _(BRANCHES[branch]), "other_towns": len(elsewhere),
                            "in_towns": ", ".join(elsewhere), "in_waves": ", ".join(otherwise),
                        }
                    )  # fmt: skip
    columns = ["town", "place", "wave", "branch", "branch_name", "other_towns", "in_towns", "in_waves"]
    index = [row_label(row["town"], row["wave"], row["branch"]) for row in rows]
    frame = pd.DataFrame(rows, columns=columns, index=pd.Index(index, name="row", dtype=object))
    return frame.astype({"other_towns": "int64"})


def _notes(evidence: Evidence, classified: Sequence[Classified]) -> tuple[str, ...]:
    notes = [
        _(
            "These numbers rest on interviews, so no cell leads to quotations; the keys of the interviews stand in "
            "the tables."
        )
    ]
    by_role = sum(not one.interview.post.strip() for one in classified)
    if by_role:
        notes.append(
            ngettext(
                "{n} interview names no post: the role stands for it, which cannot tell two holders of like posts "
                "apart.",
                "{n} interviews name no post: the role stands for it, which cannot tell two holders of like posts "
                "apart.",
                by_role,
            ).format(n=by_role)
        )
    return (*notes, *left_out(evidence, [one.interview for one in classified]))

"""What people themselves say of an event from above: statements of interference, and codings, told before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.codes import rows_named
from veche.analyses._shared.parties import day_number
from veche.analyses._shared.places import row_label
from veche.analyses._shared.relations import SIDE_NAMES, SIDES, side_of
from veche.analyses.intervention.cases import Case, Cases
from veche.words import N_, _, language

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "town", "place", "event", "event_title", "account", "account_name", "told_before", "told_after", "reporters_before",
    "reporters_after", *(f"after_{side}" for side in SIDES), "denied", "reason",
)  # fmt: skip
STATEMENTS = "interference"
NOBODY = N_("nobody speaks of it")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing somebody says: id of the statement or coding, respondent, side, and whether it denies."""

    source_id: str
    respondent: str
    side: str
    after: bool
    denied: bool


def told(cases: Cases, case: Case, account: str) -> list[Told]:
    """List what is said in the town of an event on one account: a code's key, or `STATEMENTS`."""
    evidence, roles = cases.evidence, cases.evidence.role_by_id
    found = []
    if account == STATEMENTS:
        relations = cases.relations
        seen: set[str] = set()
        for k in np.flatnonzero(relations.town == case.number).tolist():
            statement, talk = relations.statements[k], relations.interviews[k]
            above = relations.kinds[k].key == "interference" or (
                relations.kinds[k].family == "coercion" and "above" in relations.branches[k][0]
            )
            if above and statement.id not in seen:
                seen.add(statement.id)
                side = side_of(roles.get(talk.role_id))
                found.append(Told(statement.id, talk.respondent_id, side, day_number(talk.date) >= case.day, False))
        return found
    ids = rows_named(evidence, [account], below=True)[0].ids
    for coding, talk in evidence.counted():
        if coding.code_id in ids and talk.town_id == case.town.id and coding.modality != "hypothetical":
            side = side_of(roles.get(talk.role_id))
            after = day_number(talk.date) >= case.day
            found.append(Told(coding.id, talk.respondent_id, side, after, coding.modality == "denied"))
    return found


def accounts_of(cases: Cases) -> tuple[tuple[str, str], ...]:
    """List the accounts: interference as told in statements, then the codes in use below those asked for."""
    evidence = cases.evidence
    used = {coding.code_id for coding, _talk in evidence.counted()}
    keys: list[str] = []
    for key in cases.params.codes:
        top = evidence.codebook.by_key.get(key)
        if top is not None:
            keys += [code.key for code in evidence.codebook.below(top) if code.codable and code.id in used]
    names = [(key, evidence.codebook.by_key[key].label(language())) for key in dict.fromkeys(keys)]
    return (STATEMENTS, _("Statements: acts of coercion or interference from above")), *names


def table(cases: Cases) -> pd.DataFrame:
    """Make the table of accounts."""
    import pandas as pd

    rows = [_row(cases, case, key, name) for case in cases.cases for key, name in accounts_of(cases)]
    index = [row_label(row["event"], row["town"], row["account"]) for row in rows]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), index=pd.Index(index, name="row", dtype=object))
    counts = [name for name in COLUMNS if name.startswith(("told_", "reporters_", "after_")) or name == "denied"]
    return frame.astype(dict.fromkeys(counts, "int64"))


def _row(cases: Cases, case: Case, key: str, name: str) -> dict[str, Any]:
    found = told(cases, case, key)
    said = [one for one in found if not one.denied]
    before, after = [one for one in said if not one.after], [one for one in said if one.after]
    return {
        "event": case.event.key, "event_title": case.event.title, "town": case.town.key, "place": case.town.name,
        "account": key, "account_name": name, "told_before": len(before), "told_after": len(after),
        "reporters_before": len({one.respondent for one in before}),
        "reporters_after": len({one.respondent for one in after}),
        **{f"after_{side}": sum(one.side == side for one in after) for side in SIDES},
        "denied": len(found) - len(said), "reason": "" if found else _(NOBODY),
    }  # fmt: skip


__all__ = ["SIDE_NAMES", "accounts_of", "table", "told"]

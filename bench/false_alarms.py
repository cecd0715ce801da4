"""How often studies in which nothing changes are told to have changed, over many seeds of the fictional study.

    python bench/false_alarms.py --seeds 200 --out false_alarms.csv

For every seed the fictional study without change is made, and each analysis that states a change, or a deviation, is
asked. An alarm is any such verdict in the whole study: one false one among all towns and rows is enough. The share of
studies with an alarm is printed with Wilson's interval. `coalitions` and `power` describe and test nothing; of coalitions
the studies are counted in which one is seen to end at odds.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Mapping
from pathlib import Path

from veche.analyses.business import business
from veche.analyses.claims import claims
from veche.analyses.coalitions import coalitions
from veche.analyses.informants import informants
from veche.analyses.interaction_models import interaction_models
from veche.analyses.intervention import intervention
from veche.analyses.managerial import managerial
from veche.analyses.motivation import motivation
from veche.analyses.problem_field import problem_field
from veche.analyses.ties import ties
from veche.analyses.turbulence import turbulence
from veche.demo import make_demo
from veche.measures.proportions import wilson
from veche.study import Evidence, Record, StudyInfo

#: fields of evidence by the noun of the records in them
FIELDS = {
    "region": "regions", "town": "towns", "wave": "waves", "role": "roles", "topic": "topics", "respondent": "respondents",
    "interview": "interviews", "document": "documents", "code": "codes", "coder": "coders", "coding": "codings",
    "kind of statement": "kinds", "statement": "statements", "actor": "actors", "office": "offices", "tenure": "tenures",
    "event": "events", "attribute": "attributes", "memo": "memos", "consent mark": "consent_marks",
    "publication": "publications", "alias": "aliases",
}  # fmt: skip
MOVED = ("risen", "fallen")
TURNED = ("warmer", "colder")
#: bootstrap draws; a verdict needs an exact test besides
DRAWS = 200


def evidence(seed: int) -> Evidence:
    """Make the study without change as evidence, without a database."""
    study = make_demo("en", seed=seed, null=True)
    found: dict[str, list[Record]] = {name: [] for name in FIELDS.values()}
    for record in study.records:
        if not isinstance(record, StudyInfo):
            found[FIELDS[record.noun]].append(record)
    info = next(record for record in study.records if isinstance(record, StudyInfo))
    return Evidence(
        study=info, texts={text.id: text for text in study.texts}, **{k: tuple(v) for k, v in found.items()}
    )


def alarms(study: Evidence) -> Mapping[str, bool]:
    """Ask every analysis for a change."""
    return {
        **_claims(study), **_scores(study), **_field(study), **_relations(study), **_turbulence(study), **_informants(study),
        **_coalitions(study),
    }  # fmt: skip


def _claims(study: Evidence) -> dict[str, bool]:
    checks = claims(study, leave_out=False, resamples=DRAWS).tables["checks"]
    # what stays or is present is no change
    change = checks[checks["expected"].isin(["rises", "falls", "new"])]
    found = {
        "claims, any check of change": bool((change["verdict"] == "supported").any()),
        "claims, over all claims": bool((change["over_all"] == "supported").any()),
    }
    for claim in sorted(change["claim_id"].unique()):
        rows = change[change["claim_id"] == claim]
        found[f"claim {claim}"] = bool((rows["verdict"] == "supported").any())
    return found


def _scores(study: Evidence) -> dict[str, bool]:
    found = {}
    for name, ask, table in (
        ("motivation", motivation, "split"),
        ("managerial", managerial, "changes"),
        ("business", business, "changes"),
    ):
        moved = ask(study, resamples=DRAWS).tables[table]
        found[f"{name}, all towns"] = _moved(moved, together=True)
        found[f"{name}, single towns"] = _moved(moved, together=False)
    return found


def _moved(table: object, *, together: bool) -> bool:
    import pandas as pd

    assert isinstance(table, pd.DataFrame)
    # one family for each pair of waves: the pair with most interviews is the one spoken of
    rows = table[(table["before"] == "1") & (table["after"] == "2") & ((table["town"] == "*") == together)]
    return bool(rows["verdict"].isin(MOVED).any())


def _field(study: Evidence) -> dict[str, bool]:
    table = problem_field(study, resamples=DRAWS).tables["change"]
    # what the calendar makes possible is new in any study
    rows = table[(table["before"] == "1") & (table["after"] == "2") & table["p_adjusted"].notna()]
    changed = rows["verdict"].isin(["new", "vanished", *MOVED])
    return {
        "problem field, all towns": bool((changed & (rows["town"] == "*")).any()),
        "problem field, single towns": bool((changed & (rows["town"] != "*")).any()),
    }


def _relations(study: Evidence) -> dict[str, bool]:
    # the draws are those of the tests as well: with fewer of them no adjusted p-value could reach the level
    tied = ties(study).tables["tie_change"]["verdict"]
    models = interaction_models(study).tables["change"]
    stopped = intervention(study).table["verdict"]
    changed = models["verdict"] == "changed"
    return {
        "ties": bool(tied.isin(TURNED).any()),
        "interaction models, ways": bool((changed & (models["compared"] == "models")).any()),
        "interaction models, tone": bool((changed & (models["compared"] == "tone")).any()),
        "intervention": bool(stopped.isin(TURNED).any()),
    }


def _turbulence(study: Evidence) -> dict[str, bool]:
    return {"turbulence": bool((turbulence(study, resamples=50).table["beyond"] == "beyond chance").any())}


def _informants(study: Evidence) -> dict[str, bool]:
    found = informants(study, sensitivity=False).tables
    # heads speak better of themselves in every study, with change or without: who never would say "weak" says the next best
    heads = found["groups"].loc[found["groups"].index == "self", "group"].tolist()
    groups = found["groups"][found["groups"].index != "self"]
    people = found["reporters"][~found["reporters"]["group"].isin(heads)]
    return {
        f"informants, {name} but heads": bool(table["verdict"].isin(["higher", "lower"]).any())
        for name, table in (("groups", groups), ("reporters", people))
    }


def _coalitions(study: Evidence) -> dict[str, bool]:
    return {
        "coalitions, seen to end at odds": bool((coalitions(study, resamples=50).table["ending"] == "at odds").any())
    }


def main() -> None:
    """Ask as many studies as wanted and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=1, help="first seed")
    parser.add_argument("--out", type=Path, help="write one row per seed to this CSV file")
    given = parser.parse_args()
    rows, begun = [], time.process_time()
    for seed in range(given.first, given.first + given.seeds):
        rows.append({"seed": seed, **alarms(evidence(seed))})
        if given.out:
            with given.out.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
    for name in rows[0]:
        if name != "seed":
            count = sum(bool(row[name]) for row in rows)
            bounds = wilson(count, len(rows))
            print(f"{name:34} {count:4} of {len(rows)}  {count / len(rows):.3f}  [{bounds.low:.3f}, {bounds.high:.3f}]")
    print(f"processor time {time.process_time() - begun:.0f} s")


if __name__ == "__main__":
    main()

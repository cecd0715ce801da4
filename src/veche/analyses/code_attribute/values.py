"""Values of an attribute for interviews, in the order in which people expect them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from veche.analyses._shared.places import BRANCHES, ordered_towns, ordered_waves, role_label
from veche.study.errors import NotFound
from veche.study.evidence import Evidence
from veche.study.interviews import Interview
from veche.words import N_, _

STANDINGS = {
    "leader": N_("leader"),
    "member": N_("member of the team"),
    "outsider": N_("outsider"),
    "unknown": N_("not known"),
}
LANGUAGES = {"ru": N_("Russian"), "en": N_("English")}


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its key, its name for people, and the interviews that have it."""

    key: str
    label: str
    interviews: frozenset[str]
    #: the coder whose codings are meant; empty: every coder's
    coder: str = ""


def values_of(evidence: Evidence, interviews: Sequence[Interview], attribute: str) -> tuple[Value, ...]:
    """List the values of an attribute that occur, with their interviews.

    Built-in: town, region, wave, role, branch, respondent, language, standing, coder. Any other name is that of an
    `Attribute`: the value of the interview counts, else that of its documents, its respondent, its town, its region;
    a value of the wave before one of all waves. Interviews without a value belong to none.

    Raises
    ------
    NotFound
        If there is no such attribute; the message names those of the study.
    """
    if attribute == "coder":
        return _coders(evidence, interviews)
    built_in = _built_in(evidence)
    if attribute in built_in:
        names, value = built_in[attribute]
        found: dict[str, set[str]] = {}
        for one in interviews:
            if (key := value(one)) is not None:
                found.setdefault(key, set()).add(one.id)
        order = [*(key for key in names if key in found), *sorted(key for key in found if key not in names)]
        return tuple(Value(key, names.get(key, key), frozenset(found[key])) for key in order)
    return _named(evidence, interviews, attribute)


def _built_in(
    evidence: Evidence,
) -> dict[str, tuple[Mapping[str, str], Callable[[Interview], str | None]]]:
    towns, waves, roles = evidence.town_by_id, evidence.wave_by_id, evidence.role_by_id
    regions = {region.id: region for region in evidence.regions}
    respondents = evidence.respondent_by_id

    def region(one: Interview) -> str | None:
        town = towns.get(one.town_id)
        found = regions.get(town.region_id or "") if town else None
        return found.key if found else None

    def key_of(records: Mapping[str, object], name: str) -> Callable[[Interview], str | None]:
        return lambda one: getattr(records.get(getattr(one, name)), "key", None)

    return {
        "town": ({town.key: town.name for town in ordered_towns(evidence)}, key_of(towns, "town_id")),
        "region": ({one.key: one.name for one in sorted(evidence.regions, key=lambda one: one.key)}, region),
        "wave": ({wave.key: wave.label or wave.key for wave in ordered_waves(evidence)}, key_of(waves, "wave_id")),
        "role": (
            {role.key: role_label(role) for role in sorted(evidence.roles, key=lambda role: (role.position, role.key))},
            key_of(roles, "role_id"),
        ),
        "branch": (
            {key: _(name) for key, name in BRANCHES.items()},
            lambda one: getattr(roles.get(one.role_id), "branch", None),
        ),
        "respondent": (
            {one.key: one.key for one in sorted(evidence.respondents, key=lambda one: one.key)},
            key_of(respondents, "respondent_id"),
        ),
        "language": ({key: _(name) for key, name in LANGUAGES.items()}, lambda one: one.language),
        "standing": ({key: _(name) for key, name in STANDINGS.items()}, lambda one: one.standing),
    }


def _coders(evidence: Evidence, interviews: Sequence[Interview]) -> tuple[Value, ...]:
    here = {one.id for one in interviews}
    coded: dict[str, set[str]] = {}
    for coding, interview in evidence.counted():
        if interview.id in here:
            coded.setdefault(coding.coder_id, set()).add(interview.id)
    coders = sorted((coder for coder in evidence.coders if coder.id in coded), key=lambda coder: coder.key)
    return tuple(Value(coder.key, coder.name or coder.key, frozenset(coded[coder.id]), coder.id) for coder in coders)


def _named(evidence: Evidence, interviews: Sequence[Interview], name: str) -> tuple[Value, ...]:
    values: dict[tuple[str, str | None], set[str]] = {}
    for one in evidence.attributes:
        if one.name == name:
            values.setdefault((one.target_id, one.wave_id), set()).add(one.value)
    if not values:
        known = sorted({one.name for one in evidence.attributes})
        raise NotFound(
            N_("There is no attribute {name}. Give one of {built_in}, or one of the study: {known}."),
            name=name,
            built_in=", ".join([*_built_in(evidence), "coder"]),
            known=", ".join(known) or "–",
        )
    documents: dict[str, list[str]] = {}
    for document in evidence.documents:
        documents.setdefault(document.interview_id or "", []).append(document.id)
    found: dict[str, set[str]] = {}
    for interview in interviews:
        town = evidence.town_by_id.get(interview.town_id)
        levels: list[Iterable[str]] = [
            [interview.id], documents.get(interview.id, []), [interview.respondent_id], [interview.town_id],
            [town.region_id or ""] if town else [],
        ]  # fmt: skip
        for value in _nearest(values, levels, interview.wave_id):
            found.setdefault(value, set()).add(interview.id)
    return tuple(Value(value, value, frozenset(found[value])) for value in sorted(found))


def _nearest(values: dict[tuple[str, str | None], set[str]], levels: list[Iterable[str]], wave_id: str) -> set[str]:
    """Values at the first level that has any, those of the wave before those of all waves."""
    for targets in levels:
        for wave in (wave_id, None):
            here = set().union(*(values.get((target, wave), set()) for target in targets))
            if here:
                return here
    return set()

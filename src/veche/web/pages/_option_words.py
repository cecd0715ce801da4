"""Words for the choices of an analysis: what stands behind their short names, which the command line and notebooks use."""

from __future__ import annotations

from veche.web.labels import CHOICES
from veche.words import N_, _

#: name of an option -> its choice -> words
WORDS: dict[str, dict[str, str]] = {
    "view": {
        "timeline": N_("coalitions in time"), "survival": N_("how long they last"), "members": N_("members from wave to wave"),
        "cases": N_("cases and cut-offs"), "solutions": N_("solutions side by side"), "truth": N_("truth table"),
        "venn": N_("rows as areas"), "ambiguity": N_("terms and models"), "flow": N_("cases, terms, outcome"),
    },
    "early": {"truncate": N_("observed from then on"), "drop": N_("they are left out")},
    "unit": {"overlap": N_("passages overlap"), "near": N_("passages are near each other")},
    "measure": {"words": N_("words"), "characters": N_("characters")},
    "modality": {"any": N_("all of them")},
    "time": {
        "present": N_("told in it, of its own time"), "event": N_("of its time, whenever told"), "telling": N_("all told in it"),
    },
    "undated": {"telling": N_("as of the day of telling"), "leave": N_("they are left out")},
    "groups": {"speaker": N_("by distance to the head"), "branch": N_("by branch")},
    "sampler": {"gibbs": N_("built in (Gibbs)"), "nuts": N_("NUTS, with numpyro")},
    "kinds": CHOICES["kind_event"],
    "holder": {"head": N_("the head"), "team": N_("the head's team"), "deputies": N_("the deputies"), "firm": N_("the firm")},
    "level": {"leaves": N_("codes without codes below them"), "children": N_("codes directly below the root")},
    "windows": {"waves": N_("times of the waves"), "equal": N_("windows of equal width")},
    "drawn": {"network": N_("networks"), "matrix": N_("matrices")},
    "step": {"wave": N_("waves"), "year": N_("years"), "half-year": N_("half-years")},
}  # fmt: skip


def option_word(name: str, value: str) -> str:
    """Return the words for a choice in the language in use; without own words, those of its name."""
    return _(WORDS.get(name, {}).get(value, value))

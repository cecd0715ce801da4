"""Words for the fixed choices of records: kinds of towns, consent, levels, standing."""

from __future__ import annotations

from veche.words import N_, _

#: for each field: value -> label
CHOICES: dict[str, dict[str, str]] = {
    "kind_town": {"town": N_("town"), "district": N_("district"), "urban_okrug": N_("urban okrug")},
    "consent": {"quote": N_("may be quoted"), "paraphrase": N_("may be retold"), "background": N_("background only")},
    "archive": {"open": N_("open archive"), "restricted": N_("closed archive"), "no": N_("not archived")},
    "standing": {
        "leader": N_("head"), "member": N_("in the head's team"), "outsider": N_("outside the head's team"),
        "unknown": N_("not known"),
    },
    "level": {
        "municipal": N_("municipal"), "regional": N_("regional"), "federal": N_("federal"), "none": N_("no level"),
    },
    "branch": {
        "executive": N_("executive"), "legislative": N_("legislative"), "business": N_("business"),
        "political": N_("political parties"), "media": N_("media"), "civic": N_("civic"), "expert": N_("experts"),
        "other": N_("other"),
    },
    "language": {"ru": N_("Russian"), "en": N_("English")},
    "kind_actor": {
        "person": N_("person"), "body": N_("body of power"), "firm": N_("firm"), "group": N_("group"), "level": N_("level of power"),
    },
    "kind_event": {
        "election": N_("election"), "change_of_head": N_("change of head"), "change_of_governor": N_("change of governor"),
        "change_of_owner": N_("change of owner"), "intervention": N_("intervention"), "merger": N_("merger of municipalities"),
        "conflict": N_("conflict"), "other": N_("other"),
    },
    "kind_code": {
        "group": N_("heading"), "problem": N_("problem"), "motive": N_("motive"), "scale": N_("scale"), "indicator": N_("indicator"),
        "demand": N_("demand"), "leadership": N_("leadership"), "actor": N_("kind of actor"), "resource": N_("resource"),
        "technique": N_("technique"), "relation_model": N_("model of relations"), "coalition": N_("coalition type"),
        "regime": N_("regime"), "outcome": N_("kind of outcome"), "business_model": N_("business model"),
        "intervention": N_("intervention"), "institution": N_("institution"), "event": N_("kind of event"), "other": N_("other code"),
    },
    "family": {
        "coercion": N_("coercion"), "hidden control": N_("hidden control"), "exchange": N_("exchange"), "cooperation": N_("cooperation"),
        "compliance": N_("compliance"), "opposition": N_("opposition"),
    },
    "modality": {"asserted": N_("asserted"), "denied": N_("denied"), "hypothetical": N_("hypothetical")},
    "certainty": {
        "first_hand": N_("first hand"), "second_hand": N_("from others"), "rumour": N_("rumour"), "inference": N_("inferred"),
        "unknown": N_("not said"),
    },
    "outcome": {
        "achieved": N_("achieved"), "partly": N_("partly achieved"), "failed": N_("failed"), "unknown": N_("not said"),
    },
    "cause": {
        "definition": N_("definition of the code"), "overlooked": N_("overlooked"), "boundaries": N_("borders of the passage"),
        "reading": N_("another reading"), "mistake": N_("mistake"), "unknown": N_("not known"),
    },
    "kind_coder": {"human": N_("person"), "agreed": N_("agreed layer"), "suggestion": N_("suggestions of this computer")},
}  # fmt: skip


def label(field: str, value: str) -> str:
    """Return the label of a choice in the language in use; an unknown value as it is."""
    return _(CHOICES.get(field, {}).get(value, value))

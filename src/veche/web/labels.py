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
    "kind_coder": {"human": N_("person"), "agreed": N_("agreed layer"), "suggestion": N_("suggestions of this computer")},
}  # fmt: skip


def label(field: str, value: str) -> str:
    """Return the label of a choice in the language in use; an unknown value as it is."""
    return _(CHOICES.get(field, {}).get(value, value))

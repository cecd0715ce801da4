"""What the designs of agreement share: names of coefficients and designs, the columns of the table by code."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.codes import CodeRow
from veche.measures.agreement import Agreement, Resampling, side_by_side
from veche.study.errors import InputProblem
from veche.study.result import Grounds
from veche.words import N_, _

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.agreement import Params

#: coefficient of the options -> its name for people
NAMES: Mapping[str, str] = {
    "alpha": N_("Krippendorff's alpha"), "cohen_kappa": N_("Cohen's kappa"), "scott_pi": N_("Scott's pi"),
    "fleiss_kappa": N_("Fleiss' kappa"), "conger_kappa": N_("Conger's kappa"), "light_kappa": N_("Light's kappa"),
    "gwet_ac1": N_("Gwet's AC1"), "brennan_prediger": N_("Brennan and Prediger's kappa"), "bennett_s": N_("Bennett's S"),
    "randolph_kappa": N_("Randolph's kappa"), "percent": N_("share of agreement"), "holsti": N_("Holsti's coefficient"),
    "u_alpha": N_("Krippendorff's u-alpha"), "segment_percent": N_("share of segments matched"),
    "segment_kappa": N_("kappa of segments (Brennan and Prediger)"), "character_kappa": N_("Cohen's kappa on characters"),
    "character_percent": N_("share of characters"), "jaccard": N_("Jaccard share of characters"), "dice": N_("Dice share of characters"),
}  # fmt: skip

#: design -> its first coefficient and all that fit
FITTING: Mapping[str, tuple[str, ...]] = {
    "given": (
        "alpha", "cohen_kappa", "scott_pi", "fleiss_kappa", "conger_kappa", "light_kappa", "gwet_ac1", "brennan_prediger",
        "bennett_s", "randolph_kappa", "percent", "holsti",
    ),
    "segment": ("u_alpha", "segment_percent", "segment_kappa"),
    "character": ("character_kappa", "character_percent", "jaccard", "dice"),
}  # fmt: skip

#: unit of the options -> the design in words, as every figure names it
DESIGNS: Mapping[str, str] = {
    "turn": N_("turns of talk as units"),
    "sentence": N_("sentences as units"),
    "document": N_("whole documents as units"),
    "segment": N_("free segments"),
    "character": N_("characters"),
}

Support = Callable[[str, Hashable, "str | None"], Grounds]


@dataclass(frozen=True)
class Found:
    """Tables of one design, the way back to the codings, and what is to be said of it."""

    tables: Mapping[str, pd.DataFrame]
    support: Support
    notes: tuple[str, ...] = ()


def design_words(unit: str) -> str:
    """Name the design in the language in use."""
    return _(DESIGNS[unit])


def main_coefficient(params: Params) -> str:
    """Return the coefficient that stands first.

    Raises
    ------
    InputProblem
        If it is not one of the design: figures of two designs would be mixed.
    """
    fitting = FITTING.get(params.unit, FITTING["given"])
    if params.coefficient == "usual":
        return fitting[0]
    if params.coefficient not in fitting:
        raise InputProblem(
            N_(
                "The coefficient {coefficient} belongs to another design than unit={unit}. Designs are not mixed: choose one of "
                "{known}."
            ),
            coefficient=params.coefficient,
            unit=params.unit,
            known=", ".join(fitting),
        )
    return params.coefficient


def resampling(params: Params) -> Resampling | None:
    """Return how intervals are made; None without them."""
    if not params.resamples:
        return None
    return Resampling(
        seed=params.seed,
        by="clusters" if params.by == "interviews" else "units",
        resamples=params.resamples,
        confidence=params.confidence,
    )


def check_rows(rows: Sequence[CodeRow]) -> tuple[CodeRow, ...]:
    """Check that no code belongs to two rows.

    Raises
    ------
    InputProblem
        If one lies below another that is counted with it.
    """
    owner: dict[str, str] = {}
    for one in rows:
        for code_id in one.ids:
            if code_id in owner:
                raise InputProblem(
                    N_(
                        "Codes {first} and {second} are counted with the codes below them and overlap. Choose one "
                        "of them."
                    ),
                    first=owner[code_id],
                    second=one.key,
                )
            owner[code_id] = one.key
    return tuple(rows)


def row_of_code(rows: Sequence[CodeRow]) -> dict[str, int]:
    """Return for each code the place of its row."""
    return {code_id: at for at, one in enumerate(rows) for code_id in one.ids}


def cells(main: Agreement, others: Mapping[str, Agreement]) -> dict[str, Any]:
    """Return the cells of one coefficient: value, interval, reasons, with those of others of the same design beside it."""
    side_by_side([main, *others.values()])
    interval = main.interval
    nan = float("nan")
    reasons = [main.reason] if main.reason is not None else [interval.reason] if interval and interval.reason else []
    return {
        "agreement": nan if main.value is None else main.value,
        "low": nan if interval is None or interval.low is None else interval.low,
        "high": nan if interval is None or interval.high is None else interval.high,
        **{name: nan if one.value is None else one.value for name, one in others.items()},
        "below_667": nan if interval is None else interval.below.get(0.667, nan),
        "below_8": nan if interval is None else interval.below.get(0.8, nan),
        "reason": " ".join(one.message(_) for one in reasons),
    }


def code_frame(rows: Sequence[CodeRow], columns: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return the table by code: a row for each, indexed by its key."""
    import pandas as pd

    index = pd.Index([one.key for one in rows], name="code", dtype=object)
    names = list(columns[0]) if columns else ["agreement"]
    made = {name: [one[name] for one in columns] for name in names}
    frame = pd.DataFrame({"label": [one.label for one in rows], **made}, index=index)
    if not columns:
        frame["agreement"] = frame["agreement"].astype(float)
    return frame

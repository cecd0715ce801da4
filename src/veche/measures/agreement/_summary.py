"""Coefficients on given units by name, and a table of several."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from veche.measures.agreement._alpha import krippendorff_alpha
from veche.measures.agreement._gwet import gwet_ac1, gwet_ac2
from veche.measures.agreement._kappa import cohen_kappa, conger_kappa, fleiss_kappa, light_kappa, scott_pi
from veche.measures.agreement._percent import bennett_s, brennan_prediger, holsti, percent, randolph_kappa
from veche.measures.agreement._resampling import Resampling
from veche.measures.agreement._result import Agreement, side_by_side
from veche.measures.agreement._units import Units, check_units
from veche.study.errors import N_, NotFound

#: from the name of a coefficient to its function of units (and `interval=`)
COEFFICIENTS: Mapping[str, Callable[..., Agreement]] = {
    "percent": percent,
    "holsti": holsti,
    "bennett_s": bennett_s,
    "brennan_prediger": brennan_prediger,
    "randolph_kappa": randolph_kappa,
    "scott_pi": scott_pi,
    "cohen_kappa": cohen_kappa,
    "cohen_kappa_linear": partial(cohen_kappa, weights="linear"),
    "cohen_kappa_quadratic": partial(cohen_kappa, weights="quadratic"),
    "fleiss_kappa": fleiss_kappa,
    "conger_kappa": conger_kappa,
    "light_kappa": light_kappa,
    "gwet_ac1": gwet_ac1,
    "gwet_ac2_linear": partial(gwet_ac2, weights="linear"),
    "gwet_ac2_quadratic": partial(gwet_ac2, weights="quadratic"),
    "alpha_nominal": krippendorff_alpha,
    "alpha_ordinal": partial(krippendorff_alpha, metric="ordinal"),
    "alpha_interval": partial(krippendorff_alpha, metric="interval"),
    "alpha_ratio": partial(krippendorff_alpha, metric="ratio"),
    "alpha_masi": partial(krippendorff_alpha, metric="masi"),
    "alpha_masi_dkpro": partial(krippendorff_alpha, metric="masi_dkpro"),
    "alpha_set_thirds": partial(krippendorff_alpha, metric="set_thirds"),
}

_FOR_TWO = ("percent", "cohen_kappa", "scott_pi", "gwet_ac1", "brennan_prediger", "alpha_nominal")
_FOR_MANY = ("percent", "fleiss_kappa", "conger_kappa", "gwet_ac1", "brennan_prediger", "alpha_nominal")


def coefficient(name: str) -> Callable[..., Agreement]:
    """Return a coefficient on given units by its name.

    Raises
    ------
    NotFound
        If there is none of that name.

    Examples
    --------
    >>> coefficient("alpha_interval")([[1, 1], [2, 3], [3, 3]]).value  # doctest: +ELLIPSIS
    0.827...
    """
    if name not in COEFFICIENTS:
        raise NotFound(
            N_("There is no coefficient {name!r} for given units. Use one of {known}."),
            name=name,
            known=", ".join(COEFFICIENTS),
        )
    return COEFFICIENTS[name]


def summary(
    units: Units | Any, *, names: Sequence[str] | None = None, interval: Resampling | None = None
) -> tuple[Agreement, ...]:
    """Give several coefficients on the same units, to be read together with the prevalence each of them carries.

    Parameters
    ----------
    units
        From `given_units`, or a table of shape (units, coders).
    names
        Which coefficients; without it a usual choice for two coders or for more.
    interval
        How to make intervals; none without it.

    Raises
    ------
    NotFound
        If there is no coefficient of a name.
    InputProblem
        If a coefficient does not fit the units.

    Examples
    --------
    >>> for one in summary([["a", "a"], ["a", "a"], ["a", "a"], ["a", "b"], ["a", "a"]]):
    ...     print(f"{one.coefficient:20} {one.value:6.3f}")
    percent               0.800
    cohen_kappa           0.000
    scott_pi             -0.111
    gwet_ac1              0.756
    brennan_prediger      0.600
    krippendorff_alpha    0.000
    """
    found = check_units(units)
    chosen = names if names is not None else _FOR_TWO if len(found.coders) == 2 else _FOR_MANY
    return side_by_side(coefficient(name)(found, interval=interval) for name in chosen)

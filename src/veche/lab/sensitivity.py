"""Which conditions matter: Sobol indices and Morris effects of replicate means, and what control loses without each mechanism."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from veche.lab.designs import Design, global_draws_kept, morris_sample, problem
from veche.lab.results import Results
from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    import pandas as pd


def sobol_indices(
    design: Design, values: NDArray[np.float64], *, seed: int = 1, confidence: float = 0.95
) -> pd.DataFrame:
    """Estimate Sobol indices: the share of the variance of an observable that a condition explains.

    Parameters
    ----------
    design
        A sample of `sobol_design`.
    values
        Replicate mean of the observable at each point, shape (points,); all points with the same draws.
    seed
        Of the bootstrap behind the intervals.

    Returns
    -------
    One row per condition: `first` (alone), `total` (with all interactions), half-widths `first_error` and `total_error` of their intervals.
    Estimates of small indices may fall a little below 0.

    Raises
    ------
    InputProblem
        If the design is another, a value is missing, or the observable does not vary.

    References
    ----------
    Sobol' 2001, Mathematics and Computers in Simulation 55, 271-280; Saltelli and others 2010.
    """
    import pandas as pd
    from SALib.analyze import sobol

    y = _checked(design, values, "sobol")
    with global_draws_kept(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of SALib's own pandas
        found = sobol.analyze(
            problem(design.varied),
            y,
            calc_second_order=bool(design.made["second_order"]),
            conf_level=confidence,
            seed=seed,
        )
    columns = {"first": "S1", "first_error": "S1_conf", "total": "ST", "total_error": "ST_conf"}
    rows = {name: np.asarray(found[key], dtype=float) for name, key in columns.items()}
    return pd.DataFrame(rows, index=pd.Index(design.varied, name="condition"))


def morris_effects(
    design: Design, values: NDArray[np.float64], *, seed: int = 1, confidence: float = 0.95
) -> pd.DataFrame:
    """Estimate Morris's elementary effects: how far an observable moves when one condition goes through its range.

    Parameters
    ----------
    design
        A sample of `morris_design`.
    values
        Replicate mean of the observable at each point, shape (points,).

    Returns
    -------
    One row per condition: `effect` (mean), `size` (mean of absolute values, for ranking), `spread` (standard deviation: interactions or curvature),
    `size_error` (half-width of the interval of `size`).

    Raises
    ------
    InputProblem
        As `sobol_indices`.
    """
    import pandas as pd
    from SALib.analyze import morris

    y = _checked(design, values, "morris")
    made: Any = design.made
    sample = morris_sample(design.varied, made["trajectories"], made["seed"], levels=made["levels"])
    with global_draws_kept(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = morris.analyze(
            problem(design.varied), sample, y, num_levels=made["levels"], conf_level=confidence, seed=seed
        )
    columns = {"effect": "mu", "size": "mu_star", "spread": "sigma", "size_error": "mu_star_conf"}
    rows: dict[str, Any] = {
        name: np.ma.filled(np.ma.asarray(found[key], dtype=float), np.nan) for name, key in columns.items()
    }
    return pd.DataFrame(rows, index=pd.Index(design.varied, name="condition"))


def indices_of(results: Results, design: Design, observable: str) -> pd.DataFrame:
    """Give the indices or effects of an observable of a finished experiment, by the kind of its design."""
    means = results.means()
    if observable not in results.observables:
        raise unknown_observable(observable)
    values = means[observable].to_numpy()
    return sobol_indices(design, values) if design.kind == "sobol" else morris_effects(design, values)


def unknown_observable(name: str) -> InputProblem:
    """Make the line for an observable that does not exist, with the nearest."""
    import difflib

    from veche.lab.observables import OBSERVED

    near = difflib.get_close_matches(name, OBSERVED, 3, 0.4)
    return InputProblem(
        N_("There is no observable {name}. Nearest: {near}."), name=name, near=", ".join(near or ("control", "tone", "turbulence"))
    )  # fmt: skip


def _checked(design: Design, values: NDArray[np.float64], kind: str) -> NDArray[np.float64]:
    y = np.asarray(values, dtype=float)
    if design.kind != kind:
        raise InputProblem(
            N_("This design is a {found}; the indices need a {kind} sample. Make one with {function}."),
            found=design.kind, kind=kind, function=f"lab.{kind}_design",
        )  # fmt: skip
    if y.shape != (len(design),):
        raise InputProblem(
            N_("There are {found} values for {points} points. Give the mean of each point."),
            found=y.size,
            points=len(design),
        )
    if np.isnan(y).any():
        raise InputProblem(
            N_("The observable has no value at {count} points of {points}. Use more runs, or another observable."),
            count=int(np.isnan(y).sum()), points=len(design),
        )  # fmt: skip
    if np.ptp(y) == 0:
        raise InputProblem(
            N_("The observable is the same at all points: there is no variance to explain. Choose another.")
        )
    return y

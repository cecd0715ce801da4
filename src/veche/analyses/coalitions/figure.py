"""The three figures of coalitions: in time, how long they last, who is in them from wave to wave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.study.result import Result

if TYPE_CHECKING:
    from veche.analyses.coalitions import Params


def figure(result: Result) -> Any:
    """Draw the view that the options ask for.

    Returns
    -------
    altair.LayerChart
        Bars of coalitions over the years; curves of survival; or flows of members between waves.
    """
    from veche.analyses.coalitions import Params
    from veche.analyses.coalitions.drawn_flows import flows
    from veche.analyses.coalitions.drawn_survival import curves
    from veche.analyses.coalitions.drawn_time import timeline

    params: Params = result.params or Params()
    draw = {"survival": curves, "members": flows}.get(params.view, timeline)
    return draw(result)

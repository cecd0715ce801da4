"""Which waves are compared, and which comparison is spoken of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from veche.analyses._shared.places import wave_named
from veche.study.errors import InputProblem
from veche.study.interviews import Interview
from veche.study.places import Wave
from veche.words import N_

#: places of two waves in the list of waves: earlier, later
Pair = tuple[int, int]


def compared_waves(
    waves: Sequence[Wave], interviews: Iterable[Interview], before: str, after: str
) -> tuple[tuple[Pair, ...], Pair | None]:
    """List the pairs of waves to compare, and the one to speak of.

    All consecutive waves with interviews, and the named pair. Unless one is named, the pair to speak of is the
    consecutive one whose smaller wave has most interviews, the earlier in a tie.

    Raises
    ------
    InputProblem
        If only one wave is named, or the same wave twice.
    NotFound
        If a named wave has no interview.
    """
    pairs = [(one, one + 1) for one in range(len(waves) - 1)]
    if bool(before) != bool(after):
        raise InputProblem(
            N_("Only one wave of the comparison is named ({wave}). Name both, before and after, or neither."),
            wave=before or after,
        )
    if before:
        chosen = (wave_named(waves, before), wave_named(waves, after))
        if chosen[0] == chosen[1]:
            raise InputProblem(N_("Both waves of the comparison are {wave}. Name two different waves."), wave=before)
        return (*pairs, *((chosen,) if chosen not in pairs else ())), chosen
    sizes = Counter(one.wave_id for one in interviews)
    main = max(pairs, key=lambda pair: (min(sizes[waves[place].id] for place in pair), -pair[0]), default=None)
    return tuple(pairs), main

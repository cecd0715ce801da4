"""Which codes fit a passage: by the definition of the code, and by what was coded before.

From the first minute the words of a code (label, definition, example) are compared with the passage. Once a code stands on about ten passages, a
linear classifier learns it from them. Both see lemmas only. How good they are is measured on interviews that were held out.

Not measured is how often a code was overlooked by the person too: whatever he or she did not code counts as wrong.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.study.errors import N_, InputProblem
from veche.text.weights import Weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

#: passages with a code from which it is learned
ENOUGH_PASSAGES = 10
#: interviews in which they must stand, so that one can be held out
ENOUGH_INTERVIEWS = 2
#: parts into which the interviews are dealt to measure precision
FOLDS = 5
#: a definition less alike to a passage than this is not suggested
ALIKE = 0.16
#: lemmas that a passage and a definition must share: one alone is mostly chance
SHARED = 2
#: after so many suggestions of which fewer than `HOPELESS` were right, a definition suggests no more
ENOUGH_TRIED, HOPELESS = 20, 0.1
#: definitions suggested for one passage at most
BEST_DEFINITIONS = 2


def can_learn() -> bool:
    """Is scikit-learn installed, which learns from codings?"""
    return importlib.util.find_spec("sklearn") is not None


def definition_scores(weights: Weights, definitions: Sequence[Sequence[str]]) -> Floats:
    """Compare every passage with every definition.

    Returns
    -------
    array, passages × definitions
        Cosine of the two vectors, 0 to 1; 0 where fewer than `SHARED` lemmas are in common.
    """
    import numpy as np
    from scipy.sparse import vstack

    if not definitions:
        return np.zeros((weights.matrix.shape[0], 0))
    rows = vstack([weights.row(one) for one in definitions], format="csr")
    scores: Floats = (weights.matrix @ rows.T).toarray()
    shared = ((weights.matrix > 0).astype(float) @ (rows > 0).astype(float).T).toarray()
    scores[shared < SHARED] = 0.0
    return np.clip(scores, 0.0, 1.0)


def by_definition(scores: Floats, *, alike: float = ALIKE, best: int = BEST_DEFINITIONS) -> Mask:
    """Choose for each passage the definitions that are alike enough, at most the `best` most alike."""
    import numpy as np

    if not scores.shape[1]:
        return np.zeros(scores.shape, dtype=bool)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :best]
    chosen = np.zeros(scores.shape, dtype=bool)
    np.put_along_axis(chosen, order, True, axis=1)
    return chosen & (scores >= alike)


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What was learned of one code: a weight for each lemma, and where the border lies."""

    weights: Floats
    border: float

    def scores(self, matrix: Any) -> Floats:
        """Return the distance of each row from the border: above 0 the code fits."""
        found: Floats = matrix @ self.weights + self.border
        return found


def learn(matrix: Any, coded: Mask) -> Learned:
    """Learn a code from passages with and without it: a linear support vector machine with balanced classes.

    Parameters
    ----------
    matrix
        Passages as rows.
    coded
        Which of them have the code; both kinds must occur.

    Raises
    ------
    InputProblem
        If scikit-learn is missing, or all passages are of one kind.
    """
    import numpy as np

    if not can_learn():
        raise InputProblem(
            N_(
                "Learning from codings needs the package {name}, which is not installed. Install it with: pip install 'veche[suggest]'."
            ),
            name="scikit-learn",
        )
    if coded.all() or not coded.any():
        raise InputProblem(
            N_("All {count} passages are of one kind, with or without the code. Give passages of both kinds."),
            count=len(coded),
        )
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=1.0, class_weight="balanced", dual=True, tol=0.01, random_state=0, max_iter=3000)
    with warnings.catch_warnings():
        # a border found not quite exactly is as good: what counts is the precision measured
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(matrix, coded)
    return Learned(np.asarray(machine.coef_[0], dtype=float), float(machine.intercept_[0]))


@dataclass(frozen=True, slots=True)
class Tally:
    """How suggestions fared against codings: suggested, of these coded so by the person, and all that he or she coded so."""

    suggested: int
    right: int
    coded: int

    @property
    def precision(self) -> float | None:
        """Share of the suggestions that were right, 0 to 1; None where nothing was suggested."""
        return self.right / self.suggested if self.suggested else None

    @property
    def recall(self) -> float | None:
        """Share of the codings that were suggested, 0 to 1; None where nothing was coded."""
        return self.right / self.coded if self.coded else None

    @property
    def hopeless(self) -> bool:
        """Were enough suggestions made to say that they are hardly ever right? Not of a code that the person has not used yet."""
        return self.coded > 0 and self.suggested >= ENOUGH_TRIED and self.right < HOPELESS * self.suggested


def tally(suggested: Mask, coded: Mask) -> Tally:
    """Count suggestions against codings, passage by passage."""
    return Tally(int(suggested.sum()), int((suggested & coded).sum()), int(coded.sum()))


def learnable(coded: Mask, interviews: Sequence[int]) -> bool:
    """Does a code stand on enough passages of enough interviews to be learned and measured?"""
    held = {interviews[n] for n in coded.nonzero()[0].tolist()}
    return int(coded.sum()) >= ENOUGH_PASSAGES and len(held) >= ENOUGH_INTERVIEWS and not coded.all()


def deal(interviews: Sequence[int], coded: Mask, folds: int = FOLDS) -> list[set[int]]:
    """Deal the interviews into parts, so that each has about as many passages with the code."""
    held: Counter[int] = Counter(dict.fromkeys(interviews, 0))
    held.update(interviews[n] for n in coded.nonzero()[0].tolist())
    with_code = sum(1 for count in held.values() if count)
    parts: list[set[int]] = [set() for _ in range(max(2, min(folds, with_code)))]
    sizes = [[0, 0] for _ in parts]
    for interview, count in sorted(held.items(), key=lambda one: (-one[1], one[0])):
        smallest = min(range(len(parts)), key=lambda n: sizes[n])
        parts[smallest].add(interview)
        sizes[smallest][0] += count
        sizes[smallest][1] += 1
    return parts


def held_out(matrix: Any, coded: Mask, interviews: Sequence[int], folds: int = FOLDS) -> Tally:
    """Measure what is learned of a code: each part of the interviews is judged by what was learned from the others.

    Passages of one interview never stand on both sides. The weights of lemmas come from all passages, but no coding does.

    Parameters
    ----------
    matrix, coded
        As for `learn`.
    interviews
        Number of the interview of each passage.
    folds
        Parts at most; never more than interviews with the code.
    """
    import numpy as np

    suggested = np.zeros(len(coded), dtype=bool)
    numbers = np.asarray(interviews)
    for part in deal(interviews, coded, folds):
        out = np.isin(numbers, list(part))
        known = coded[~out]
        if not out.any() or not known.any() or known.all():
            continue
        suggested[out] = learn(matrix[~out], known).scores(matrix[out]) > 0
    return tally(suggested, coded)


def closeness(scores: Floats) -> Floats:
    """Return how near each passage lies to the nearest border of a learned code: the nearer, the more its coding would teach.

    Lewis and Gale's uncertainty sampling for linear machines: the least absolute distance over all codes; infinite without any.
    """
    import numpy as np

    if not scores.shape[1]:
        return np.full(scores.shape[0], np.inf)
    nearest: Floats = np.abs(scores).min(axis=1)
    return nearest


def definition_margin(scores: Floats, alike: float = ALIKE) -> Floats:
    """Return the lead of the most alike definition over the next one; infinite where none is alike enough."""
    import numpy as np

    if scores.shape[1] < 2:
        return np.full(scores.shape[0], np.inf)
    two = np.sort(scores, axis=1)[:, -2:]
    return np.where(two[:, 1] >= alike, two[:, 1] - two[:, 0], np.inf)


def most_telling(margins: Floats, interviews: Sequence[int], *, limit: int, each: int = 2) -> list[int]:
    """Choose the passages with the smallest margins, at most `each` of one interview."""
    import numpy as np

    taken: Counter[int] = Counter()
    chosen: list[int] = []
    for n in np.argsort(margins, kind="stable").tolist():
        if len(chosen) == limit or not np.isfinite(margins[n]):
            break
        if taken[interviews[n]] < each:
            taken[interviews[n]] += 1
            chosen.append(n)
    return chosen


def reasons(weights: Weights, row: int, toward: Floats, limit: int = 4) -> tuple[str, ...]:
    """Return the lemmas of a passage that speak most for a code, the strongest first.

    Parameters
    ----------
    row
        Number of the passage.
    toward
        Weight of each lemma for the code: of a learned code its weights, of a definition its row.
    """
    matrix = weights.matrix
    first, last = int(matrix.indptr[row]), int(matrix.indptr[row + 1])
    columns = matrix.indices[first:last]
    shares = matrix.data[first:last] * toward[columns]
    order = [n for n in (-shares).argsort(kind="stable").tolist() if shares[n] > 0][:limit]
    return tuple(weights.lemmas[int(columns[n])] for n in order)

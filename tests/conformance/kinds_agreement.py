"""Checkers of vectors of agreement between coders."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.registry import Example, checker
from veche.measures.agreement import (
    Agreement,
    Dissimilarity,
    Resampling,
    Spans,
    Units,
    align,
    boundaries_of_masses,
    boundary_edits,
    boundary_similarity,
    coefficient,
    cohen_kappa,
    gamma,
    given_sets,
    given_spans,
    given_units,
    gwet_ac2,
    krippendorff_alpha,
    mean_dice,
    overlap,
    pair_dissimilarity,
    percent,
    segment_agreement,
    share_with_common_code,
    unitizing_alpha,
    unitizing_alpha_2004,
)

KINDS = (
    "coding", "coding-set", "bootstrap", "unitizing-2016", "unitizing-2004", "overlap", "segment-criterion", "gamma",
    "boundary-similarity",
)  # fmt: skip

_SETS = {
    "percent_exact_set": percent,
    "percent_any_common": share_with_common_code,
    "dice_mean": mean_dice,
}


def _meets(found: Agreement, expected: dict[str, Any]) -> None:
    """Assert what one line expects: undefined with a reason, or the value and what the source prints."""
    if "undefined" in expected or ("value" in expected and expected["value"] is None):
        assert found.value is None
        assert found.reason is not None and str(found.reason)
        return
    assert found.value is not None, found.reason
    assert "value" in expected or "published" in expected
    tolerance = expected.get("tol", 1e-9)
    if "value" in expected:
        assert found.value == pytest.approx(expected["value"], rel=0, abs=tolerance)
    if "published" in expected:
        # a source without a tolerance of its own prints at least two digits
        printed = expected.get("published_tol", tolerance if "value" not in expected else 0.005)
        assert found.value == pytest.approx(expected["published"], rel=0, abs=printed)


def _units(example: Example, params: dict[str, Any]) -> Units:
    return given_units(example.data["units"], categories=params.get("categories", example.data.get("categories")))


@checker("coding")
def check_coding(example: Example) -> None:
    for expected in example.data["expected"]:
        params = expected.get("params") or {}
        units, name = _units(example, params), expected["measure"]
        if "weights" in params:
            weighted = {"cohen_kappa": cohen_kappa, "gwet_ac2": gwet_ac2}[name]
            _meets(weighted(units, weights=params["weights"]), expected)
        else:
            _meets(coefficient(name)(units), expected)


@checker("coding-set")
def check_sets(example: Example) -> None:
    units = given_sets(example.data["units"])
    for expected in example.data["expected"]:
        name = expected["measure"]
        _meets((_SETS[name] if name in _SETS else coefficient(name))(units), expected)


@checker("bootstrap")
def check_bootstrap(example: Example) -> None:
    data, expected = example.data, example.data["expected"]
    wanted = {float(name): share for name, share in expected.get("q", {}).items()}
    by = data["algorithm"].split(":")[0]
    assert by in ("pairs", "units", "clusters")
    how = Resampling(seed=1, by=by, resamples=expected.get("samples", 20_000), thresholds=tuple(wanted))
    units = given_units(data["units"], clusters=data.get("clusters"))
    found = krippendorff_alpha(units, metric=data["level"], interval=how)
    assert found.value == pytest.approx(expected["alpha"], rel=0, abs=1e-4)
    interval = found.interval
    assert interval is not None and interval.method == by
    assert (interval.low, interval.high) == pytest.approx(expected["ci95"], rel=0, abs=data["tol"]["ci"])
    for threshold, share in wanted.items():
        assert interval.below[threshold] == pytest.approx(share, rel=0, abs=data["tol"]["q"])


def _or_none(found: float | None, expected: float | None, tolerance: float) -> None:
    if expected is None:
        assert found is None
    else:
        assert found == pytest.approx(expected, rel=0, abs=tolerance)


@checker("unitizing-2016")
def check_unitizing(example: Example) -> None:
    data, expected = example.data, example.data["expected"]
    found = unitizing_alpha(given_spans(data["coders"], end=data["continuum_length"]))
    for result, name in ((found.u, "u"), (found.binary, "bar_u"), (found.cu, "cu")):
        _or_none(result.value, expected[name], data["tol"])
        assert (result.reason is None) == (expected[name] is not None)
    _or_none(found.cu.coverage, expected["cu_coverage"], data["tol"])
    for value, one in expected["k"].items():
        _or_none(found.ku[value].value, one["alpha"], data["tol"])
        _or_none(found.ku[value].coverage, one["coverage"], data["tol"])


@checker("unitizing-2004")
def check_unitizing_2004(example: Example) -> None:
    data, expected = example.data, dict(example.data["expected"])
    begin, end = data["continuum"]
    found = unitizing_alpha_2004(given_spans(data["coders"], begin=begin, end=end))
    if "alpha" in expected:
        assert found.alpha.value == pytest.approx(expected.pop("alpha"), rel=0, abs=expected.pop("alpha_tol"))
    observed = expected.pop("Do", {})
    for value, number in observed.items():
        if value != "tol":
            assert found.by_value[value].observed == pytest.approx(number, rel=0, abs=observed["tol"])
    limit = expected.pop("limit_alpha", {})
    if limit:
        far = [[(s * 50_000, e * 50_000, value) for s, e, value in coder] for coder in data["coders"]]
        at_limit = unitizing_alpha_2004(given_spans(far, begin=begin * 50_000, end=end * 50_000))
        for value, number in limit.items():
            if value != "tol":
                assert at_limit.by_value[value].value == pytest.approx(number, rel=0, abs=limit["tol"])
    for value, one in expected.items():
        result = found.by_value[value]
        for mine, name in ((result.observed, "Do"), (result.expected, "De"), (result.value, "alpha")):
            assert mine == pytest.approx(one[name], rel=0, abs=one["tol"])


@checker("overlap")
def check_overlap(example: Example) -> None:
    data = example.data
    found = overlap(given_spans(data["coders"], end=data["continuum_length"]))
    names = {"jaccard": "jaccard", "holsti": "dice", "nvivo_kappa": "kappa", "nvivo_percent": "percent"}
    for code, expected in data["expected"].items():
        for name, number in expected.items():
            _or_none(getattr(found[code], names[name]).value, number, data["tol"])


@checker("segment-criterion")
def check_segments(example: Example) -> None:
    data, params, expected = example.data, example.data["params"], example.data["expected"]
    found = segment_agreement(
        given_spans(data["coders"]),
        threshold=params["threshold"],
        reference={"intersection/union": "union", "intersection/own": "own"}[params["overlap"]],
        directions=params["directions"],
        codes=params["codes"],
    )
    assert (found.matched, found.only_first, found.only_second) == (
        expected["agree"],
        expected["only_1"],
        expected["only_2"],
    )
    _or_none(found.percent.value, expected["percent"], data["tol"])
    _or_none(found.kappa.value, expected["kappa_rk"], data["tol"])


def _annotations(data: dict[str, Any]) -> dict[str, list[tuple[Any, Any, Any]]]:
    assert data["annotation_fields"] == ["coder", "category", "start", "end"]
    found: dict[str, list[tuple[Any, Any, Any]]] = {}
    for coder, category, start, end in data["annotations"]:
        found.setdefault(coder, []).append((start, end, category))
    return found


@checker("gamma")
def check_gamma(example: Example) -> None:
    data, params, expected = example.data, example.data["params"], example.data["expected"]
    assert params.get("categorical", "nominal") == "nominal"
    empty = params["delta_empty"] if "delta_empty" in params else params["deltaEmpty"]
    how = Dissimilarity(alpha=params["alpha"], beta=params["beta"], empty=empty)
    by_coder = _annotations(data)
    spans = given_spans(list(by_coder.values()), coders=list(by_coder))
    best = align(spans, how)
    disorder = expected.get("best_alignment_disorder", expected.get("bestAlignmentDisorder"))
    assert best.disorder == pytest.approx(disorder, rel=0, abs=data["tol"]["best_alignment_disorder"])
    for one, i, two, j, _, _, combined in data.get("pair_dissimilarities", []):
        # the values were made in single precision
        assert pair_dissimilarity(by_coder[one][i], by_coder[two][j], how) == pytest.approx(combined, rel=1e-6)
    if "gamma" in expected or "gamma_mean" in expected:
        _check_sampled(spans, how, expected, data["tol"]["gamma"])


def _check_sampled(spans: Spans, how: Dissimilarity, expected: dict[str, Any], tolerance: float) -> None:
    """Assert sampled figures: within the tolerance of the 95 % interval of ours, which is sampled too."""
    found = gamma(spans, seed=1, dissimilarity=how, samples=30, most_samples=100, unaligned="counted")
    assert found.gamma.value is not None
    own = (1 - found.gamma.value) * found.reached
    assert found.gamma.value == pytest.approx(
        expected.get("gamma_mean", expected.get("gamma")), rel=0, abs=tolerance + own
    )
    if "gamma_cat_mean" in expected:
        assert found.cat.value == pytest.approx(expected["gamma_cat_mean"], rel=0, abs=tolerance)


@checker("boundary-similarity")
def check_boundaries(example: Example) -> None:
    data = example.data
    if "masses" in data:
        one, two = (boundaries_of_masses(masses) for masses in data["masses"])
        length = sum(data["masses"][0])
    else:
        one, two = ([(position, kind) for position, kind in division] for division in data["boundaries"])
        length = data["length"]
    found = boundary_edits(one, two, near=data["n_t"], length=length)
    assert found.similarity == pytest.approx(data["expected"]["B"], rel=0, abs=data["tol"])
    for name in ("matches", "additions", "substitutions"):
        assert getattr(found, name) == data["expected"].get(name, getattr(found, name))
    if "transpositions" in data["expected"]:
        assert [list(pair) for pair in found.transpositions] == data["expected"]["transpositions"]
    both = boundary_similarity([one, two], length=length, near=data["n_t"])
    assert both.value == pytest.approx(found.similarity)

"""What is planted can be found: shares within chance, changes visible, and nothing in the study without change."""

import json
import math
from collections import Counter, defaultdict

import numpy as np
import pytest
from scipy.stats import binom, chi2, fisher_exact, hypergeom

from veche.demo import make_demo

#: level of the tests of fit; the study is made from a fixed seed, so they either hold or do not
LEVEL = 0.01
CORE = ("ECON.JOBS", "ECON.FIRM", "ECON.INFRA", "FISC.SPLIT", "FISC.DEFICIT", "FISC.MANDATE", "PERS", "DEMOG")
SIX = set("ABCDEF")


def _talks(study, *, towns=SIX, wave=None):
    return [c for c in study.truth["interviews"].values() if c["town"] in towns and (wave is None or c["wave"] == wave)]


def _fit(cells):
    """Chi-square of observed counts against sums of chances, one cell each; p value."""
    statistic = sum((seen - expected) ** 2 / variance for seen, expected, variance in cells)
    return chi2.sf(statistic, len(cells))


def _cells(study, field, key):
    """Observed mentions, their expectation and variance by a key of town, wave and code."""
    sums = defaultdict(lambda: [0.0, 0.0, 0.0])
    for content in study.truth["interviews"].values():
        for code, share in content[field].items():
            cell = sums[key(content, code)]
            cell[0] += code in content["mentions"]
            cell[1] += share
            cell[2] += share * (1 - share)
    return [tuple(cell) for cell in sums.values() if cell[2] > 0.5]


@pytest.mark.parametrize("name", ["russian", "still"])
@pytest.mark.parametrize("field", ["problems", "managerial"])
def test_planted_shares_come_out_within_chance(name, field, request):
    study = request.getfixturevalue(name)
    for key in (
        lambda c, code: (code, c["wave"]),
        lambda c, code: (code, c["town"]),
        lambda c, code: (code, c["role"]),
        lambda c, code: (code, c["town"], c["wave"]),
    ):
        assert _fit(_cells(study, field, key)) > LEVEL


@pytest.mark.parametrize("seed", [1, 2])
def test_other_seeds_come_out_within_chance_too(seed):
    study = make_demo(seed=seed)
    assert _fit(_cells(study, "problems", lambda c, code: (code, c["town"], c["wave"]))) > LEVEL / 3
    assert study.truth["bank"]["most_alike"] <= 0.40


def test_each_problem_drawn_is_told_and_no_other(russian, still):
    """Mentions of problems and difficulties are the draws themselves: nothing is lost for want of a passage."""
    for study in (russian, still):
        for key, content in study.truth["interviews"].items():
            lost = {c for wish in content["unfulfilled"] for c in wish["codes"]}
            assert not any(code.startswith(("PROB.", "MAN.")) for code in lost), key
            named = {code for code in content["mentions"] if code.startswith(("PROB.", "MAN."))}
            assert named <= set(content["problems"]) | set(content["managerial"]), key


def test_chances_are_those_planted_moved_by_role(russian):
    """Hand-computed: an entrepreneur of A speaks of the division of taxes with odds .45/.55 · e^.6."""
    odds = 0.45 / 0.55 * math.exp(0.6)
    talk = next(c for c in _talks(russian, towns="A") if c["role"] == "entrepreneur" and c["problems"])
    assert talk["problems"]["PROB.FISC.SPLIT"] == pytest.approx(odds / (1 + odds), abs=1e-4)
    expert = next(c for c in _talks(russian, towns="B") if c["role"] == "expert_local" and c["problems"])
    odds = 0.50 / 0.50 * math.exp(0.4)
    assert expert["problems"]["PROB.DEMOG"] == pytest.approx(odds / (1 + odds), abs=1e-4)


def test_the_core_of_the_problem_field_is_stable(russian):
    """No core problem differs between the waves beyond chance (Holm over the eight, 5 %)."""
    values = []
    for problem in CORE:
        table = []
        for wave in (1, 2):
            asked = [c for c in _talks(russian, wave=wave) if f"PROB.{problem}" in c["problems"]]
            seen = sum(f"PROB.{problem}" in c["mentions"] for c in asked)
            table.append([seen, len(asked) - seen])
        values.append(fisher_exact(table)[1])
    assert min(values) * len(values) > 0.05


def test_no_two_towns_have_the_same_profile(russian):
    profiles = {}
    for town in "ABCDEFL":
        talks = [c for c in _talks(russian, towns=town) if c["problems"]]
        profiles[town] = tuple(sum(f"PROB.{p}" in c["mentions"] for c in talks) / len(talks) for p in CORE)
    assert len(set(profiles.values())) == 7
    planted = russian.truth["planted"]["problems"]
    assert len({json.dumps(planted[town], sort_keys=True) for town in planted}) == 7


def test_new_problems_appear_when_they_can(russian, still):
    def seen(study, code, **where):
        return sum(f"PROB.{code}" in c["mentions"] for c in _talks(study, **where))

    assert seen(russian, "FEWLEADERS", wave=1) == seen(russian, "SWO", wave=1) == seen(russian, "SWO", wave=2) == 0
    assert seen(russian, "FEWLEADERS", wave=2) >= 14
    assert seen(russian, "SWO", wave=3) >= 4
    sick = [c for c in russian.truth["interviews"].values() if "PROB.PANDEMIC" in c["mentions"]]
    assert len(sick) >= 5
    assert min(c["date"] for c in sick) >= "2020-03-01"
    for code in ("FEWLEADERS", "SWO", "PANDEMIC"):
        assert not any(f"PROB.{code}" in c["mentions"] for c in still.truth["interviews"].values())


def _table(study, code, towns, topic):
    """Mentions of a code, or of any of several, and the rest, in waves 1 and 2, where the topic was asked."""
    codes = {code} if isinstance(code, str) else set(code)
    table = []
    for wave in (1, 2):
        asked = [c for c in _talks(study, towns=towns, wave=wave) if topic not in c["not_asked"]]
        seen = sum(bool(codes & set(c["mentions"])) for c in asked)
        table.append([seen, len(asked) - seen])
    return table


DEMANDS = ("DEM.ELITE", "DEM.POP", "DEM.LEADER", "DEM.EXECUTOR")
CHANGES = [
    ("MAN.STAFF", "DF", "G02", "up"),
    ("MAN.WEAKHEAD", "DF", "G02", "up"),
    ("MAN.TURNOVER", "D", "G02", "up"),
    ("MOT.LEVEL.HIGH", "A", "G14", "up"),
    ("MOT.LEVEL.HIGH", "B", "G14", "up"),
    ("MOT.LEVEL.LOW", "F", "G14", "down"),
    ("MOT.LEVEL.MID", "F", "G14", "up"),
    (DEMANDS, "ABCDEF", "G16", "up"),
    ("DEM.NONE", "ABCDEF", "G16", "down"),
    ("DEM.CHANGE.UP", "ABCDEF", "G16", "up"),
    ("PROB.FEWLEADERS", "ABCDEF", "G01", "up"),
]


@pytest.mark.parametrize(("code", "towns", "topic", "direction"), CHANGES)
def test_planted_changes_are_visible(russian, code, towns, topic, direction):
    table = _table(russian, code, set(towns), topic)
    one_sided = "less" if direction == "up" else "greater"
    assert fisher_exact(table, alternative=one_sided)[1] < 0.05, table


@pytest.mark.parametrize(("code", "towns", "topic", "direction"), CHANGES)
def test_the_study_without_change_shows_none_of_them(still, code, towns, topic, direction):
    table = _table(still, code, set(towns), topic)
    assert fisher_exact(table)[1] > LEVEL, table


def test_low_motivation_stays_in_mshansk(russian):
    table = _table(russian, "MOT.LEVEL.LOW", {"C"}, "G14")
    assert all(seen / (seen + rest) >= 0.5 for seen, rest in table)


def test_efficiency_follows_the_histories(russian):
    """High in A and B only later, in E only earlier; each direction seen in the counts."""
    share = {}
    for town in "ABE":
        (a, b), (c, d) = _table(russian, "EFF.HIGH", {town}, "G06")
        share[town] = (a / (a + b), c / (c + d))
    assert share["A"][1] > share["A"][0] + 0.2
    assert share["B"][1] > share["B"][0] + 0.2
    assert share["E"][1] < share["E"][0] - 0.2


def test_without_change_the_waves_differ_no_more_than_chance_allows(still):
    """Over all codes with enough mentions, differences between the waves are as large as between random halves."""
    codes = Counter(code for c in _talks(still) if c["wave"] < 3 for code in c["mentions"])
    values = []
    for code in (code for code, n in codes.items() if n >= 20):
        table = []
        for wave in (1, 2):
            talks = _talks(still, wave=wave)
            seen = sum(code in c["mentions"] for c in talks)
            table.append([seen, len(talks) - seen])
        values.append(fisher_exact(table)[1])
    assert len(values) >= 25
    # share of p values below 5 %: at most what the binomial allows at the level of this test (Fisher's test is conservative)
    assert sum(p < 0.05 for p in values) <= binom.ppf(1 - LEVEL, len(values), 0.05)
    assert min(values) * len(values) > 0.05


def test_without_change_acts_are_told_alike_in_both_waves(still):
    for town in SIX:
        groups = [
            Counter(a for c in _talks(still, towns=town, wave=w) for a in c["acts"] if a != "none") for w in (1, 2)
        ]
        first, second = (max(counts, key=counts.__getitem__) for counts in groups)
        if town != "D":
            assert first == second
        else:
            # pressure and opposition are equally frequent there
            assert {first, second} <= {"pressure", "opposition"}


MAIN = {
    "A": ("placement", "placement"), "B": ("exchange", "exchange"), "C": ("manipulation", "manipulation"),
    "E": ("cooperation", None), "F": ("pressure", "pressure"), "L": ("cooperation", None),
}  # fmt: skip


def test_each_town_has_its_model_of_relations(russian):
    """The kind of act that a town is known for is told most often: more than half of the acts told."""
    for town, kinds in MAIN.items():
        for wave, kind in zip((1, 2), kinds, strict=True):
            if kind is None:
                continue
            acts = Counter(a for c in _talks(russian, towns=town, wave=wave) for a in c["acts"] if a != "none")
            assert acts[kind] / acts.total() > 0.5, (town, wave, acts)
    opposed = Counter(a for c in _talks(russian, towns="D", wave=2) for a in c["acts"] if a != "none")
    assert opposed.most_common(1)[0][0] == "opposition"


def test_the_firm_follows_its_history(russian):
    def share(code, town, wave):
        talks = [c for c in _talks(russian, towns=town, wave=wave) if "G11" not in c["not_asked"]]
        return sum(code in c["mentions"] for c in talks) / len(talks)

    assert share("BIZ.PARTNER", "E", 1) > 0.4 > share("BIZ.PARTNER", "E", 2)
    assert share("BIZ.WITHDRAW", "E", 2) > 0.3 > share("BIZ.WITHDRAW", "E", 1)
    assert share("BIZ.DEBTOR", "F", 1) > 0.3 > share("BIZ.DEBTOR", "F", 2)
    assert min(share("BIZ.BENEFACTOR", "C", 1), share("BIZ.BENEFACTOR", "C", 2)) > 0.3


@pytest.mark.parametrize("row", range(14))
def test_the_stated_power_is_right(russian, row):
    """Exact power of Fisher's two-sided test at 5 %, over both binomial distributions."""
    stated = russian.truth["planted"]["power"][row]
    (n, m), (p, q) = stated["n"], stated["share"]
    weights = np.outer(binom.pmf(range(n + 1), n, p), binom.pmf(range(m + 1), m, q))
    power = 0.0
    for total in range(n + m + 1):
        low, high = max(0, total - m), min(n, total)
        chances = hypergeom.pmf(range(low, high + 1), n + m, total, n)
        for a, chance in enumerate(chances, start=low):
            if chances[chances <= chance * (1 + 1e-9)].sum() <= 0.05:
                power += weights[a, total - a]
    assert power == pytest.approx(stated["power"], abs=0.01)
    assert power >= 0.78


def test_fisher_s_test_agrees_with_the_sum_over_its_margin():
    """The shortcut of the power test, on one table by scipy."""
    chances = hypergeom.pmf(range(9), 40, 8, 21)
    assert chances[chances <= chances[2] * (1 + 1e-9)].sum() == pytest.approx(fisher_exact([[2, 19], [6, 13]])[1])


def test_the_truth_can_be_written_as_json(russian):
    again = json.loads(json.dumps(russian.truth, ensure_ascii=False))
    assert again == russian.truth
    assert len(again["interviews"]) == 153
    assert again["planted"]["intervention"]["start"] == "2018-04-19"

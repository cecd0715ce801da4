"""What the screen of combinations shows of a result of `qca`: solutions, rows, cases, maps, values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from veche.figures import text_width
from veche.figures.labels import placed_labels
from veche.figures.sets.venn_layout import LARGEST, Content, Fill, Inside, Layout, lay_out
from veche.study import Result
from veche.words import N_, _, ngettext, number, percent, say

KINDS = {"conservative": N_("Conservative"), "intermediate": N_("Intermediate"), "parsimonious": N_("Parsimonious")}
STANDING = {
    "robust": N_("robust"), "shaky": N_("shaky"), "possible": N_("possible"),
}  # fmt: skip
#: side of the square of cases, in its own units, and size of its letters
SIDE, LETTERS = 420.0, 11.5
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """A number with the row and column behind it."""

    row: str
    column: str
    table: str
    text: str
    value: float = float("nan")
    title: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a model: its link, its fit, whether all smallest models hold it, and in which share of them it stands."""

    link: Link
    fits: tuple[str, ...]
    core: bool
    share: str


@dataclass(frozen=True, slots=True)
class Solved:
    """One kind of solution: how many smallest models, the terms of the first, its fit, what may stand for what, or why there is none."""

    kind: str
    count: str
    many: bool
    core: str
    interchangeable: str
    terms: tuple[Term, ...]
    whole: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Literal:
    """One condition of a row: present, absent, or a value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class TruthRow:
    """A row of the truth table."""

    link: Link
    literals: tuple[Literal, ...]
    out: str
    inclusion: Link
    pri: str
    cases: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """A case in the square: place, mark of its wave, name, place of the name, whether it speaks against the model."""

    link: Link
    x: float
    y: float
    mark: int
    name: str
    label: tuple[float, float]
    against: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of a map: what is on it, how full it is (0 to 1; -1: no solution), and whether it is where one stands."""

    text: str
    share: float
    here: bool
    title: str
    values: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Region:
    """An area of the Venn diagram: its outline as an SVG path, how it is filled, and the row behind it; no row where no case stands."""

    path: str
    fill: str
    link: Link | None
    title: str


@dataclass(frozen=True, slots=True)
class Venn:
    """The rows of the truth table as areas; without a layout `why` says why there is none."""

    layout: Layout | None
    regions: tuple[Region, ...] = ()
    lines: tuple[str, ...] = ()
    aside: tuple[tuple[Link, tuple[tuple[str, bool], ...]], ...] = ()
    fills: tuple[tuple[str, str], ...] = ()
    why: str = ""
    missing: tuple[str, ...] = ()


#: words for the colours of the Venn diagram, in order
FILLS: Mapping[Fill, str] = {
    "positive": N_("goes with the outcome; the stronger, the more consistent"), "contradiction": N_("cases do not agree"),
    "negative": N_("goes without it"), "assumed": N_("no cases, but in the model"), "empty": N_("no cases"),
}  # fmt: skip


@dataclass(frozen=True)
class Screen:
    """Everything on the screen of combinations that rests on one result."""

    result: Result
    incl: float
    pri: float

    @cached_property
    def _lines(self) -> dict[str, list[tuple[str, Line]]]:
        return {}

    def lines(self, table: str) -> list[tuple[str, Line]]:
        """Return the rows of a table with their labels."""
        if table not in self._lines:
            frame = self.result.tables[table]
            rows = [{str(k): v for k, v in line.items()} for line in frame.to_dict("records")]
            self._lines[table] = list(zip(map(str, frame.index), rows, strict=True))
        return self._lines[table]

    @property
    def found(self) -> bool:
        """Could anything be compared?"""
        return len(self.result.tables["truth_table"]) > 0

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What cases are called, by their label."""
        return {
            f"{line['town']} · {line['wave']}": f"{line['place']} {line['wave']}"
            for _label, line in self.lines("calibrated")
        }

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Remarks on the data, with cases by their names."""
        return tuple(map(self.named, self.result.notes))

    def named(self, words: str) -> str:
        """Put names of cases in place of their labels."""
        return _labels(self.names).sub(lambda one: self.names[one[0]], words) if self.names else words

    @cached_property
    def sides(self) -> tuple[tuple[str, tuple[Solved, ...]], ...]:
        """The outcome and its negation, each with its three solutions."""
        counts: dict[str, list[Line]] = {}
        for _label, line in self.lines("solution_counts"):
            counts.setdefault(line["outcome"], []).append(line)
        found = []
        for outcome, lines in counts.items():
            by_kind: dict[str, Line] = {}
            for line in lines:
                by_kind.setdefault(line["solution"], line)
            found.append(
                (outcome, tuple(self._solved(outcome, kind, by_kind[kind]) for kind in KINDS if kind in by_kind))
            )
        return tuple(found)

    def _solved(self, outcome: str, kind: str, line: Line) -> Solved:
        if line["reason"]:
            return Solved(kind, "", False, "", "", (), (), line["reason"])
        mine = [
            (label, one) for label, one in self.lines("solutions")
            if one["outcome"] == outcome and one["solution"] == kind and one["model"] == 1
        ]  # fmt: skip
        single = len(mine) == 1
        parts = mine if single else mine[:-1]
        core = set(str(line["core"]).split(" + "))
        count, complete = int(line["minimal_models"]), bool(line["all_counted"])
        words = ngettext("{n} model", "{n} models", count).format(n=number(count, 0))
        return Solved(
            kind, words if complete else say(N_("at least {models}"), models=words), count > 1 or not complete, str(line["core"]),
            str(line["interchangeable"] or ""),
            tuple(self._term(label, one, one["term"] in core) for label, one in parts),
            _fits(mine[-1][1])[:3] if mine else (), "",
        )  # fmt: skip

    def _term(self, label: str, line: Line, core: bool) -> Term:
        share = line["share"]
        return Term(
            Link(label, "inclusion", "solutions", line["term"], line["inclusion"]), _fits(line), core,
            percent(share) if share == share and share < 1 else "",
        )  # fmt: skip

    def truth(self, outcome: str) -> tuple[TruthRow, ...]:
        """Return the rows of one outcome, positive ones first."""
        order = {"1": 0, "C": 1, "0": 2, "?": 3}
        mine = [(label, line) for label, line in self.lines("truth_table") if line["outcome"] == outcome]
        mine.sort(
            key=lambda one: (
                order.get(one[1]["result"], 9),
                -one[1]["inclusion"] if one[1]["inclusion"] == one[1]["inclusion"] else 0,
            )
        )
        return tuple(self._row(label, line) for label, line in mine)

    def _row(self, label: str, line: Line) -> TruthRow:
        against = set(str(line["against"]).split(", "))
        return TruthRow(
            Link(label, "", "truth_table", line["term"]), tuple(map(_literal, line["term"].split("*"))), line["result"],
            Link(label, "inclusion", "truth_table", number(line["inclusion"], 2), line["inclusion"]), number(line["pri"], 2),
            tuple((self.names.get(case, case), case in against) for case in line["cases"].split(", ") if case),
        )  # fmt: skip

    def venn(self, outcome: str) -> Venn:
        """Lay out the rows of one outcome as the areas of a Venn diagram; remainders that the doubted model takes for positive are marked."""
        rows = self.truth(outcome)
        names = self.conditions
        binary = all(one.value in ("yes", "no") for row in rows for one in row.literals)
        if not rows or not 1 <= len(names) <= LARGEST or not binary:
            return Venn(None, why=say(
                N_("Areas can be drawn of one to five conditions that are in or out; here are {n}. Take sets out of the rule."),
                n=len(names),
            ))  # fmt: skip
        by_area = {tuple(one.value == "yes" for one in row.literals): row for row in rows}
        model = (
            [tuple(map(_literal, term.split("*"))) for term in self.model.split(" + ")]
            if outcome == self._doubted
            else []
        )
        contents = {
            inside: _content(inside, by_area.get(inside), names, model)
            for inside in product((False, True), repeat=len(names))
        }
        layout = lay_out(names, contents)
        regions = tuple(
            self._region(contents[inside], outline, by_area.get(inside)) for inside, outline in layout.areas.items()
        )
        held = {one.fill for one in contents.values()}
        return Venn(
            layout, regions, tuple(map(_line, layout.outlines)), tuple((by_area[one].link, by_area[one].cases) for one in layout.aside),
            tuple((fill, _(words)) for fill, words in FILLS.items() if fill in held), missing=self._nowhere,
        )  # fmt: skip

    @staticmethod
    def _region(one: Content, outline: Sequence[tuple[float, float]], row: TruthRow | None) -> Region:
        """Give an area its path, its colour and the row behind it."""
        fill = f"p{min(max(round(5 * one.strength), 1), 5)}" if one.fill == "positive" else one.fill
        return Region(_path(outline), fill, row.link if row else None, one.name)

    @cached_property
    def _doubted(self) -> str:
        """The outcome of the model in the square."""
        return next((line["outcome"] for _label, line in self.lines("set_cases")), "")

    @cached_property
    def _nowhere(self) -> tuple[str, ...]:
        """Cases that were compared and stand in no row, since a membership is exactly 0.5, or that lack a value."""
        inside = {case for _label, line in self.lines("truth_table") for case in line["cases"].split(", ")}
        return tuple(name for label, name in self.names.items() if label not in inside)

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """Names of the conditions."""
        rows = self.truth(self.sides[0][0]) if self.sides else ()
        return tuple(one.name for one in rows[0].literals) if rows else ()

    @cached_property
    def waves(self) -> tuple[tuple[str, str, int], ...]:
        """Waves with their names and marks."""
        held = {line["wave"] for _label, line in self.lines("calibrated")}
        ordered = sorted(
            (one for one in self.result.evidence.waves if one.key in held), key=lambda one: (one.position, one.key)
        )
        return tuple((one.key, one.label or one.key, at + 1) for at, one in enumerate(ordered))

    @cached_property
    def dots(self) -> tuple[Dot, ...]:
        """Cases in the square of the first model: membership in the model across, in the outcome up."""
        best: dict[str, tuple[str, Line]] = {}
        for label, line in self.lines("set_cases"):
            if line["case"] not in best or line["x"] > best[line["case"]][1]["x"]:
                best[line["case"]] = (label, line)
        marks = {key: mark for key, _name, mark in self.waves}
        rows = list(best.values())
        places = [(line["x"] * SIDE, (1 - line["y"]) * SIDE) for _label, line in rows]
        names = [self.names.get(line["case"], line["case"]) for _label, line in rows]
        sizes = [(text_width(name, LETTERS, bold=True), LETTERS + 3) for name in names]
        boxes = placed_labels(places, sizes, [5.0] * len(rows), SIDE, SIDE) if rows else []
        return tuple(
            Dot(
                Link(label, "x", "set_cases", name, title=say(
                    N_("{case}: {x} in the solution, {y} in the outcome"), case=name, x=number(line["x"], 2), y=number(line["y"], 2))),
                x, y, marks.get(line["case"].split(" · ")[-1], 1), name, (box.x, box.y), line["x"] > 0.5 >= line["y"],
            )
            for (label, line), (x, y), name, box in zip(rows, places, names, boxes, strict=True)
        )  # fmt: skip

    @property
    def model(self) -> str:
        """The model in the square, in words."""
        return " + ".join(dict.fromkeys(line["term"] for _label, line in self.lines("set_cases")))

    @cached_property
    def cut_map(self) -> tuple[tuple[float, ...], tuple[tuple[float, tuple[Tile, ...]], ...]]:
        """Cut-offs of consistency, and for every PRI its tiles."""
        rows: dict[float, dict[float, Tile]] = {}
        for _label, line in self.lines("cut_map"):
            cut, least, kept = line["cut"], line["cut_pri"], line["kept"]
            known = kept == kept
            title = say(
                N_("consistency {cut}, PRI {pri}: {share} of the terms stand, {models} smallest models"),
                cut=number(cut, 2), pri=number(least, 2), share=percent(kept), models=int(line["minimal_models"]),
            ) if known else say(N_("consistency {cut}, PRI {pri}: {why}"), cut=number(cut, 2), pri=number(least, 2), why=line["reason"])  # fmt: skip
            here = abs(cut - self.incl) < 1e-9 and abs(least - self.pri) < 1e-9
            text = percent(kept) if known else "–"
            rows.setdefault(least, {})[cut] = Tile(text, kept if known else -1.0, here, title, (cut, least))
        cuts = tuple(sorted({cut for line in rows.values() for cut in line}))
        return cuts, tuple((least, tuple(rows[least][cut] for cut in cuts)) for least in sorted(rows))

    @cached_property
    def terms_map(self) -> tuple[tuple[float, ...], tuple[tuple[str, tuple[Tile, ...]], ...]]:
        """Cut-offs of consistency, and for every term of the parsimonious solutions its tiles."""
        rows: dict[str, dict[float, Tile]] = {}
        for _label, line in self.lines("stability"):
            share = line["share"]
            known = share == share
            title = say(
                N_("{term} at {cut}: in {share} of the smallest models"),
                term=line["term"],
                cut=number(line["cut"], 2),
                share=percent(share),
            )
            here = abs(line["cut"] - self.incl) < 1e-9
            rows.setdefault(line["term"], {})[line["cut"]] = Tile(
                percent(share) if known else "–", share if known else -1.0, here, title if known else line["reason"]
            )
        cuts = tuple(sorted({cut for line in rows.values() for cut in line}))
        return cuts, tuple((term, tuple(line[cut] for cut in cuts)) for term, line in rows.items())

    @cached_property
    def values(self) -> tuple[tuple[str, ...], tuple[tuple[str, str, int, tuple[Link, ...]], ...]]:
        """Names of the sets, and for every town and wave its memberships."""
        sets = tuple(dict.fromkeys(line["set"] for _label, line in self.lines("calibrated")))
        cells: dict[tuple[str, str], dict[str, Link]] = {}
        towns = {line["town"]: line["place"] for _label, line in self.lines("calibrated")}
        for label, line in self.lines("calibrated"):
            value, error = line["membership"], line["error"]
            title = line["reason"] or _told(int(line["interviews"]), error)
            cells.setdefault((line["town"], line["wave"]), {})[line["set"]] = Link(
                label,
                "membership",
                "calibrated",
                number(value, 2),
                value,
                f"{line['set']}, {line['place']} {line['wave']}: {title}",
            )
        order = {key: at for at, (key, _name, _mark) in enumerate(self.waves)}
        marks = {key: mark for key, _name, mark in self.waves}
        rows = sorted(cells.items(), key=lambda one: (list(towns).index(one[0][0]), order.get(one[0][1], 0)))
        return sets, tuple(
            (towns[town], wave, marks.get(wave, 1), tuple(line[name] for name in sets if name in line))
            for (town, wave), line in rows
        )

    @cached_property
    def panel(self) -> tuple[tuple[str, tuple[tuple[str, Link, str], ...]], ...]:
        """For the terms and the model: consistency and coverage by wave and town."""
        found: dict[str, list[tuple[str, Link, str]]] = {}
        for label, line in self.lines("set_panel"):
            value = line["inclusion"]
            link = Link(label, "inclusion", "set_panel", number(value, 2), value)
            found.setdefault(line["term"], []).append((line["part"], link, number(line["covered"], 2)))
        return tuple((term, tuple(rows)) for term, rows in found.items())

    @property
    def parts(self) -> tuple[str, ...]:
        """Rows of the table of waves and towns."""
        return tuple(part for part, _link, _covered in self.panel[0][1]) if self.panel else ()

    @cached_property
    def deviant(self) -> tuple[tuple[str, str, Link], ...]:
        """Cases that speak against a term or that no term covers, with their standing."""
        found: dict[tuple[str, str], tuple[str, str, Link]] = {}
        covered = {line["case"] for _label, line in self.lines("set_cases") if line["x"] > 0.5}
        for label, line in self.lines("set_cases"):
            standing, case = line["standing"], line["case"]
            if standing == "deviant in coverage" and case in covered:
                continue
            if standing in ("deviant in consistency", "deviant in coverage"):
                name = self.names.get(case, case)
                term = line["term"] if standing == "deviant in consistency" else ""
                found.setdefault((standing, case), (standing, term, Link(label, "y", "set_cases", name, line["y"])))
        return tuple(found.values())

    @property
    def pairs(self) -> tuple[tuple[Link, str, str], ...]:
        """Pairs of cases most alike: both names with their grounds, the term, and what sets them apart."""
        return tuple(
            (
                Link(label, "apart", "case_pairs", f"{self.named(line['typical_case'])} – {self.named(line['case'])}", line["apart"]),
                line["term"], line["set_apart_by"],
            )
            for label, line in self.lines("case_pairs")
        )  # fmt: skip

    @property
    def holding(self) -> tuple[tuple[str, str], ...]:
        """Cases by how they hold at cut-offs near by."""
        groups: dict[str, list[str]] = {}
        for _label, line in self.lines("set_robustness"):
            if line["standing"]:
                groups.setdefault(line["standing"], []).append(self.names.get(line["part"], line["part"]))
        return tuple((_(STANDING[kind]), ", ".join(groups[kind])) for kind in STANDING if kind in groups)


def _content(
    inside: Inside, row: TruthRow | None, names: tuple[str, ...], model: Sequence[tuple[Literal, ...]]
) -> Content:
    """Say what stands in an area: result and consistency of its row and its cases."""
    name = "*".join(name if held else f"~{name}" for name, held in zip(names, inside, strict=True))
    if row is None:
        held = dict(zip(names, inside, strict=True))
        assumed = any(all(held.get(one.name) == (one.value == "yes") for one in term) for term in model)
        return Content("", name, (), "", "assumed" if assumed else "empty")
    mixed = {against for _case, against in row.cases} == {True, False}
    fill: Fill = (
        "contradiction" if row.out == "C" or (mixed and row.out != "?")
        else "positive" if row.out == "1" else "negative" if row.out == "0" else "empty"
    )  # fmt: skip
    return Content(f"{row.out} · {row.inclusion.text}", name, row.cases, "", fill, row.inclusion.value)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return _line(points) + "Z"


def _line(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _labels(names: Mapping[str, str]) -> re.Pattern[str]:
    longest = sorted(names, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest)) + r")(?!\w)")


def ranges(result: Result) -> tuple[tuple[str, str], ...]:
    """Return how far each setting may be moved before other models come out: its name, and its range in words."""
    found = []
    for line in result.tables["set_ranges"].to_dict("records"):
        low, high = (number(line[name], 2) if line[name] == line[name] else "" for name in ("lowest", "highest"))
        words = (
            say(N_("{low} to {high}"), low=low, high=high)
            if low and high
            else say(N_("from {low}"), low=low)
            if low
            else say(N_("to {high}"), high=high)
        )
        found.append(
            (str(line["setting"]), f"{number(line['set_at'], 2)}: " + (words if low or high else _("anywhere")))
        )
    return tuple(found)


def survival(result: Result) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """Return the tests of doubt: what was done, and its lines."""
    found: dict[str, list[Line]] = {}
    frame = result.tables["term_survival"]
    for label, line in zip(frame.index, frame.to_dict("records"), strict=True):
        found.setdefault(str(line["test"]), []).append({str(k): v for k, v in line.items()} | {"row": str(label)})
    return tuple((test, tuple(lines)) for test, lines in found.items())


def _told(interviews: int, error: float) -> str:
    """Say what a membership rests on; what came first rests on times, not on interviews."""
    if not interviews:
        return _("by the time of both")
    if error == error:
        return say(N_("{n} interviews, error {error}"), n=interviews, error=number(error, 2))
    return ngettext("{n} interview", "{n} interviews", interviews).format(n=interviews)


def _fits(line: Line) -> tuple[str, ...]:
    return tuple(number(line[name], 2) for name in ("inclusion", "pri", "covered", "unique"))


def _literal(text: str) -> Literal:
    valued = re.fullmatch(r"(.+)\[(\d+)\]", text)
    if valued:
        return Literal(valued[1], valued[2])
    return (
        Literal(text[:-3], "–")
        if text.endswith("{-}")
        else Literal(text.lstrip("~"), "no" if text.startswith("~") else "yes")
    )

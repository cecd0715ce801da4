"""The mechanism model in plain Python: one object per deputy, one method per rule, NumPy's own generator, nothing compiled and nothing clever.

Written from the specification alone, to be compared with the engine. Rules that need only numbers and deputies are functions, so that other
frameworks can be given the same ones.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FREE, PAY, PRESS = "free", "pay", "press"


@dataclass
class Deputy:
    """A deputy as section 2 has him, with his record."""

    theta: float
    lam: float
    om: float
    kap: float
    competence: float
    group: str
    eps: float = 0.0
    z: float = 0.0
    linked: bool = False
    tolerance: float = 0.0
    rent: float = 0.0
    tm: float = 0.1
    tq: float = 0.02
    cooling: int = 0
    decisions: int = 0
    against: int = 0

    def ideal(self) -> float:
        """Momentary ideal."""
        return self.theta + self.eps

    def unlink(self, cooling: int = 0) -> None:
        """His link ends, if there is one."""
        if self.linked:
            self.linked, self.tolerance, self.rent, self.cooling = False, 0.0, 0.0, max(self.cooling, cooling)


@dataclass(frozen=True)
class Stance:
    """One deputy before one vote, seen by the head: all that the programme needs."""

    ideal: float
    terms: float
    framing: float
    room: float


@dataclass
class Proposal:
    """A proposal with its purchases."""

    net: float
    x: float
    passing: float
    framed: bool
    needs: list[float]
    how: list[str]


def majority(n: int) -> int:
    """Votes that adopt."""
    return n // 2 + 1


def two_thirds(n: int) -> int:
    """Votes that override."""
    return math.ceil(2 * n / 3)


def logistic(need: float, eta: float) -> float:
    """Chance of a yes."""
    if eta == 0:
        return 1.0 if need <= 0 else 0.0
    return 0.0 if need / eta > 700 else 1 / (1 + math.exp(need / eta))


def pass_probability(chances: Sequence[float], m: int, eta: float) -> float:
    """Chance that m votes come together, by the normal approximation; exact without noise."""
    if eta == 0:
        return 1.0 if sum(chances) >= m - 1e-9 else 0.0
    spread = math.sqrt(sum(p * (1 - p) for p in chances) + 1e-4)
    return 0.5 * (1 + math.erf((sum(chances) - m + 0.5) / spread / math.sqrt(2)))


def priced(
    x: float, q: float, goal: float, framed: bool, stances: Sequence[Stance], par: Mapping[str, float], press: float, frame: float, budget: float
) -> Proposal:  # fmt: skip
    """7.3: buy votes for x in increasing price, keep the number that is worth most."""
    eta, m = par["eta"], majority(len(stances))
    gain = par["v_head"] * ((q - goal) ** 2 - (x - goal) ** 2)
    needs = [(x - s.ideal) ** 2 - (q - s.ideal) ** 2 + s.terms - (s.framing if framed else 0.0) for s in stances]
    chances = [logistic(need, eta) for need in needs]
    offers: list[tuple[float, int, str]] = []
    for i, (need, stance) in enumerate(zip(needs, stances, strict=True)):
        gap = need + 3 * eta
        if gap > 0:
            ways = [(gap, PAY)] if par["use_pay"] else []
            if par["use_press"] and gap <= stance.room:
                ways.append((press, PRESS))
            if ways:
                price, way = min(ways)
                offers.append((price, i, way))
    cost = frame if framed else 0.0
    how = [FREE] * len(stances)
    passing = pass_probability(chances, m, eta)
    best = Proposal(passing * gain - cost - (1 - passing) * par["rej_cost"], x, passing, framed, needs, list(how))
    paid = 0.0
    for price, i, way in sorted(offers):
        paid += price if way == PAY else 0.0
        if paid > budget + 1e-12:
            break
        cost += price
        how[i] = way
        chances[i] = logistic(-3 * eta, eta) if eta else 1.0
        passing = pass_probability(chances, m, eta)
        net = passing * gain - cost - (1 - passing) * par["rej_cost"]
        if net > best.net + 1e-12:
            best = Proposal(net, x, passing, framed, needs, list(how))
    return best


def free_point(q: float, goal: float, stances: Sequence[Stance], eta: float) -> float:
    """7.3: the m-th largest reach, not beyond the goal."""
    s = 1.0 if goal >= q else -1.0
    reaches = []
    for one in stances:
        slack, lead = -one.terms, s * (one.ideal - q)
        root = (q - one.ideal) ** 2 + slack - 3 * eta
        none = root < 0 or (slack < 3 * eta and lead <= 0)
        reaches.append(0.0 if none else max(0.0, lead + math.sqrt(root)))
    reaches.sort(reverse=True)
    return q + s * min(reaches[majority(len(stances)) - 1], abs(goal - q))


def programme(
    q: float, goal: float, points: int, stances: Sequence[Stance], par: Mapping[str, float], press: float, frame: float, budget: float
) -> Proposal:  # fmt: skip
    """7.3: the best of `points` places from the free point to the goal, each with and without framing."""
    start = free_point(q, goal, stances, par["eta"])
    framings = (False, True) if par["use_manip"] and par["iota"] > 0 else (False,)
    found: Proposal | None = None
    for k in range(points):
        x = start + (goal - start) * k / (points - 1)
        for framed in framings:
            one = priced(x, q, goal, framed, stances, par, press, frame, budget)
            if found is None or one.net > found.net + 1e-12:
                found = one
    assert found is not None
    return found


def l_kurtosis(values: Iterable[float]) -> float:
    """Fourth L-moment over the second, unbiased."""
    x = sorted(values)
    n = len(x)
    b = [sum(math.comb(j, r) * x[j] for j in range(n)) / math.comb(n - 1, r) / n for r in range(4)]
    second = 2 * b[1] - b[0]
    return (20 * b[3] - 30 * b[2] + 12 * b[1] - b[0]) / second if n > 3 and second > 1e-12 else math.nan


class Town:
    """One town, one run."""

    def __init__(self, par: Mapping[str, float], rng: Any) -> None:
        self.par, self.rng = par, rng
        self.n, self.m = int(par["N"]), majority(int(par["N"]))
        self.deputies: list[Deputy] = []
        self.p = 0.4 * par["theta_h"]
        self.budget = self.wait = self.development = 0.0
        self.tau, self.capital, self.abar = 1.0, par["K0"], par["alpha"] / 2
        self.tone_average = self.need_average = 0.3
        self.delta_h = par["delta0"] * (1 - par["h0"])
        self.eps_h = self.eps_f = 0.0
        self.pending = self.chair = self.partner = False
        self.u_tac = self.u_str = 0.0
        self.n_tac = self.n_str = 0
        self.spells_ended = self.spells_begun = 0
        # the record
        self.policies: list[float] = []
        self.changes: list[float] = []
        self.shares: list[float] = []
        self.tones: list[float] = []
        self.pressed: list[bool] = []
        self.forces: list[bool] = []
        self.partners: list[bool] = []
        self.chairs: list[bool] = []
        self.competences: list[float] = []
        self.proposed = self.adopted = self.evaluated = self.held = self.waited = self.removals = 0
        self.causes: dict[str, int] = dict.fromkeys(
            ("nominee", "dependence", "link", "paid", "pressed", "manipulated"), 0
        )
        self.judged: list[bool] = []

    # -- helpers ------------------------------------------------------------------------------------------------------------------------------

    def within(self, kind: str) -> bool:
        """Is the month inside the window?"""
        start = self.par[f"{kind}_t"]
        return start >= 0 and start <= self.t < start + self.par[f"{kind}_dur"]

    def loyalty(self, one: Deputy) -> float:
        """Loyalty; the firm's deputies are won by partnership."""
        return one.lam + (self.par["lam_f"] if self.partner and one.group == "firm" else 0.0)

    def shadow(self, one: Deputy) -> float:
        """The shadow of sanction."""
        return self.par["phi"] * self.sanction * (1 - one.om)

    def unlink(self, one: Deputy, cooling: int = 0) -> None:
        """End a link."""
        self.spells_ended += one.linked
        one.unlink(cooling)

    # -- the month ----------------------------------------------------------------------------------------------------------------------------

    def month(self, t: int) -> None:
        """Section 3."""
        par, self.t = self.par, t
        before = self.p
        self.intervened, self.ill = self.within("F"), self.within("pan")
        self.sanction = par["S"] * (1 + (par["F_S"] if self.intervened else 0))
        self.costs = 0.0
        self.did_propose = False
        if t % int(par["term"]) == 0:
            self.elections()
        self.shocks()
        self.removal()
        self.partnership()
        self.money()
        self.q = self.p = (1 - par["erosion"]) * self.p
        if not self.pending and self.rng.random() < par["alpha"]:
            self.pending = True
        self.goal = par["theta_h"] + self.eps_h
        self.see_coalition()
        if self.pending:
            fading = self.chair
            if self.chair or self.rng.random() < par["pi_h"]:
                self.head_moves()
            else:
                self.rival_moves()
            if fading:
                for one in self.deputies:
                    one.tm *= 0.95
                    one.tq *= 0.95
        if self.pending and self.rng.random() > par["surv"]:
            self.pending = False
        flow = -par["v_head"] * (self.p - self.goal) ** 2 - self.costs
        if self.in_force:
            self.n_str += 1
            self.u_str += max(0.05, 1 / self.n_str) * (flow - self.u_str)
        elif t >= 6:
            self.n_tac += 1
            self.u_tac += max(0.05, 1 / self.n_tac) * (flow - self.u_tac)
        if t % 6 == 5 and par["use_link"]:
            self.renewal()
        for one in self.deputies:
            one.z *= 1 - par["d_z"]
            one.cooling = max(0, one.cooling - 1)
        self.tau += par["rec_T"] * (1 - self.tau)
        self.abar = self.abar + 0.03 * (1 - self.abar) if self.did_propose else max(0.02, 0.97 * self.abar)
        competence = sum(one.competence for one in self.deputies) / self.n
        self.development += (
            par["drift"] + par["g_part"] * self.partner - par["g_stab"] * abs(self.p - before) + par["g_comp"] * competence
            + par["g_sdv"] * self.rng.normal()
        )  # fmt: skip
        self.forces.append(self.in_force)
        self.partners.append(self.partner)
        self.chairs.append(self.chair)
        self.competences.append(competence)
        if t >= 12:
            self.policies.append(self.p)
            self.changes.append(self.p - before)

    def elections(self) -> None:
        """7.1."""
        par, first = self.par, not self.deputies
        share = par["sel"] if par["use_sel"] else 0.0
        if share > 0 and par["c_sel"] > 0:
            share = min(max(self.effort(), 0.0), share)
        sitting, self.deputies = self.deputies, []
        for i in range(self.n):
            if not first and self.rng.random() < par["reelect"]:
                self.deputies.append(sitting[i])
                continue
            if not first:
                self.unlink(sitting[i])
                self.judge(sitting[i])
            self.deputies.append(self.newcomer(share))
        faithful = [one for one in self.deputies if self.loyalty(one) + self.shadow(one) > par["chair_thr"]]
        self.chair = bool(par["use_chair"]) and len(faithful) >= self.m

    def newcomer(self, share: float) -> Deputy:
        """Somebody takes an open seat."""
        par, rng, c = self.par, self.rng, self.par["comp_corr"]
        by_head = rng.random() < share
        by_firm = not by_head and par["firm"] > 0 and rng.random() < par["phi_f"]
        candidates = [
            (loyal, rng.normal(), c * loyal + math.sqrt(1 - c * c) * rng.normal())
            for loyal in rng.normal(size=int(par["n_cand"]) if by_head else 1)
        ]
        loyal, place, competence = max(candidates)
        bloc = 1.0 if by_head or rng.random() < 0.5 else -1.0
        theta = par["theta_sd"] * place + 0.5 * par["pol"] * bloc
        lam = par["lam_free"] + par["lam_sd"] * loyal + par["pol"] * bloc
        if by_firm:
            theta, lam = par["theta_f"] + 0.3 * par["theta_sd"] * place, par["lam_free"] + par["lam_sd"] * loyal
        om, kap = (min(1.0, max(0.0, rng.normal(par[name], 0.2))) for name in ("omega", "kappa"))
        return Deputy(theta, lam, om, kap, competence, "head" if by_head else "firm" if by_firm else "free")

    def effort(self) -> float:
        """Effort of selection where it costs."""
        from scipy.stats import norm

        par, a = self.par, self.need_average
        best = sum(float(x) for x in self.rng.normal(size=(4000, int(par["n_cand"]))).max(axis=1)) / 4000
        months = (1 - self.delta_h ** par["term"]) / (1 - self.delta_h)
        worth = []
        for mean in (par["lam_free"], par["lam_free"] + best * par["lam_sd"]):
            d = (a - mean) / par["lam_sd"]
            worth.append((a - mean) * norm.cdf(d) + par["lam_sd"] * norm.pdf(d))
        return float(self.abar * months * (worth[0] - worth[1]) / (2 * par["c_sel"]))

    def shocks(self) -> None:
        """7.2."""
        par = self.par
        sigma, rho = par["sig_eps"] * (1 + (par["pan_eps"] if self.ill else 0)), par["rho_eps"]
        fresh = math.sqrt(1 - rho * rho) * sigma
        for one in self.deputies:
            one.eps = rho * one.eps + fresh * self.rng.normal()
        self.eps_h = rho * self.eps_h + fresh * self.rng.normal()
        self.eps_f = rho * self.eps_f + fresh * self.rng.normal()

    def removal(self) -> None:
        """7.9."""
        par = self.par
        added = par["F_h"] if self.intervened else 0.0
        hazard = min(1.0, par["h0"] + par["h_conf"] * max(0.0, -self.tone_average) + added)
        if self.rng.random() < hazard:
            self.removals += 1
            for one in self.deputies:
                self.unlink(one)
                one.z /= 2
            self.capital /= 2
            self.wait, self.u_str, self.n_str = 0.0, 0.0, 0
            self.tau, self.tone_average = max(self.tau, 0.7), 0.3
            hazard = min(1.0, par["h0"] + added)
        self.delta_h = par["delta0"] * (1 - hazard)

    def partnership(self) -> None:
        """7.8."""
        par = self.par
        self.partner = False
        if not par["firm"]:
            return
        flow = par["r0"] + par["r1"] * self.capital
        tempted_h, tempted_f = (
            par["g_tempt"] * math.exp(par["g_sd"] * self.rng.normal() - par["g_sd"] ** 2 / 2) for _one in range(2)
        )
        delta_f = par["delta_f"]
        if self.intervened:
            tempted_f += par["F_g"]
            delta_f *= 1 - par["F_delta"]
        self.partner = (
            flow > 0
            and tempted_h <= self.delta_h / (1 - self.delta_h) * flow
            and tempted_f <= delta_f / (1 - delta_f) * flow
        )
        initiative = not self.partner and not self.intervened and self.rng.random() < par["init_coop"]
        if self.partner or initiative:
            self.capital += par["k_up"] * (1 - self.capital)
        else:
            self.capital *= 1 - par["k_dn"]

    def money(self) -> None:
        """Step 5."""
        par = self.par
        self.income = par["R"] + par["r_part"] * self.partner
        self.income *= (1 + par["F_R"]) if self.intervened else 1.0
        self.income *= (1 - par["pan_R"]) if self.ill else 1.0
        for one in self.deputies:
            if sum(other.rent for other in self.deputies) > self.income + 1e-12 and one.linked:
                self.unlink(one)
        self.rents = sum(one.rent for one in self.deputies)
        self.budget = min(par["Bcap"], self.budget + self.income - self.rents)
        self.costs += self.rents

    # -- the head -----------------------------------------------------------------------------------------------------------------------------

    def stances(self, contract: bool) -> list[Stance]:
        """What the head knows about every vote."""
        par = self.par
        return [
            Stance(
                one.ideal(),
                par["chi"] * one.z - self.loyalty(one) - self.shadow(one) - (one.tolerance if contract and one.linked else 0.0),
                par["iota"] * self.tau * (1 - one.kap),
                (1 - par["phi"]) * self.sanction * (1 - one.om),
            )
            for one in self.deputies
        ]  # fmt: skip

    def head_moves(self) -> None:
        """7.3 to 7.5."""
        par, d = self.par, self.delta_h
        self.evaluated += 1
        shadow_z = par["foresight"] * 0.5 * par["chi"] * self.abar * d / (1 - d * (1 - par["d_z"]))
        shadow_t = par["foresight"] * 0.15 * par["loss_T"] * par["iota"] * (1 - par["kappa"]) * self.m * self.abar * d
        shadow_t /= 1 - d * (1 - par["rec_T"])
        press, frame = par["c_p"] + par["rho_p"] * shadow_z, par["c_m"] + par["pi_e"] * shadow_t
        contract = False
        spot = self.stances(contract=False)
        plan = programme(self.q, self.goal, 9, spot, par, press, frame, self.budget)
        if self.in_force:
            bound = programme(self.q, self.x_c, 4, self.stances(contract=True), par, press, frame, self.budget)
            ahead = d / (1 - d) * max(0.0, self.coalition_worth(self.x_c, self.q_c, self.rents) - self.u_tac)
            if max(plan.net, 0) - max(bound.net, 0) > ahead:
                for one in self.deputies:
                    self.unlink(one, cooling=12)
                self.in_force = False
            else:
                plan, contract = bound, True
        v0 = d * par["alpha"] * self.wait / (1 - d * (1 - par["alpha"]))
        stays = par["surv"] * (1.0 if self.chair else par["pi_h"])
        waits = bool(par["use_wait"]) and not contract
        if plan.net <= 0:
            self.held += 1
        elif waits and plan.net < d * stays * (self.wait - v0):
            self.held += 1
            self.waited += 1
        else:
            self.table(plan, contract, spot)
        if waits:
            target = max(max(plan.net, 0) + d * v0, d * (stays * self.wait + (1 - stays) * v0))
            self.wait += 0.05 * (target - self.wait)

    def table(self, plan: Proposal, contract: bool, spot: Sequence[Stance]) -> None:
        """7.5: the vote and what follows."""
        par, rng, eta = self.par, self.rng, self.par["eta"]
        self.did_propose = True
        self.need_average += 0.01 * (
            sum(need + self.loyalty(one) for need, one in zip(plan.needs, self.deputies, strict=True)) / self.n
            - self.need_average
        )
        votes = []
        for one, need, how in zip(self.deputies, plan.needs, plan.how, strict=True):
            effective = -3 * eta if how != FREE else need - par["band"] if plan.passing > 0.9 else need
            noise = rng.logistic(0, eta) if eta else 0.0
            votes.append(effective + noise <= 0)
            one.decisions += 1
            one.against += not votes[-1]
        adopted = sum(votes) >= self.m
        if adopted:
            self.explain(plan, contract, votes)
        for one, need, how, yes in zip(self.deputies, plan.needs, plan.how, votes, strict=True):
            if how == PRESS:
                self.costs += par["c_p"]
                one.z += par["rho_p"] * (0.5 + 0.5 * one.om) + (0.0 if yes else 0.5 * par["rho_p"])
            if how == PAY and yes and adopted:
                self.budget -= need + 3 * eta
                self.costs += need + 3 * eta
            if one.linked and not yes and need > 0:
                self.unlink(one, cooling=12)
        self.budget = max(self.budget, 0.0)
        if plan.framed:
            self.costs += par["c_m"]
            if rng.random() < par["pi_e"]:
                self.tau *= 1 - par["loss_T"]
                for one in self.deputies:
                    one.z += 0.15 * one.kap
        share = sum(votes) / self.n
        tone = min(1.0, max(-1.0, 2 * share - 1 - sum(one.z for one in self.deputies) / self.n))
        self.tone_average += 0.1 * (tone - self.tone_average)
        self.proposed += 1
        self.adopted += adopted
        self.shares.append(share)
        self.tones.append(tone)
        self.pressed.append(PRESS in plan.how)
        if adopted:
            self.p, self.pending = plan.x, False

    def explain(self, plan: Proposal, contract: bool, votes: Sequence[bool]) -> None:
        """Vote shares of section 10: the first sufficient cause of every yes that is not voluntary."""
        for one, how, yes in zip(self.deputies, plan.how, votes, strict=True):
            raw = (plan.x - one.ideal()) ** 2 - (self.q - one.ideal()) ** 2 + self.par["chi"] * one.z
            if not yes or raw <= 0:
                continue
            left = raw - self.loyalty(one)
            if left <= 0:
                self.causes["nominee"] += one.group == "head"
                continue
            tolerated = one.tolerance if contract and one.linked else 0.0
            if left <= self.shadow(one):
                self.causes["dependence"] += 1
            elif tolerated > 0 and left <= self.shadow(one) + tolerated:
                self.causes["link"] += 1
            elif how != FREE:
                self.causes["paid" if how == PAY else "pressed"] += 1
            elif plan.framed and plan.needs[self.deputies.index(one)] <= 0:
                self.causes["manipulated"] += 1

    # -- rivals and coalition -----------------------------------------------------------------------------------------------------------------

    def rival_moves(self) -> None:
        """7.6."""
        par = self.par
        if par["firm"] and self.rng.random() < 0.25:
            ideal = par["theta_f"] + self.eps_f
        else:
            ideal = self.deputies[self.rng.integers(self.n)].ideal()
        reference = self.x_c if self.in_force else self.goal
        best, best_gain = None, 0.0
        for k in range(1, 9):
            x = self.q + (ideal - self.q) * k / 8
            harmful = abs(x - reference) > abs(self.q - reference) + 1e-12
            support = 0
            for one in self.deputies:
                gain = (self.q - one.ideal()) ** 2 - (x - one.ideal()) ** 2
                hold = self.loyalty(one) + self.shadow(one) + (one.tolerance if one.linked else 0) - par["chi"] * one.z
                support += gain > (hold if harmful else 0)
            quota = two_thirds(self.n) if harmful and par["veto"] else self.m
            gain = (self.q - ideal) ** 2 - (x - ideal) ** 2
            if support >= quota and gain > best_gain:
                best, best_gain = x, gain
        half = (self.q + ideal) / 2
        if abs(half - reference) > abs(self.q - reference) + 1e-12:
            for one in self.deputies:
                gain = max(0.0, (self.q - one.ideal()) ** 2 - (half - one.ideal()) ** 2)
                one.tm += 0.15 * (gain - one.tm)
                one.tq += 0.15 * (gain**2 - one.tq)
        if best is not None:
            self.p, self.pending = best, False

    def place(self, one: Deputy) -> float:
        """Ideal that a platform looks at."""
        return one.theta if self.par["platform"] else one.ideal()

    def platform(self, members: Sequence[Deputy]) -> tuple[float, float]:
        """Target pair of these members."""
        par = self.par
        head = par["theta_h"] if self.par["platform"] else self.goal
        x = par["v_head"] * head + par["psi"] * sum(self.place(one) for one in members)
        x /= par["v_head"] + par["psi"] * len(members)
        return x, x * (1 - par["erosion"]) ** (1 / par["alpha"]) if par["alpha"] else 0.0

    def asked(self, one: Deputy, x: float, q: float) -> float:
        """A_i of 7.7."""
        at = self.place(one)
        return (x - at) ** 2 - (q - at) ** 2 + self.par["chi"] * one.z - self.loyalty(one) - self.shadow(one)

    def see_coalition(self) -> None:
        """Is it in force?"""
        self.in_force = False
        members = [one for one in self.deputies if one.linked]
        if len(members) >= 3:
            self.x_c, self.q_c = self.platform(members)
            others = [one for one in self.deputies if not one.linked and self.asked(one, self.x_c, self.q_c) <= 0]
            self.in_force = len(members) + len(others) >= self.m

    def coalition_worth(self, x: float, q: float, rents: float) -> float:
        """U of 7.7."""
        if self.n_str >= 12:
            return self.u_str
        return -self.par["v_head"] * (((x + q) / 2 - self.par["theta_h"]) ** 2 + self.par["sig_eps"] ** 2) - rents

    def membership(self, x: float, q: float) -> list[tuple[Deputy, float, float]] | None:
        """Members with tolerance and rent, or nobody."""
        par = self.par
        margin = par["link_k"] * 2 * abs(x - q) * par["sig_eps"]
        delta = par["delta0"] * (1 - (1 - par["reelect"]) / par["term"])
        wanted = []
        for place, one in enumerate(self.deputies):
            deviation = math.sqrt(max(0.0, one.tq - one.tm**2))
            tempted = one.tm + par["link_k"] * deviation - self.loyalty(one) - self.shadow(one) + par["chi"] * one.z
            tolerance = max(0.0, self.asked(one, x, q) + margin, tempted)
            if one.cooling == 0:
                wanted.append((tolerance * (1 - delta) / delta, place, tolerance))
        blocking = self.n - two_thirds(self.n) + 1 if par["veto"] else self.n - self.m + 1
        supporters = {i for i, one in enumerate(self.deputies) if self.asked(one, x, q) + margin <= 0}
        found: list[tuple[Deputy, float, float]] = []
        names: set[int] = set()

        def enough() -> bool:
            return len(names) >= blocking and len(names | supporters) >= self.m + 1

        for rent, i, tolerance in sorted(wanted):
            if enough():
                break
            found.append((self.deputies[i], tolerance, rent))
            names.add(i)
        return found if enough() else None

    def renewal(self) -> None:
        """Step 10."""
        offer = self.offer()
        chosen = {id(one): (tolerance, rent) for one, tolerance, rent in offer or ()}
        for one in self.deputies:
            if id(one) in chosen:
                self.spells_begun += not one.linked
                one.linked = True
                one.tolerance, one.rent = chosen[id(one)]
            else:
                self.unlink(one)

    def offer(self) -> list[tuple[Deputy, float, float]] | None:
        """The coalition that is offered or goes on."""
        if self.n_tac < 12 or (self.n_str >= 12 and self.u_str < self.u_tac):
            return None
        first = self.membership(*self.platform([one for one in self.deputies if one.linked]))
        if first is None:
            return None
        x, q = self.platform([one for one, _tolerance, _rent in first])
        second = self.membership(x, q)
        if second is None:
            return None
        rents = sum(rent for _one, _tolerance, rent in second)
        over = self.coalition_worth(x, q, rents) - self.u_tac
        return (
            second
            if rents <= 0.8 * self.income and over > 0 and rents <= self.delta_h / (1 - self.delta_h) * over
            else None
        )

    # -- the record ---------------------------------------------------------------------------------------------------------------------------

    def judge(self, one: Deputy) -> None:
        """Was this deputy in opposition?"""
        if one.decisions >= 3:
            self.judged.append(one.against > 0.6 * one.decisions)

    def observed(self) -> dict[str, float]:
        """The run in numbers, named as the engine names them."""
        for one in self.deputies:
            self.judge(one)

        def mean(values: Sequence[float]) -> float:
            return sum(values) / len(values) if values else math.nan

        large = [change for change in self.changes if abs(change) > 0.05]
        won = sum(self.causes.values())
        centre = mean(self.changes)
        found = {
            "control": mean(self.policies) / self.par["theta_h"],
            "adoption": self.adopted / self.proposed if self.proposed else math.nan,
            "yes_share": mean(self.shares),
            "tone": mean(self.tones),
            "temporising": self.held / self.evaluated if self.evaluated else math.nan,
            "waiting": self.waited / self.evaluated if self.evaluated else math.nan,
            "pressed_decisions": mean(self.pressed),
            "coalition_share": mean(self.forces),
            "spells_ended": self.spells_ended,
            "turbulence": math.sqrt(mean([(one - centre) ** 2 for one in self.changes])),
            "reversals": mean([a * b < 0 for a, b in itertools.pairwise(large)]),
            "l_kurtosis": l_kurtosis(self.changes),
            "growth": 12 * self.development / int(self.par["T"]),
            "partnership_share": mean(self.partners),
            "partner_end": float(self.partner),
            "opposition": mean(self.judged),
            "competence": mean(self.competences),
            "chair_share": mean(self.chairs),
            "heads": self.removals,
            "proposed": self.proposed,
        }
        found |= {f"votes_{cause}": count / won if won else math.nan for cause, count in self.causes.items()}
        return found


def run_reference(par: Mapping[str, float], rng: Any) -> dict[str, float]:
    """Run a town and give its observables."""
    town = Town(par, rng)
    for t in range(int(par["T"])):
        town.month(t)
    return town.observed()

"""One run of the model: months in a compiled loop over arrays.

A month: elections, shocks, removal, partnership, money, issues, recognition, proposal and vote, lapse, coalition, decay, development.

The record of a run is a vector of `OBSERVED`; `trace`, where it has room, takes the town's story month by month.
"""

from __future__ import annotations

import math

import numba as nb
import numpy as np

from veche.lab._draws import (
    CANDIDATES,
    DEVELOPMENT,
    ELECTIONS,
    EXPOSURE,
    ISSUES,
    PARTNERSHIP,
    RECOGNITION,
    SHOCKS,
    TURNOVER,
    VOTES,
    mix,
    normals,
    uniforms,
)  # fmt: skip
from veche.lab._programme import PAID, PRESSED, SECURE, evaluate, free_point

#: what a run records, in order
OBSERVED: tuple[str, ...] = (
    "control", "adoption", "yes_share", "tone", "temporising", "waiting", "blocked", "proposed", "adopted",
    "votes_nominee", "votes_dependence", "votes_link", "votes_paid", "votes_pressed", "votes_manipulated",
    "pressed_decisions", "coalition_share", "spells", "spell_months", "coalition_benefit", "turbulence", "reversals", "l_kurtosis",
    "growth", "partnership_share", "partner_end", "partner_back", "opposition", "competence", "chair_share", "heads",
)  # fmt: skip
SEEN = {name: at for at, name in enumerate(OBSERVED)}
#: what a month's trace holds, in order
MONTH: tuple[str, ...] = (
    "policy", "partnership", "capital", "means", "credulity", "resentment", "links", "chair", "proposed", "adopted", "yes", "tone", "development",
    "head_removed", "intervention",
)  # fmt: skip
BURN_IN = 12
#: distance between policy and the head's ideal point counted as a change
CHANGE = 0.05

(
    I_N, I_T, I_TERM, I_THETA_SD, I_THETA_H, I_POL, I_LAM_FREE, I_LAM_SD, I_SIG, I_RHO, I_ETA, I_OMEGA, I_KAPPA, I_CHI, I_DZ, I_BAND, I_V, I_R,
    I_BCAP, I_S, I_PHI, I_CP, I_RHOP, I_IOTA, I_CM, I_PIE, I_LOSS, I_REC, I_SEL, I_CSEL, I_NCAND, I_CORR, I_DELTA0, I_H0, I_HCONF, I_FORE, I_ALPHA,
    I_SURV, I_EROSION, I_PIH, I_VETO, I_REJ, I_CHAIR, I_PSI, I_LINKK, I_PLATFORM, I_REELECT, I_FIRM, I_PHIF, I_THETAF, I_LAMF, I_RPART, I_GTEMPT,
    I_GSD, I_R0, I_R1, I_KUP, I_KDN, I_INIT, I_K0, I_DELTAF, I_DRIFT, I_GPART, I_GSTAB, I_GCOMP, I_GSDV, I_FT, I_FDUR, I_FDELTA, I_FH, I_FG, I_FR,
    I_FS, I_PANT, I_PANDUR, I_PANR, I_PANEPS, U_PAY, U_PRESS, U_MANIP, U_LINK, U_WAIT, U_SEL, U_CHAIR,
) = range(84)  # fmt: skip


@nb.njit(cache=True, inline="always")
def _within(t, start, length):  # type: ignore[no-untyped-def]
    return start >= 0 and start <= t < start + length


@nb.njit(cache=True, inline="always")
def _shortfall(a, mu, sd):  # type: ignore[no-untyped-def]
    if sd <= 0:
        return max(a - mu, 0.0)
    z = (a - mu) / sd
    return (a - mu) * 0.5 * math.erfc(-z * 0.7071067811865476) + sd * math.exp(-z * z / 2) * 0.3989422804014327


@nb.njit(cache=True)
def _l_kurtosis(values, count):  # type: ignore[no-untyped-def]
    if count < 4:
        return math.nan
    x = np.sort(values[:count])
    b0 = b1 = b2 = b3 = 0.0
    n = float(count)
    for j in range(count):
        f = float(j)
        b0 += x[j]
        b1 += x[j] * f / (n - 1)
        b2 += x[j] * f * (f - 1) / ((n - 1) * (n - 2))
        b3 += x[j] * f * (f - 1) * (f - 2) / ((n - 1) * (n - 2) * (n - 3))
    b0, b1, b2, b3 = b0 / n, b1 / n, b2 / n, b3 / n
    scale = 2 * b1 - b0
    if scale <= 1e-12:
        return math.nan
    return (20 * b3 - 30 * b2 + 12 * b1 - b0) / scale


@nb.njit(cache=True)
def _elect(  # type: ignore[no-untyped-def]
    key, t, first, par, order_max, abar, need_average, delta_h, theta, eps, lam, om, kap, comp, group, z, link, tol, rent, tm, tq, cool, closed,
):  # fmt: skip
    """Elections (7.1): who keeps the seat, and who comes."""
    n = int(par[I_N])
    share = par[I_SEL] if par[U_SEL] > 0 else 0.0
    if share > 0 and par[I_CSEL] > 0:
        months = par[I_TERM] if delta_h >= 1 else (1 - delta_h ** par[I_TERM]) / (1 - delta_h)
        free = _shortfall(need_average, par[I_LAM_FREE], par[I_LAM_SD])
        chosen = _shortfall(need_average, par[I_LAM_FREE] + order_max * par[I_LAM_SD], par[I_LAM_SD])
        share = min(max(abar * months * (free - chosen) / (2 * par[I_CSEL]), 0.0), share)
    corr = par[I_CORR]
    rest = math.sqrt(max(1 - corr * corr, 0.0))
    candidates = int(par[I_NCAND])
    for i in range(n):
        keep, listed, firm_listed, side = uniforms(key, ELECTIONS, t, i)
        if not first and keep < par[I_REELECT]:
            continue
        if not first:
            closed[0] += _end_link(i, link, tol, rent, closed)
        by_head = listed < share
        by_firm = not by_head and par[I_FIRM] > 0 and firm_listed < par[I_PHIF]
        loyalty, place, skill, _spare = normals(key, CANDIDATES, t, i * 128)
        if by_head:
            for candidate in range(1, candidates):
                a, b, c, _d = normals(key, CANDIDATES, t, i * 128 + candidate)
                if a > loyalty:
                    loyalty, place, skill = a, b, c
        bloc = 1.0 if by_head or side < 0.5 else -1.0
        if by_firm:
            bloc = 0.0
        lam[i] = par[I_LAM_FREE] + par[I_LAM_SD] * loyalty + par[I_POL] * bloc
        theta[i] = par[I_THETA_SD] * place + 0.5 * par[I_POL] * bloc
        if by_firm:
            theta[i] = par[I_THETAF] + 0.3 * par[I_THETA_SD] * place
        comp[i] = corr * loyalty + rest * skill
        first_trait, second_trait, _a, _b = normals(key, CANDIDATES, t, i * 128 + 127)
        om[i] = min(max(par[I_OMEGA] + 0.2 * first_trait, 0.0), 1.0)
        kap[i] = min(max(par[I_KAPPA] + 0.2 * second_trait, 0.0), 1.0)
        group[i] = 1 if by_head else (2 if by_firm else 0)
        eps[i] = 0.0
        z[i] = 0.0
        cool[i] = 0
        tm[i], tq[i] = 0.1, 0.02


@nb.njit(cache=True, inline="always")
def _end_link(i, link, tol, rent, closed):  # type: ignore[no-untyped-def]
    """End the link of a deputy, if there is one; returns 1 if there was."""
    if link[i] == 0:
        return 0.0
    link[i] = 0
    tol[i] = 0.0
    rent[i] = 0.0
    return 1.0


@nb.njit(cache=True)
def _platform(par, head, ideals, link, n):  # type: ignore[no-untyped-def]
    total, members = par[I_V] * head, 0
    weight = par[I_V]
    for i in range(n):
        if link[i]:
            total += par[I_PSI] * ideals[i]
            weight += par[I_PSI]
            members += 1
    x = total / weight if weight > 0 else head
    alpha = par[I_ALPHA]
    q = x * (1 - par[I_EROSION]) ** (1 / alpha) if alpha > 0 else 0.0
    return x, q


@nb.njit(cache=True)
def _membership(par, n, m, m23, x, q, theta, lam, om, z, tm, tq, cool, delta_d, sanction, chosen, tol, rent, accept):  # type: ignore[no-untyped-def]
    """Choose members by rent until they can block and carry; returns the sum of rents, or -1 where that is not possible."""
    margin = par[I_LINKK] * 2 * abs(x - q) * par[I_SIG]
    order_rent = np.empty(n)
    for i in range(n):
        shield = lam[i] + par[I_PHI] * sanction * (1 - om[i])
        a = (x - theta[i]) ** 2 - (q - theta[i]) ** 2 + par[I_CHI] * z[i] - shield
        deviation = math.sqrt(max(tq[i] - tm[i] * tm[i], 0.0))
        tempted = tm[i] + par[I_LINKK] * deviation - shield + par[I_CHI] * z[i]
        accept[i] = a
        tol[i] = max(0.0, a + margin, tempted)
        rent[i] = tol[i] * (1 - delta_d) / delta_d if delta_d > 0 else math.inf
        order_rent[i] = rent[i] if cool[i] == 0 else math.inf
        chosen[i] = 0
    blocking = n - m23 + 1 if par[I_VETO] > 0 else n - m + 1
    defaults = 0
    for i in range(n):
        if accept[i] + margin <= 0:
            defaults += 1
    order = np.argsort(order_rent)
    members, rents = 0, 0.0
    for place in range(n):
        if members >= blocking and members + defaults >= m + 1:
            break
        i = order[place]
        if order_rent[i] == math.inf:
            return -1.0
        chosen[i] = 1
        members += 1
        rents += rent[i]
        if accept[i] + margin <= 0:
            defaults -= 1
    if members < blocking or members + defaults < m + 1:
        return -1.0
    return rents


@nb.njit(cache=True)
def run(seed, point, replicate, par, order_max, seen, trace):  # type: ignore[no-untyped-def]
    """Run one town; fills `seen` (OBSERVED) and, as far as it has rows, `trace` (MONTH)."""
    key = mix(seed, point, replicate)
    n, months, term = int(par[I_N]), int(par[I_T]), int(par[I_TERM])
    m, m23 = n // 2 + 1, (2 * n + 2) // 3
    chi, phi, eta, v, alpha, sig = par[I_CHI], par[I_PHI], par[I_ETA], par[I_V], par[I_ALPHA], par[I_SIG]
    theta, eps, lam, om, kap, comp = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    z, tol, rent, tm, tq = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    group, link, cool = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    ideal, loyal, base, base_spot, press_room, low_man = (
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
    )
    need, how, best_need, best_how = np.zeros(n), np.zeros(n, dtype=np.int64), np.zeros(n), np.zeros(n, dtype=np.int64)
    chosen, new_tol, new_rent, accept = np.zeros(n, dtype=np.int64), np.zeros(n), np.zeros(n), np.zeros(n)
    against, voted, since = np.zeros(n), np.zeros(n), np.zeros(n, dtype=np.int64)
    closed = np.zeros(2)
    changes = np.zeros(months)
    theta_h = par[I_THETA_H]
    eps_h = eps_f = 0.0
    p = 0.4 * theta_h
    budget = wait_value = growth = 0.0
    tau, capital, abar, tone_average = 1.0, par[I_K0], alpha / 2, 0.3
    u_tac = u_str = 0.0
    n_tac = n_str = 0
    need_average = 0.3
    delta_h = par[I_DELTA0] * (1 - par[I_H0])
    pending = chair = partner = in_force = False
    x_c = q_c = 0.0
    # sums for the record
    sum_control = sum_yes = sum_tone = decisions = proposed = adopted = evaluations = waited = blocked = 0.0
    pressed_decisions = coalition_months = tactical_months = partner_months = chair_months = heads = 0.0
    votes = np.zeros(6)
    kinds_total = 0.0
    counted = reversals = compared = 0
    last_change = 0.0
    member_in = member_out = 0.0
    members_in = members_out = 0
    sum_competence = 0.0
    sum_change = sum_change2 = 0.0

    for t in range(months):
        policy_before = p
        intervened = _within(t, par[I_FT], par[I_FDUR])
        ill = _within(t, par[I_PANT], par[I_PANDUR])
        sanction = par[I_S] * (1 + par[I_FS]) if intervened else par[I_S]
        # 1 elections
        if t % term == 0:
            _elect(
                key,
                t,
                t == 0,
                par,
                order_max,
                abar,
                need_average,
                delta_h,
                theta,
                eps,
                lam,
                om,
                kap,
                comp,
                group,
                z,
                link,
                tol,
                rent,
                tm,
                tq,
                cool,
                closed,
            )
            loyal_count = 0
            for i in range(n):
                extra = par[I_LAMF] if partner and group[i] == 2 else 0.0
                if lam[i] + extra + phi * sanction * (1 - om[i]) > par[I_CHAIR]:
                    loyal_count += 1
            chair = par[U_CHAIR] > 0 and loyal_count >= m
        # 2 shocks
        size = sig * (1 + par[I_PANEPS]) if ill else sig
        rho = par[I_RHO]
        fresh = math.sqrt(1 - rho * rho) * size
        for i in range(0, n, 4):
            a, b, c, d = normals(key, SHOCKS, t, i)
            eps[i] = rho * eps[i] + fresh * a
            if i + 1 < n:
                eps[i + 1] = rho * eps[i + 1] + fresh * b
            if i + 2 < n:
                eps[i + 2] = rho * eps[i + 2] + fresh * c
            if i + 3 < n:
                eps[i + 3] = rho * eps[i + 3] + fresh * d
        a, b, c, d = normals(key, SHOCKS, t, 1000)
        eps_h = rho * eps_h + fresh * a
        eps_f = rho * eps_f + fresh * b
        # 3 removal of the head
        hazard = par[I_H0] + par[I_HCONF] * max(0.0, -tone_average) + (par[I_FH] if intervened else 0.0)
        hazard = min(hazard, 1.0)
        u0, _u1, _u2, _u3 = uniforms(key, TURNOVER, t, 0)
        removed = u0 < hazard
        if removed:
            heads += 1
            for i in range(n):
                closed[0] += _end_link(i, link, tol, rent, closed)
                z[i] *= 0.5
            in_force = False
            capital *= 0.5
            wait_value = u_str = 0.0
            n_str = 0
            tau = max(tau, 0.7)
            tone_average = 0.3
            hazard = min(par[I_H0] + (par[I_FH] if intervened else 0.0), 1.0)
        delta_h = par[I_DELTA0] * (1 - hazard)
        # 4 partnership
        if par[I_FIRM] > 0:
            flow = par[I_R0] + par[I_R1] * capital
            a, b, c, d = normals(key, PARTNERSHIP, t, 0)
            spread = par[I_GSD]
            tempt_h = par[I_GTEMPT] * math.exp(spread * a - spread * spread / 2)
            tempt_f = par[I_GTEMPT] * math.exp(spread * b - spread * spread / 2)
            delta_f = par[I_DELTAF]
            if intervened:
                tempt_f += par[I_FG]
                delta_f *= 1 - par[I_FDELTA]
            partner = (
                flow > 0 and tempt_h * (1 - delta_h) <= delta_h * flow and tempt_f * (1 - delta_f) <= delta_f * flow
            )
            together = partner
            if not partner and not intervened:
                u0, _u1, _u2, _u3 = uniforms(key, PARTNERSHIP, t, 1)
                together = u0 < par[I_INIT]
            if together:
                capital += par[I_KUP] * (1 - capital)
            else:
                capital *= 1 - par[I_KDN]
        else:
            partner = False
        # 5 money
        income = par[I_R] + (par[I_RPART] if partner else 0.0)
        if intervened:
            income *= 1 + par[I_FR]
        if ill:
            income *= 1 - par[I_PANR]
        income = max(income, 0.0)
        rents = 0.0
        for i in range(n):
            rents += rent[i]
        for i in range(n):
            if rents > income + 1e-12 and link[i]:
                rents -= rent[i]
                closed[0] += _end_link(i, link, tol, rent, closed)
                cool[i] = 12
        budget = min(par[I_BCAP], budget + income - max(rents, 0.0))
        cost = max(rents, 0.0)
        # 6 erosion and issues
        q = (1 - par[I_EROSION]) * p
        p = q
        u0, _a, lapse, _b = uniforms(key, ISSUES, t, 0)
        if not pending and u0 < alpha:
            pending = True
        # what every vote needs this month
        goal_h = theta_h + eps_h
        linked = 0
        for i in range(n):
            ideal[i] = theta[i] + eps[i]
            loyal[i] = lam[i] + (par[I_LAMF] if partner and group[i] == 2 else 0.0)
            shadow = phi * sanction * (1 - om[i])
            base_spot[i] = chi * z[i] - loyal[i] - shadow
            base[i] = base_spot[i] - (tol[i] if link[i] else 0.0)
            press_room[i] = (1 - phi) * sanction * (1 - om[i])
            low_man[i] = par[I_IOTA] * tau * (1 - kap[i])
            linked += link[i]
        # is the coalition in force?
        in_force = False
        if linked >= 3:
            if par[I_PLATFORM] > 0:
                x_c, q_c = _platform(par, theta_h, theta, link, n)
            else:
                x_c, q_c = _platform(par, goal_h, ideal, link, n)
            supporters = 0
            for i in range(n):
                place = theta[i] if par[I_PLATFORM] > 0 else ideal[i]
                if link[i] or (x_c - place) ** 2 - (q_c - place) ** 2 + base_spot[i] <= 0:
                    supporters += 1
            in_force = supporters >= m
        # 7 recognition
        u1, who, which, _u3 = uniforms(key, RECOGNITION, t, 0)
        head_moves = pending and (chair or u1 < par[I_PIH])
        did_propose = False
        this_adopted = False
        yes_count = 0
        this_tone = math.nan
        if pending and head_moves:
            evaluations += 1
            shadow_z = par[I_FORE] * 0.5 * chi * abar * delta_h / (1 - delta_h * (1 - par[I_DZ]))
            shadow_t = (
                par[I_FORE]
                * 0.15
                * par[I_LOSS]
                * par[I_IOTA]
                * (1 - par[I_KAPPA])
                * m
                * abar
                * delta_h
                / (1 - delta_h * (1 - par[I_REC]))
            )
            cost_press = par[I_CP] + par[I_RHOP] * shadow_z
            cost_man = par[I_CM] + par[I_PIE] * shadow_t
            with_man = 2 if par[U_MANIP] > 0 and par[I_IOTA] > 0 else 1
            best, best_x, best_pass, best_pressed, best_man = -math.inf, q, 0.0, 0, False
            start = free_point(q, goal_h, n, m, ideal, base_spot, eta)
            for step in range(9):
                x = start + (goal_h - start) * step / 8
                for man in range(with_man):
                    value, passing, _paid, pressed = evaluate(
                        x, q, goal_h, v, man == 1, n, m, ideal, base_spot, low_man, press_room, cost_press, cost_man, budget, eta,
                        par[I_REJ], par[U_PAY] > 0, par[U_PRESS] > 0, need, how,
                    )  # fmt: skip
                    if value > best + 1e-12:
                        best, best_x, best_pass, best_pressed, best_man = (
                            value,
                            x,
                            passing,
                            pressed,
                            man == 1,
                        )
                        best_need[:] = need
                        best_how[:] = how
                if start == goal_h:
                    break
            spot = best
            contract = False
            if in_force:
                c_best, c_x, c_pass, c_pressed, c_man = -math.inf, q, 0.0, 0, False
                c_need, c_how = np.zeros(n), np.zeros(n, dtype=np.int64)
                start = free_point(q, x_c, n, m, ideal, base, eta)
                for step in range(4):
                    x = start + (x_c - start) * step / 3
                    for man in range(with_man):
                        value, passing, _paid, pressed = evaluate(
                            x, q, x_c, v, man == 1, n, m, ideal, base, low_man, press_room, cost_press, cost_man, budget, eta,
                            par[I_REJ], par[U_PAY] > 0, par[U_PRESS] > 0, need, how,
                        )  # fmt: skip
                        if value > c_best + 1e-12:
                            c_best, c_x, c_pass, c_pressed, c_man = value, x, passing, pressed, man == 1
                            c_need[:] = need
                            c_how[:] = how
                middle = (x_c + q_c) / 2
                worth = u_str if n_str >= 12 else -v * ((middle - theta_h) ** 2 + sig * sig) - rents
                stay = delta_h / (1 - delta_h) * max(0.0, worth - u_tac)
                if max(spot, 0.0) - max(c_best, 0.0) > stay:
                    for i in range(n):
                        if link[i]:
                            closed[0] += _end_link(i, link, tol, rent, closed)
                            cool[i] = 12
                    in_force = False
                else:
                    contract = True
                    best, best_x, best_pass, best_pressed, best_man = (
                        c_best,
                        c_x,
                        c_pass,
                        c_pressed,
                        c_man,
                    )
                    best_need[:] = c_need
                    best_how[:] = c_how
            if best <= 0:
                blocked += 1
            elif contract or par[U_WAIT] <= 0:
                did_propose = True
            else:
                none = delta_h * alpha * wait_value / (1 - delta_h * (1 - alpha))
                stay_on = par[I_SURV] * (1.0 if chair else par[I_PIH])
                if best >= delta_h * stay_on * (wait_value - none):
                    did_propose = True
                else:
                    waited += 1
            if par[U_WAIT] > 0 and not contract:
                none = delta_h * alpha * wait_value / (1 - delta_h * (1 - alpha))
                stay_on = par[I_SURV] * (1.0 if chair else par[I_PIH])
                later = delta_h * (stay_on * wait_value + (1 - stay_on) * none)
                wait_value += 0.05 * (max(max(best, 0.0) + delta_h * none, later) - wait_value)
            # the average of need + loyalty, for the effort of selection
            mean_need = 0.0
            for i in range(n):
                mean_need += (best_need[i] + loyal[i]) / n
            if did_propose:
                need_average += 0.01 * (mean_need - need_average)
            if did_propose:
                proposed += 1
                crowd = best_pass > 0.9
                for i in range(n):
                    effort = best_need[i]
                    if best_how[i] != 0:
                        effort = -SECURE * eta
                    elif crowd:
                        effort -= par[I_BAND]
                    noise = 0.0
                    if eta > 0:
                        u0, _u1, _u2, _u3 = uniforms(key, VOTES, t, i)
                        noise = eta * math.log(u0 / (1 - u0))
                    yes = effort + noise <= 1e-12
                    voted[i] += 1
                    if yes:
                        yes_count += 1
                        since[i] = 1
                    else:
                        against[i] += 1
                        since[i] = 0
                this_adopted = yes_count >= m
                if best_man:
                    cost += par[I_CM]
                mean_z = 0.0
                for i in range(n):
                    if best_how[i] == PRESSED:
                        cost += par[I_CP]
                        z[i] += par[I_RHOP] * (0.5 + 0.5 * om[i])
                        if since[i] == 0:
                            z[i] += 0.5 * par[I_RHOP]
                    if best_how[i] == PAID and since[i] == 1 and this_adopted:
                        price = best_need[i] + SECURE * eta
                        budget -= price
                        cost += price
                    if contract and link[i] and since[i] == 0 and best_need[i] > 0:
                        closed[0] += _end_link(i, link, tol, rent, closed)
                        cool[i] = 12
                budget = max(budget, 0.0)
                if best_man:
                    u0, _u1, _u2, _u3 = uniforms(key, EXPOSURE, t, 0)
                    if u0 < par[I_PIE]:
                        tau *= 1 - par[I_LOSS]
                        for i in range(n):
                            z[i] += 0.15 * kap[i]
                for i in range(n):
                    mean_z += z[i] / n
                if best_pressed > 0:
                    pressed_decisions += 1
                share = yes_count / n
                this_tone = min(max(2 * share - 1 - mean_z, -1.0), 1.0)
                tone_average += 0.1 * (this_tone - tone_average)
                decisions += 1
                sum_yes += share
                sum_tone += this_tone
                if this_adopted:
                    adopted += 1
                    # by first sufficient cause: loyalty of nominees, dependence, link, payment, pressure, manipulation
                    for i in range(n):
                        if since[i] == 0:
                            continue
                        x = best_x
                        raw = (x - ideal[i]) ** 2 - (q - ideal[i]) ** 2 + chi * z[i]
                        margin = raw
                        if margin <= 0:
                            continue  # a voluntary vote
                        cause = -1
                        if group[i] == 1:
                            margin -= loyal[i]
                            if margin <= 0:
                                cause = 0
                        else:
                            margin -= loyal[i]
                            if margin <= 0:
                                continue
                        if cause < 0:
                            margin -= phi * sanction * (1 - om[i])
                            if margin <= 0:
                                cause = 1
                        if cause < 0 and contract and link[i]:
                            margin -= tol[i]
                            if margin <= 0:
                                cause = 2
                        if cause < 0 and best_how[i] == PAID:
                            cause = 3
                        if cause < 0 and best_how[i] == PRESSED:
                            cause = 4
                        if cause < 0 and best_man:
                            margin -= low_man[i]
                            if margin <= 0:
                                cause = 5
                        if cause >= 0:
                            votes[cause] += 1
                            kinds_total += 1
                    p = best_x
                    pending = False
        elif pending:
            # a rival proposes (7.6)
            rival = ideal[min(int(which * n), n - 1)]
            if par[I_FIRM] > 0 and who < 0.25:
                rival = par[I_THETAF] + eps_f
            reference = x_c if in_force else goal_h
            best_x, best_gain = q, 0.0
            for step in range(1, 9):
                x = q + (rival - q) * step / 8
                harms = abs(x - reference) > abs(q - reference) + 1e-12
                quota = m23 if harms and par[I_VETO] > 0 else m
                support = 0
                for i in range(n):
                    gain = (q - ideal[i]) ** 2 - (x - ideal[i]) ** 2
                    if harms:
                        threshold = loyal[i] + phi * sanction * (1 - om[i]) + (tol[i] if link[i] else 0.0) - chi * z[i]
                        if gain > threshold:
                            support += 1
                    elif gain > 0:
                        support += 1
                gain = (q - rival) ** 2 - (x - rival) ** 2
                if support >= quota and gain > best_gain:
                    best_gain, best_x = gain, x
            half = q + (rival - q) / 2
            if abs(half - reference) > abs(q - reference) + 1e-12:
                for i in range(n):
                    gain = max((q - ideal[i]) ** 2 - (half - ideal[i]) ** 2, 0.0)
                    tm[i] += 0.15 * (gain - tm[i])
                    tq[i] += 0.15 * (gain * gain - tq[i])
            if best_gain > 0:
                p = best_x
                pending = False
        if pending and chair:
            for i in range(n):
                tm[i] *= 0.95
                tq[i] *= 0.95
        # 9 an undecided issue may lapse
        if pending and lapse > par[I_SURV]:
            pending = False
        # what the month was worth to the head
        flow_h = -v * (p - theta_h) ** 2 - cost
        if in_force:
            n_str += 1
            u_str += max(0.05, 1.0 / n_str) * (flow_h - u_str)
        elif t >= 6:
            n_tac += 1
            u_tac += max(0.05, 1.0 / n_tac) * (flow_h - u_tac)
        # 10 the coalition is renewed, offered or dissolved
        if t % 6 == 5 and par[U_LINK] > 0:
            keep = False
            if n_tac >= 12 and not (n_str >= 12 and u_str < u_tac):
                delta_d = par[I_DELTA0] * (1 - (1 - par[I_REELECT]) / term)
                ideals, head = (theta, theta_h) if par[I_PLATFORM] > 0 else (ideal, goal_h)
                x_new, q_new = _platform(par, head, ideals, link, n)
                rents = _membership(
                    par,
                    n,
                    m,
                    m23,
                    x_new,
                    q_new,
                    ideals,
                    loyal,
                    om,
                    z,
                    tm,
                    tq,
                    cool,
                    delta_d,
                    sanction,
                    chosen,
                    new_tol,
                    new_rent,
                    accept,
                )
                if rents >= 0:
                    x_new, q_new = _platform(par, head, ideals, chosen, n)
                    rents = _membership(
                        par,
                        n,
                        m,
                        m23,
                        x_new,
                        q_new,
                        ideals,
                        loyal,
                        om,
                        z,
                        tm,
                        tq,
                        cool,
                        delta_d,
                        sanction,
                        chosen,
                        new_tol,
                        new_rent,
                        accept,
                    )
                if rents >= 0 and rents <= 0.8 * income:
                    worth = -v * (((x_new + q_new) / 2 - theta_h) ** 2 + sig * sig) - rents
                    if n_str >= 12:
                        worth = u_str
                    keep = worth > u_tac and rents <= delta_h / (1 - delta_h) * (worth - u_tac)
            for i in range(n):
                if keep and chosen[i]:
                    if link[i] == 0:
                        closed[1] += 1
                    link[i] = 1
                    tol[i] = new_tol[i]
                    rent[i] = new_rent[i]
                else:
                    closed[0] += _end_link(i, link, tol, rent, closed)
        # 11 decay
        for i in range(n):
            z[i] *= 1 - par[I_DZ]
            if cool[i] > 0:
                cool[i] -= 1
        tau += par[I_REC] * (1 - tau)
        abar = abar + 0.03 * (1 - abar) if did_propose else max(abar * 0.97, 0.02)
        # 12 development
        change = p - policy_before
        a, b, c, d = normals(key, DEVELOPMENT, t, 0)
        mean_comp = 0.0
        for i in range(n):
            mean_comp += comp[i] / n
        growth += (
            par[I_DRIFT]
            + (par[I_GPART] if partner else 0.0)
            - par[I_GSTAB] * abs(change)
            + par[I_GCOMP] * mean_comp
            + par[I_GSDV] * a
        )
        # record
        sum_competence += mean_comp
        chair_months += chair
        partner_months += partner
        links = 0
        utility = 0.0
        for i in range(n):
            if link[i]:
                links += 1
            utility += -((p - ideal[i]) ** 2) / n
        if in_force:
            coalition_months += 1
            member_in += utility
            members_in += 1
        else:
            tactical_months += 1
            member_out += utility
            members_out += 1
        if t >= BURN_IN:
            sum_control += p / theta_h
            changes[counted] = change
            sum_change += change
            sum_change2 += change * change
            counted += 1
            if abs(change) > CHANGE:
                if last_change != 0.0:
                    compared += 1
                    if change * last_change < 0:
                        reversals += 1
                last_change = change
        if t < trace.shape[0]:
            mean_z = 0.0
            for i in range(n):
                mean_z += z[i] / n
            row = trace[t]
            row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7] = (
                p,
                partner,
                capital,
                budget,
                tau,
                mean_z,
                links,
                chair,
            )
            row[8], row[9] = did_propose, this_adopted
            row[10] = yes_count / n if did_propose else math.nan
            row[11], row[12], row[13], row[14] = this_tone, growth, removed, intervened

    nan = math.nan
    seen[0] = sum_control / counted if counted else nan
    seen[1] = adopted / proposed if proposed else nan
    seen[2] = sum_yes / decisions if decisions else nan
    seen[3] = sum_tone / decisions if decisions else nan
    seen[4] = (waited + blocked) / evaluations if evaluations else nan
    seen[5] = waited / evaluations if evaluations else nan
    seen[6] = blocked / evaluations if evaluations else nan
    seen[7] = proposed
    seen[8] = adopted
    for cause in range(6):
        seen[9 + cause] = votes[cause] / kinds_total if kinds_total else nan
    seen[15] = pressed_decisions / decisions if decisions else nan
    seen[16] = coalition_months / months
    seen[17] = closed[0]
    seen[18] = closed[1]
    seen[19] = member_in / members_in - member_out / members_out if members_in and members_out else nan
    variance = sum_change2 / counted - (sum_change / counted) ** 2 if counted else nan
    seen[20] = math.sqrt(max(variance, 0.0)) if counted else nan
    seen[21] = reversals / compared if compared else nan
    seen[22] = _l_kurtosis(changes, counted)
    seen[23] = growth / months
    seen[24] = partner_months / months
    seen[25] = partner
    # seen[26], partnership after the intervention, is known where the end is at least a year after it
    end = par[I_FT] + par[I_FDUR]
    seen[26] = nan
    if par[I_FT] >= 0 and months >= end + 12:
        seen[26] = partner
    opposed = 0.0
    for i in range(n):
        if voted[i] >= 3 and against[i] / voted[i] > 0.6:
            opposed += 1
    seen[27] = opposed / n
    seen[28] = sum_competence / months
    seen[29] = chair_months / months
    seen[30] = heads

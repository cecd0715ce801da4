"""The shortest edit script between two strings."""

from __future__ import annotations

from collections.abc import Sequence


def shortest_script(a: str, b: str, limit: int) -> list[tuple[int, int]]:
    """Return the matches of a shortest edit script of two strings: pairs of positions, in order.

    The greedy method: after d edits, how far can each diagonal be reached? (E. W. Myers, An O(ND) difference algorithm and its
    variations, Algorithmica 1, 1986, 251-266.)

    Parameters
    ----------
    a, b
        The strings.
    limit
        Most edits that are looked for; if the script is longer, nothing is returned. Time and memory grow with its square.
    """
    n, m = len(a), len(b)
    reach = {1: 0}
    trace: list[dict[int, int]] = []
    for d in range(min(n + m, limit) + 1):
        trace.append(dict(reach))
        for k in range(-d, d + 1, 2):
            x = reach[k + 1] if k == -d or (k != d and reach[k - 1] < reach[k + 1]) else reach[k - 1] + 1
            while x < n and 0 <= x - k < m and a[x] == b[x - k]:
                x += 1
            reach[k] = x
            if x >= n and x - k >= m:
                return _walk_back(trace, n, m)
    return []


def _walk_back(trace: Sequence[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for d in range(len(trace) - 1, -1, -1):
        reach, k = trace[d], x - y
        down = k == -d or (k != d and reach[k - 1] < reach[k + 1])
        earlier = k + 1 if down else k - 1
        from_x = reach[earlier] if d else 0
        from_y = from_x - earlier if d else 0
        while x > from_x and y > from_y:
            x, y = x - 1, y - 1
            found.append((x, y))
        x, y = from_x, from_y
    return found[::-1]

// How deep the codings lie on one another, and in which lane of the margin each bracket stands. Pure functions.

/** Cut spans [from, to) into pieces of equal depth: [from, to, depth], neighbours of equal depth joined, depth at most `most`. */
export function depths(spans, most) {
  const edges = [];
  for (const [from, to] of spans) edges.push([from, 1], [to, -1]);
  edges.sort((a, b) => a[0] - b[0]);
  const pieces = [];
  let depth = 0, since = 0;
  for (const [at, step] of edges) {
    if (at > since && depth > 0) {
      const level = Math.min(depth, most), last = pieces.at(-1);
      if (last && last[1] === since && last[2] === level) last[1] = at; else pieces.push([since, at, level]);
    }
    depth += step;
    since = at;
  }
  return pieces;
}

/** Interval colouring: gives each of the spans (sorted by start, longer first) its lane; returns the number of lanes. */
export function lanes(items) {
  const ends = [];
  for (const item of items) {
    let lane = ends.findIndex((end) => end <= item.start);
    if (lane < 0) lane = ends.length;
    ends[lane] = item.end;
    item.lane = lane;
  }
  return ends.length;
}

/** Put labels of height `step` at the heights wanted (sorted), pushed apart, inside [top, bottom] as far as they fit. */
export function spread(wanted, step, top, bottom) {
  const at = [];
  for (const y of wanted) at.push(Math.max(y, top, at.length ? at.at(-1) + step : top));
  let limit = bottom - step;
  for (let i = at.length - 1; i >= 0 && at[i] > limit; i -= 1, limit -= step) at[i] = Math.max(limit, top + i * step);
  return at;
}

/** For spans sorted by start: the furthest end up to each, so that a search knows where to begin. */
export function reaches(spans) {
  let furthest = 0;
  return spans.map(({ end }) => (furthest = Math.max(furthest, end)));
}

/** Of spans sorted by start, with their `reaches`: those that share something with [start, end). */
export function within(spans, reach, start, end) {
  let low = 0, high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reach[middle] > start) high = middle; else low = middle + 1;
  }
  const found = [];
  for (let i = low; i < spans.length && spans[i].start < end; i += 1) if (spans[i].end > start) found.push(spans[i]);
  return found;
}

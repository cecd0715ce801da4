// Finding a name by some of its letters, in order: whole beginnings of words count most.
const fold = (text) => text.toLocaleLowerCase().replaceAll("ё", "е");

/** Score how well a query fits a text: {score, marks: [[from, to], ...]} in UTF-16 positions, or null if it does not fit. */
export function fuzzy(query, text) {
  const wanted = fold(query.trim()), given = fold(text);
  if (!wanted) return { score: 0, marks: [] };
  const at = given.indexOf(wanted);
  if (at >= 0) return { score: 100 + (starts(given, at) ? 50 : 0) + (at === 0 ? 25 : 0) - given.length / 50, marks: [[at, at + wanted.length]] };
  const parts = wanted.split(/\s+/);
  if (parts.length > 1) {
    const found = parts.map((part) => fuzzy(part, text));
    if (found.some((one) => one === null)) return null;
    const marks = found.flatMap((one) => one.marks).sort((a, b) => a[0] - b[0]);
    return { score: Math.min(...found.map((one) => one.score)) - 5, marks };
  }
  const marks = [];
  let place = 0, score = 40;
  for (const letter of wanted) {
    const next = given.indexOf(letter, place);
    if (next < 0) return null;
    const last = marks.at(-1);
    if (last && last[1] === next) last[1] = next + 1;
    else { score -= starts(given, next) ? 2 : 6; marks.push([next, next + 1]); }
    place = next + 1;
  }
  // letters strewn over a text say nothing
  return score > 8 ? { score, marks } : null;
}

const starts = (text, at) => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]);

/** The items that fit, best first; `text` tells what to look in (several texts: the best of them counts). */
export function rank(query, items, text, limit = 40) {
  const found = [];
  items.forEach((item, order) => {
    const texts = [text(item)].flat();
    let best = null;
    texts.forEach((one, at) => {
      const fit = fuzzy(query, one);
      if (fit && (best === null || fit.score - at > best.score)) best = { item, order, score: fit.score - at, marks: at === 0 ? fit.marks : [] };
    });
    if (best) found.push(best);
  });
  return found.sort((a, b) => b.score - a.score || a.order - b.order).slice(0, limit);
}

/** Put a text with marked parts into an element. */
export function marked(element, text, marks) {
  element.textContent = "";
  let at = 0;
  for (const [from, to] of marks) {
    if (from < at) continue;
    const mark = document.createElement("mark");
    mark.textContent = text.slice(from, to);
    element.append(text.slice(at, from), mark);
    at = to;
  }
  element.append(text.slice(at));
  return element;
}

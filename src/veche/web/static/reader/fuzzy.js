// Fuzzy matching for pickers: letters in order, words' beginnings first. Pure functions.

const fold = (text) => text.toLowerCase().replaceAll('ё', 'е');

/** How well a query fits a text: {score, marks: [[from, to], ...]} or null. A higher score is better. */
export function match(query, text) {
  const wanted = fold(query.trim()), folded = fold(text);
  if (!wanted) return { score: 0, marks: [] };
  const whole = folded.indexOf(wanted);
  if (whole >= 0) {
    const atWord = whole === 0 || !/[\p{L}\p{N}]/u.test(folded[whole - 1]);
    return { score: 1000 + (atWord ? 500 : 0) - whole - folded.length / 100, marks: [[whole, whole + wanted.length]] };
  }
  return scattered(wanted, folded);
}

function scattered(wanted, folded) {
  const marks = [];
  let score = 0, at = 0;
  for (const word of wanted.split(/\s+/)) {
    for (const letter of word) {
      const found = folded.indexOf(letter, at);
      if (found < 0) return null;
      const starts = found === 0 || !/[\p{L}\p{N}]/u.test(folded[found - 1]);
      const follows = marks.length > 0 && marks.at(-1)[1] === found;
      score += starts ? 30 : follows ? 15 : -Math.min(found - at, 20);
      if (follows) marks.at(-1)[1] = found + 1; else marks.push([found, found + 1]);
      at = found + 1;
    }
  }
  return score > 0 ? { score: score - folded.length / 100, marks } : null;
}

/** The best of `items` for a query: {item, text, marks}, best first. `texts(item)` gives the first text to show, then others to try. */
export function best(query, items, texts, limit = 9) {
  const found = [];
  items.forEach((item, order) => {
    const [first, ...others] = texts(item);
    let hit = match(query, first);
    if (!hit) for (const other of others) { const one = match(query, other); if (one) { hit = { score: one.score - 400, marks: [] }; break; } }
    if (hit) found.push({ item, text: first, marks: hit.marks, score: hit.score, order });
  });
  found.sort((a, b) => b.score - a.score || a.order - b.order);
  return found.slice(0, limit);
}

// Places in the text. The study counts code points; the browser counts UTF-16 units inside text nodes. Each block of
// text is one text node; a block knows its first code point and where its surrogate pairs stand.

export class Places {
  /** @param {Element} root the text; @param {Array} blocks [number, start, end, kind, speaker] in the order of the page */
  constructor(root, blocks) {
    const elements = [...root.querySelectorAll('.turn')];
    this.blocks = blocks.map(([number, start, end, kind, speaker], index) => {
      const element = elements[index], paragraph = element.querySelector('p'), node = paragraph.firstChild;
      return { index, number, start, end, kind, speaker, element, paragraph, node, pairs: pairsOf(node.data) };
    });
    this.of = new Map(this.blocks.map((block) => [block.element, block]));
    this.length = this.blocks.length ? this.blocks.at(-1).end : 0;
  }

  /** The block that holds a code point, or the next one if it stands between blocks (the last one at the end). */
  blockAt(point) {
    let low = 0, high = this.blocks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.blocks[middle].end > point) high = middle; else low = middle + 1;
    }
    return this.blocks[low];
  }

  /** Offset in UTF-16 units of a code point inside a block, held within it. */
  unit(block, point) {
    const inside = Math.min(Math.max(point, block.start), block.end) - block.start;
    let more = 0;
    while (more < block.pairs.length && block.pairs[more] < inside) more += 1;
    return inside + more;
  }

  /** Code point at a UTF-16 offset of a block; inside a pair: its first half, or with `up` what follows the pair. */
  point(block, unit, up = false) {
    let before = 0;
    while (before < block.pairs.length && block.pairs[before] + before + 1 < unit) before += 1;
    const at = before < block.pairs.length ? block.pairs[before] + before : -1;
    if (at + 1 === unit && at >= 0) return block.start + block.pairs[before] + (up ? 1 : 0);
    return block.start + unit - before;
  }

  /** Code point at a place of the page, wherever the browser put it; null outside the text. */
  pointAt(container, offset, up = false) {
    const element = container.nodeType === 1 ? container : container.parentElement;
    const turn = element.closest('.turn');
    if (!turn) return this.#between(container, offset);
    const block = this.of.get(turn);
    if (container === block.node) return this.point(block, offset, up);
    const spot = document.createRange(), text = document.createRange();
    spot.setStart(container, offset);
    text.selectNodeContents(block.paragraph);
    return spot.compareBoundaryPoints(Range.START_TO_START, text) <= 0 ? block.start : block.end;
  }

  #between(container, offset) {
    const spot = document.createRange(), other = document.createRange();
    spot.setStart(container, offset);
    let low = 0, high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      other.selectNode(this.blocks[middle].element);
      if (spot.compareBoundaryPoints(Range.START_TO_START, other) <= 0) high = middle; else low = middle + 1;
    }
    if (low < this.blocks.length) return this.blocks[low].start;
    return this.blocks.length ? this.length : null;
  }

  /** The part [start, end) cut by blocks: list of {block, from, to} in UTF-16 units, empty parts left out. */
  parts(start, end) {
    const found = [];
    if (!this.blocks.length || end <= start) return found;
    for (let i = this.blockAt(start).index; i < this.blocks.length && this.blocks[i].start < end; i += 1) {
      const block = this.blocks[i], from = this.unit(block, start), to = this.unit(block, end);
      if (to > from) found.push({ block, from, to });
    }
    return found;
  }

  /** The words of [start, end); parts of several blocks are joined by a line end. */
  words(start, end) {
    return this.parts(start, end).map(({ block, from, to }) => block.node.data.slice(from, to)).join('\n');
  }

  /** A live range over [start, end) for measuring; null if nothing of it is shown. */
  range(start, end) {
    const parts = this.parts(start, end);
    if (!parts.length) return null;
    const range = document.createRange(), last = parts.at(-1);
    range.setStart(parts[0].block.node, parts[0].from);
    range.setEnd(last.block.node, last.to);
    return range;
  }

  /** The browser's selection as [start, end), or null if it is empty or outside. */
  ofSelection(selection) {
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0);
    const start = this.pointAt(startContainer, startOffset), end = this.pointAt(endContainer, endOffset, true);
    return start !== null && end !== null && end > start ? [start, end] : null;
  }

  /** Code point under a place of the window; null if there is no text. */
  under(x, y) {
    if (document.caretPositionFromPoint) {
      const spot = document.caretPositionFromPoint(x, y);
      return spot && this.#inText(spot.offsetNode) ? this.pointAt(spot.offsetNode, spot.offset) : null;
    }
    const range = document.caretRangeFromPoint?.(x, y);
    return range && this.#inText(range.startContainer) ? this.pointAt(range.startContainer, range.startOffset) : null;
  }

  #inText(node) { return node.nodeType === 3 && this.of.has(node.parentElement?.closest('.turn')); }
}

/** Where surrogate pairs stand, counted in code points from the start of the text. */
function pairsOf(text) {
  const found = [];
  if (!/[\ud800-\udbff]/.test(text)) return found;
  let point = 0;
  for (const sign of text) { if (sign.length > 1) found.push(point); point += 1; }
  return found;
}

const WORD = /[\p{L}\p{N}\p{M}\u00ad]+(?:[-\u2011’'][\p{L}\p{N}\p{M}\u00ad]+)*/gu;

/** The next end of a word after a code point (step 1) or start of a word before it (step -1), within the text. */
export function wordEdge(places, point, step, wanted) {
  const first = places.blockAt(Math.min(Math.max(point, 0), Math.max(places.length - 1, 0)));
  for (let i = first?.index ?? 0; i >= 0 && i < places.blocks.length; i += step) {
    const block = places.blocks[i];
    const edges = [...block.node.data.matchAll(WORD)].map((m) => places.point(block, wanted === 'start' ? m.index : m.index + m[0].length));
    const found = step > 0 ? edges.find((edge) => edge > point) : edges.findLast((edge) => edge < point);
    if (found !== undefined) return found;
  }
  return point;
}

/** Sentences as [start, end) pairs in one flat array. */
export class Sentences {
  constructor(flat) { this.flat = flat; this.count = flat.length / 2; }

  get(index) { return [this.flat[2 * index], this.flat[2 * index + 1]]; }

  /** Number of the sentence that holds the code point, or the next one; the last one at the end. */
  at(point) {
    let low = 0, high = this.count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.flat[2 * middle + 1] > point) high = middle; else low = middle + 1;
    }
    return Math.max(low, 0);
  }
}

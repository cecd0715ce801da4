// Paints codings in the text: three levels of depth, the chosen quotation, the selection, what a search found. These six
// highlights are all that is ever registered, however many codes there are.

import { depths } from './depth.js';

const LEVELS = ['coded-1', 'coded-2', 'coded-3'];
const able = typeof Highlight === 'function' && 'highlights' in CSS;

export class Paint {
  constructor(places, model) {
    this.places = places;
    this.model = model;
    this.pieces = new Map(); // block number -> [[level, range], ...]
    this.sets = {};
    if (!able) return;
    for (const [priority, name] of [...LEVELS, 'found', 'chosen', 'picked'].entries()) {
      this.sets[name] = new Highlight();
      this.sets[name].priority = priority;
      CSS.highlights.set(name, this.sets[name]);
    }
  }

  /** Paint the depth of all codings. */
  all() {
    if (!able) return;
    for (const name of LEVELS) this.sets[name].clear();
    this.pieces.clear();
    const spans = new Map();
    for (const coding of this.model.shown) this.#cut(coding, spans);
    for (const [index, list] of spans) this.#block(index, list);
  }

  /** Paint again only the blocks that the spans [start, end) touch. */
  again(touched) {
    if (!able || !this.places.blocks.length) return;
    const indexes = new Set();
    for (const [start, end] of touched) {
      const last = this.places.blockAt(Math.max(start, end - 1)).index;
      for (let i = this.places.blockAt(start).index; i <= last; i += 1) indexes.add(i);
    }
    const spans = new Map([...indexes].map((index) => [index, []]));
    for (const coding of this.model.shown) this.#cut(coding, spans, true);
    for (const [index, list] of spans) {
      for (const [level, range] of this.pieces.get(index) ?? []) this.sets[LEVELS[level]].delete(range);
      this.#block(index, list);
    }
  }

  #cut(coding, spans, only = false) {
    const { blocks } = this.places;
    for (let i = this.places.blockAt(coding.start).index; i < blocks.length && blocks[i].start < coding.end; i += 1) {
      if (only && !spans.has(i)) continue;
      const from = this.places.unit(blocks[i], coding.start), to = this.places.unit(blocks[i], coding.end);
      if (to <= from) continue;
      if (!spans.has(i)) spans.set(i, []);
      spans.get(i).push([from, to]);
    }
  }

  #block(index, list) {
    const { node } = this.places.blocks[index];
    const pieces = depths(list, LEVELS.length).map(([from, to, depth]) => [depth - 1, still(node, from, to)]);
    for (const [level, range] of pieces) this.sets[LEVELS[level]].add(range);
    this.pieces.set(index, pieces);
  }

  /** Show spans [[start, end], ...] as chosen, picked or found; none clears it. */
  show(name, spans) {
    if (!able) return;
    this.sets[name].clear();
    for (const [start, end] of spans) {
      for (const { block, from, to } of this.places.parts(start, end)) this.sets[name].add(still(block.node, from, to));
    }
  }
}

function still(node, from, to) {
  return new StaticRange({ startContainer: node, startOffset: from, endContainer: node, endOffset: to });
}

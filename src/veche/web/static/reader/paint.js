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

  /**
   * Paint the depth of codings in the blocks [low, high] only. After every change of the page the browser looks at all
   * registered ranges again, so thousands of them far from the window would make each frame of scrolling dear.
   */
  window(low, high) {
    if (!able) return;
    for (const index of [...this.pieces.keys()]) if (index < low || index > high) this.#clear(index);
    for (let index = low; index <= high; index += 1) if (!this.pieces.has(index)) this.#block(index);
  }

  /** Paint all blocks of the window anew. */
  all() {
    for (const index of [...this.pieces.keys()]) { this.#clear(index); this.#block(index); }
  }

  /** Paint again the blocks of the window that the spans [start, end) touch. */
  again(touched) {
    for (const index of [...this.pieces.keys()]) {
      const { start, end } = this.places.blocks[index];
      if (touched.some(([from, to]) => from < end && to > start)) { this.#clear(index); this.#block(index); }
    }
  }

  #clear(index) {
    for (const [level, range] of this.pieces.get(index)) this.sets[LEVELS[level]].delete(range);
    this.pieces.delete(index);
  }

  #block(index) {
    const block = this.places.blocks[index], { node } = block;
    const spans = this.model.within(block.start, block.end).map((coding) => [this.places.unit(block, coding.start), this.places.unit(block, coding.end)]);
    const pieces = depths(spans, LEVELS.length).map(([from, to, depth]) => [depth - 1, still(node, from, to)]);
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

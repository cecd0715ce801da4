// The selection of the reader: [start, end) in code points, made by keyboard or mouse, painted by the highlight `picked`.

import { wordEdge } from './places.js';

export class Selection extends EventTarget {
  constructor({ places, sentences, paint }) {
    super();
    Object.assign(this, { places, sentences, paint });
    this.span = null;
    this.cursor = 0; // where the sentence cursor stands
  }

  /** Select [start, end); null clears. */
  set(span, how = 'keys') {
    this.span = span && span[1] > span[0] ? span : null;
    if (this.span) this.cursor = this.span[0];
    this.paint.show('picked', this.span ? [this.span] : []);
    this.dispatchEvent(new CustomEvent('change', { detail: how }));
  }

  get words() { return this.span ? this.places.words(...this.span) : ''; }

  /** Space: the sentence at the cursor; if just that is selected, the next one (or the one before). */
  sentence(step = 1) {
    if (!this.sentences.count) return;
    const at = this.sentences.at(this.span ? this.span[0] : this.cursor), here = this.sentences.get(at);
    const held = this.span && this.span[0] === here[0] && this.span[1] >= here[1];
    const next = held ? (step > 0 ? this.sentences.at(this.span[1] - 1) + 1 : at - 1) : at;
    this.set(this.sentences.get(Math.min(Math.max(next, 0), this.sentences.count - 1)));
  }

  /** Shift J, Shift K: one more sentence, or one less (never less than one). */
  extend(step) {
    if (!this.span) { this.sentence(); return; }
    const [start, end] = this.span, last = this.sentences.at(end - 1);
    if (step > 0) {
      const whole = this.sentences.get(last)[1] > end ? last : Math.min(last + 1, this.sentences.count - 1);
      this.set([start, Math.max(end, this.sentences.get(whole)[1])]);
    } else if (last > this.sentences.at(start)) {
      this.set([start, this.sentences.get(last - 1)[1]]);
    }
  }

  /** Shift arrows: the last edge (or with `first` the first one) moves by a word. */
  edge(step, first = false) {
    if (!this.span) { this.sentence(); return; }
    this.set(moved(this.places, this.span, step, first));
  }
}

/** [start, end) with one edge moved by a word; an edge never passes the other. */
export function moved(places, [start, end], step, first) {
  if (first) {
    const edge = beyondWord(places, start, step, 'start');
    return edge < end ? [edge, end] : [start, end];
  }
  const edge = beyondWord(places, end, step, 'end');
  return edge > start ? [start, edge] : [start, end];
}

/** The edge of a word with at least one whole word, not only signs, between it and the point. */
function beyondWord(places, point, step, wanted) {
  let edge = point;
  for (let tries = 0; tries < 3; tries += 1) {
    const next = wordEdge(places, edge, step, wanted);
    if (next === edge) return edge;
    edge = next;
    if (/[\p{L}\p{N}]/u.test(places.words(Math.min(point, edge), Math.max(point, edge)))) return edge;
  }
  return edge;
}

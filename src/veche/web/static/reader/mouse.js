// The mouse in the reader: a drag selects, a click chooses the quotation under it, its name in the margin too.

import { codingTable } from './table.js';

export class Mouse {
  /** @param {object} reader gives places, selection, model and `choose` */
  constructor(reader) {
    this.reader = reader;
    this.selectedAt = -1000;
    reader.sheet.addEventListener('click', (event) => this.#click(event));
    reader.root.addEventListener('pointerup', (event) => setTimeout(() => this.#released(event)));
  }

  #released(event) {
    if (event.button !== 0 || event.target.closest('.marks')) return;
    const native = getSelection(), span = this.reader.places.ofSelection(native);
    if (!span) return;
    this.selectedAt = performance.now();
    this.reader.selection.set(event.altKey ? this.#wholeSentences(span) : span, 'mouse');
    native.removeAllRanges();
  }

  /** Widen to whole sentences. */
  #wholeSentences([start, end]) {
    const { sentences } = this.reader.selection;
    return [Math.min(start, sentences.get(sentences.at(start))[0]), Math.max(end, sentences.get(sentences.at(end - 1))[1])];
  }

  #click(event) {
    const name = event.target.closest('.name');
    if (name?.dataset.paragraph) { codingTable(this.reader, Number(name.dataset.paragraph)); return; }
    if (name) { this.#named(name.dataset.id); return; }
    // the click that ends a selection is none of its own
    if (!event.target.closest('.text') || !getSelection().isCollapsed || event.detail > 1 || performance.now() - this.selectedAt < 300) return;
    const point = this.reader.places.under(event.clientX, event.clientY);
    if (point === null) return;
    if (event.altKey) { this.reader.selection.set(this.#wholeSentences([point, point + 1]), 'mouse'); return; }
    const here = this.reader.model.codingsAt(point, point + 1).sort((a, b) => a.end - a.start - (b.end - b.start));
    const next = here[(here.findIndex((coding) => coding.id === this.reader.chosen) + 1) % Math.max(1, here.length)];
    this.reader.selection.set(null);
    this.reader.selection.cursor = point;
    if (next) this.reader.choose(next.id, false); else this.reader.unchoose();
    this.reader.here();
    this.reader.inspector.show();
  }

  #named(id) {
    const mark = this.reader.model.marks.get(id);
    if (mark) this.reader.selection.set([mark.start, mark.end]); else this.reader.choose(id, false);
  }
}

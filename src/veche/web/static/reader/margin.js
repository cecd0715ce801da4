// The margin: brackets of all codings near the window on one canvas that scrolls with the text, and their names as
// buttons after each turn near the window. Places are measured once for each coding and kept until the width changes.

import { lanes, reaches, spread, within } from './depth.js';
import { CONSENTS } from './labels.js';
import { _ } from '../core/words.js';

const STEP = 19, LEFT = 18;

export class Margin {
  constructor({ stage, sheet, canvas, places, model, paint }) {
    Object.assign(this, { stage, sheet, canvas, places, model, paint });
    this.chosen = null;
    this.boxes = new Map(); // coding id -> [top, bottom] in the sheet
    this.tops = null;       // of the blocks: [top, bottom] in the sheet
    this.filled = new Set(); // numbers of the blocks that have their names
    this.waiting = false;
    stage.addEventListener('scroll', () => this.later(), { passive: true });
    new ResizeObserver(() => { if (sheet.clientWidth !== this.width) this.again(); }).observe(sheet);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.repaint());
    new MutationObserver(() => this.repaint()).observe(document.documentElement, { attributeFilter: ['data-theme'] });
  }

  /** Colours change with the theme. */
  repaint() { this.colours = null; this.drawn = null; this.later(); }

  /** Everything is measured and drawn anew: first time, other width, other filter. */
  again() {
    this.width = this.sheet.clientWidth;
    this.room = this.canvas.parentElement.clientWidth;
    this.boxes.clear();
    this.tops = this.washed = null;
    this.arrange();
  }

  /** Codings changed: lanes and names anew; places of `touched` codings are measured again. */
  arrange(touched = [], spans = null) {
    for (const id of touched) this.boxes.delete(id);
    this.items = [
      ...this.model.shown.map((coding) => ({ coding, id: coding.id, start: coding.start, end: coding.end })),
      ...[...this.model.marks.values()].map((mark) => ({ mark, id: mark.id, start: mark.start, end: mark.end })),
    ].sort((a, b) => a.start - b.start || b.end - a.end);
    const count = lanes(this.items), before = this.names;
    const narrow = this.room < 210;
    this.left = narrow ? 8 : LEFT;
    this.step = Math.min(narrow ? 7 : 11, Math.max(4, 66 / Math.max(count, 1)));
    this.names = this.left + count * this.step + 6;
    this.starts = this.#byBlock();
    this.reach = reaches(this.items);
    // names far from the change stay, unless the column of names moves
    const some = spans && this.names === before ? new Set(spans.map(([start]) => this.places.blockAt(start).index)) : this.filled;
    for (const index of [...some]) this.#empty(index);
    this.drawn = this.named = null;
    this.later();
  }

  #byBlock() {
    const found = new Map();
    for (const item of this.items) {
      const { index } = this.places.blockAt(item.start);
      if (!found.has(index)) found.set(index, []);
      found.get(index).push(item);
    }
    return found;
  }

  later() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.look(); });
  }

  /** Draw what is near the window, if it is not drawn yet. */
  look() {
    if (!this.items) return;
    if (!this.tops) this.#measureBlocks();
    const top = this.stage.scrollTop - this.offset, height = this.stage.clientHeight;
    if (!this.drawn || top < this.drawn[0] + 40 || top + height > this.drawn[1] - 40) {
      const from = Math.max(0, top - height);
      this.drawn = [from <= 0 ? -Infinity : from, top + 2 * height];
      this.#draw(from, 3 * height);
    }
    this.#wash(top, height);
    // nobody reads names that fly past: they come when the page slows down
    const fast = Math.abs(top - (this.lastTop ?? top)) > 0.8 * height;
    this.lastTop = top;
    clearTimeout(this.slower);
    if (fast) this.slower = setTimeout(() => this.later(), 60); else this.#fill(top, height);
  }

  /** The text near the window gets its wash before it comes into sight. */
  #wash(top, height) {
    if (this.washed && top - height / 2 > this.washed[0] && top + 1.5 * height < this.washed[1]) return;
    const from = top - 1.5 * height, to = top + 2.5 * height;
    this.washed = [from < 0 ? -Infinity : from, to];
    if (this.tops.length) this.paint.window(this.blockNear(from), this.blockNear(to));
  }

  #measureBlocks() {
    const origin = this.sheet.getBoundingClientRect();
    this.offset = origin.top - this.stage.getBoundingClientRect().top + this.stage.scrollTop;
    this.tops = this.places.blocks.map(({ element }) => {
      const box = element.getBoundingClientRect();
      return [box.top - origin.top, box.bottom - origin.top];
    });
  }

  blockNear(y) {
    let low = 0, high = this.tops.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tops[middle][1] > y) high = middle; else low = middle + 1;
    }
    return Math.max(low, 0);
  }

  /** [top, bottom] of an item in the sheet. */
  box(item) {
    let found = this.boxes.get(item.id);
    if (!found) {
      const rects = this.#ends(item);
      found = rects ?? [0, 0];
      this.boxes.set(item.id, found);
    }
    return found;
  }

  #ends({ start, end }) {
    const parts = this.places.parts(start, end);
    if (!parts.length) return null;
    const origin = this.sheet.getBoundingClientRect().top, range = this.#range ??= document.createRange();
    const edge = (node, from, to) => { range.setStart(node, from); range.setEnd(node, to); return range.getBoundingClientRect(); };
    const first = parts[0], last = parts.at(-1);
    const a = edge(first.block.node, first.from, Math.min(first.from + 1, first.to)), z = edge(last.block.node, Math.max(last.to - 1, last.from), last.to);
    return [a.top - origin + 4, z.bottom - origin - 4];
  }
  #range;

  #draw(from, height) {
    if (!this.tops.length) return;
    const ratio = devicePixelRatio, width = this.names, pen = this.canvas.getContext('2d');
    this.canvas.style.top = `${from}px`;
    this.#size(width, height, ratio);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const first = this.places.blocks[this.blockNear(from)], last = this.places.blocks[this.blockNear(from + height)];
    for (const item of within(this.items, this.reach, first.start, last.end)) this.#bracket(pen, item, from);
  }

  /** A new size takes new memory, so the canvas keeps its own while it can. */
  #size(width, height, ratio) {
    const [wide, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width === wide && this.canvas.height === tall) return;
    Object.assign(this.canvas, { width: wide, height: tall });
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
  }

  #bracket(pen, item, from) {
    const [top, bottom] = this.box(item), x = this.left + item.lane * this.step, wide = Math.min(5, this.step - 1);
    const on = item.id === this.chosen, width = on ? 3 : this.step < 8 ? 1.5 : 2;
    pen.strokeStyle = this.colour(item.mark ? 'consent' : this.model.codeOf(item.coding).hue);
    pen.lineWidth = width;
    pen.globalAlpha = on ? 1 : 0.82;
    pen.setLineDash(item.mark ? [1, 3] : this.model.isMine(item.coding) ? [] : [4, 3]);
    pen.beginPath();
    pen.moveTo(x, top - from + width / 2);
    pen.lineTo(x + wide - 3, top - from + width / 2);
    pen.arcTo(x + wide, top - from + width / 2, x + wide, top - from + 4, 3);
    pen.lineTo(x + wide, bottom - from - 4);
    pen.arcTo(x + wide, bottom - from - width / 2, x + wide - 3, bottom - from - width / 2, 3);
    pen.lineTo(x, bottom - from - width / 2);
    pen.stroke();
  }

  colour(hue) {
    this.colours ??= this.#readColours();
    return this.colours[hue] ?? this.colours.other;
  }

  #readColours() {
    const probe = document.createElement('i'), found = {};
    this.sheet.append(probe);
    for (const hue of ['mech', 'tone', 'prob', 'motive', 'level', 'coal', 'other', 'consent', 'empty']) {
      probe.className = hue;
      probe.style.color = 'var(--c)';
      found[hue] = getComputedStyle(probe).color;
    }
    probe.remove();
    return found;
  }

  /** Give the blocks near the window their names: nearest first, a few milliseconds a frame. */
  #fill(top, height) {
    if (!this.tops.length || (this.named && top - height / 3 > this.named[0] && top + 1.33 * height < this.named[1])) return;
    const low = this.blockNear(top - height), high = this.blockNear(top + 2 * height), until = performance.now() + 5;
    for (const index of [...this.filled]) if (index < low - 12 || index > high + 12) this.#empty(index);
    const seen = this.blockNear(top), order = [];
    for (let i = seen; i <= high; i += 1) order.push(i);
    for (let i = seen - 1; i >= low; i -= 1) order.push(i);
    for (const index of order) {
      if (this.filled.has(index)) continue;
      if (performance.now() > until) { this.later(); return; }
      this.#fillBlock(index);
    }
    this.named = [top - height < 0 ? -Infinity : top - height, top + 2 * height];
  }

  #empty(index) {
    this.places.blocks[index].element.querySelector('.marks')?.remove();
    this.filled.delete(index);
  }

  #fillBlock(index) {
    this.filled.add(index);
    const items = this.starts.get(index);
    if (!items) return;
    const block = this.places.blocks[index], [top, bottom] = this.tops[index];
    const ordered = items.map((item) => ({ item, y: this.box(item)[0] - 4 })).sort((a, b) => a.y - b.y);
    const room = Math.max(1, Math.floor((bottom - top) / STEP)), over = ordered.length > room ? ordered.length - room + 1 : 0;
    const seen = over ? ordered.slice(0, room - 1) : ordered;
    const heights = spread([...seen.map(({ y }) => y), ...(over ? [bottom] : [])], STEP, top, bottom);
    const group = document.createElement('div');
    group.className = 'marks';
    Object.assign(group.style, { left: `calc(100% + ${this.names - 6}px)`, width: `${Math.max(90, this.room - this.names - 6)}px` });
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', _("Codes of paragraph {n}").replace('{n}', block.number));
    ordered.forEach(({ item }, i) => group.append(this.#button(item, block, i < seen.length ? heights[i] - top : null)));
    if (over) group.append(this.#more(over, block, heights.at(-1) - top));
    block.element.append(group);
  }

  #button(item, block, y) {
    const button = document.createElement('button'), label = this.label(item);
    button.type = 'button';
    button.className = `name ${item.mark ? 'consent' : this.model.codeOf(item.coding).hue}${y === null ? ' over' : ''}${item.id === this.chosen ? ' on' : ''}`;
    button.dataset.id = item.id;
    button.textContent = button.title = label;
    button.setAttribute('aria-label', _("{code}, paragraph {n}").replace('{code}', label).replace('{n}', block.number));
    button.setAttribute('aria-pressed', String(item.id === this.chosen));
    if (y !== null) button.style.top = `${y}px`;
    return button;
  }

  #more(count, block, y) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'name more';
    button.dataset.paragraph = block.number;
    button.textContent = _("{n} more").replace('{n}', count);
    button.setAttribute('aria-label', _("{n} more codes of paragraph {p}").replace('{n}', count).replace('{p}', block.number));
    button.style.top = `${y}px`;
    return button;
  }

  label(item) {
    if (!item.mark) return this.model.codeOf(item.coding).label;
    return CONSENTS()[item.mark.consent];
  }

  /** Mark one coding as chosen. */
  setChosen(id) {
    const old = this.chosen;
    this.chosen = id;
    for (const one of [old, id]) {
      const button = one && this.sheet.querySelector(`.name[data-id="${one}"]`);
      if (button) { button.classList.toggle('on', one === id); button.setAttribute('aria-pressed', String(one === id)); }
    }
    this.drawn = null;
    this.later();
  }
}

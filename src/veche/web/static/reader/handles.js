// The two borders of the chosen quotation: dragged with the mouse, or moved by words with the arrows.

import { moved } from './selection.js';
import { _ } from '../core/words.js';

const WAIT = 500; // steps of the keyboard within this time are one act

export class Handles {
  constructor({ sheet, places, model, acts, paint }) {
    Object.assign(this, { sheet, places, model, acts, paint });
    this.id = null;
    this.span = null;
    this.buttons = ['start', 'end'].map((side) => this.#make(side));
  }

  #make(side) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = `handle ${side}`;
    button.hidden = true;
    button.setAttribute('aria-label', side === 'start' ? _("Beginning of the quotation: move it with the arrows") : _("End of the quotation: move it with the arrows"));
    button.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step || event.ctrlKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      this.step(step, side === 'start');
    });
    button.addEventListener('pointerdown', (event) => this.#drag(event, side));
    this.sheet.append(button);
    return button;
  }

  /** Show the handles of a coding of one's own; null hides them. */
  show(coding) {
    if (this.id !== (coding?.id ?? null)) this.keep();
    this.id = coding?.id ?? null;
    if (!this.timer && !this.dragging) this.span = coding ? [coding.start, coding.end] : null;
    this.later();
  }

  /** Put the handles in their places with the next frame, when everything else of the act is done too. */
  later() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.place(); });
  }

  place() {
    const parts = this.span ? this.places.parts(...this.span) : [];
    for (const button of this.buttons) button.hidden = !parts.length;
    if (!parts.length) return;
    const origin = this.sheet.getBoundingClientRect(), range = document.createRange(), first = parts[0], last = parts.at(-1);
    range.setStart(first.block.node, first.from);
    range.setEnd(first.block.node, Math.min(first.from + 1, first.to));
    const a = range.getClientRects()[0] ?? range.getBoundingClientRect();
    range.setStart(last.block.node, Math.max(last.to - 1, last.from));
    range.setEnd(last.block.node, last.to);
    const z = [...range.getClientRects()].at(-1) ?? range.getBoundingClientRect();
    this.#put(this.buttons[0], a.left - origin.left, a.top - origin.top, a.height);
    this.#put(this.buttons[1], z.right - origin.left, z.top - origin.top, z.height);
  }

  #put(button, left, top, height) { Object.assign(button.style, { left: `${left}px`, top: `${top}px`, height: `${height}px` }); }

  /** Move a border by a word; the act is sent when the steps end. */
  step(step, first) {
    if (!this.span || !this.id) return;
    this.#try(moved(this.places, this.span, step, first));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), WAIT);
  }

  #try(span) {
    this.span = span;
    this.paint.show('chosen', [span]);
    this.place();
  }

  /** Send what was moved. */
  keep() {
    clearTimeout(this.timer);
    this.timer = 0;
    const coding = this.model.codings.get(this.id);
    if (!coding || !this.span || (coding.start === this.span[0] && coding.end === this.span[1])) return;
    this.acts.change(this.id, { start: this.span[0], end: this.span[1] }, 'move borders');
  }

  #drag(event, side) {
    event.preventDefault();
    const button = event.currentTarget;
    button.setPointerCapture(event.pointerId);
    this.dragging = true;
    const move = (at) => {
      button.style.pointerEvents = 'none';
      const point = this.places.under(at.clientX, at.clientY);
      button.style.pointerEvents = '';
      if (point === null) return;
      const [start, end] = this.span;
      if (side === 'start' && point < end) this.#try([point, end]);
      if (side === 'end' && point > start) this.#try([start, point]);
    };
    const end = () => {
      button.removeEventListener('pointermove', move);
      this.dragging = false;
      this.keep();
    };
    button.addEventListener('pointermove', move);
    button.addEventListener('pointerup', end, { once: true });
    button.addEventListener('pointercancel', end, { once: true });
  }
}

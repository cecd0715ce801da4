// The overview strip at the left edge: the whole interview, where it is coded and with which hue, and the visible part framed.

export class Strip {
  constructor({ canvas, stage, places, model, margin }) {
    Object.assign(this, { canvas, stage, places, model, margin, seen: canvas.nextElementSibling });
    stage.addEventListener('scroll', () => this.frame(), { passive: true });
    canvas.addEventListener('pointerdown', (event) => { canvas.setPointerCapture(event.pointerId); this.go(event); });
    canvas.addEventListener('pointermove', (event) => { if (event.buttons) this.go(event); });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
    new MutationObserver(() => this.draw()).observe(document.documentElement, { attributeFilter: ['data-theme'] });
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  go(event) {
    const box = this.canvas.getBoundingClientRect(), share = (event.clientY - box.top) / box.height;
    this.stage.scrollTop = share * this.stage.scrollHeight - this.stage.clientHeight / 2;
  }

  /** Redraw later, once, when codings changed. */
  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(), 60);
  }

  draw() {
    const { canvas, places } = this, ratio = devicePixelRatio, width = canvas.clientWidth, height = canvas.clientHeight;
    if (!height || !places.length) return;
    const pen = canvas.getContext('2d');
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    pen.scale(ratio, ratio);
    const rows = Math.min(places.blocks.length, Math.floor(height / 4)), each = height / rows, hues = this.#hues(rows);
    for (let row = 0; row < rows; row += 1) {
      const block = places.blocks[places.blockAt((row + 0.5) / rows * places.length).index], answer = block.kind !== 'q';
      pen.fillStyle = this.margin.colour(hues[row]?.hue ?? 'empty');
      pen.globalAlpha = hues[row] ? 0.8 : 1;
      const wide = hues[row] ? 5 + Math.min(5, hues[row].count) : answer ? 10 : 4;
      pen.fillRect(2, row * each + 1, wide, Math.max(1.4, Math.min(2.4, each - 1.6)));
    }
    this.frame();
  }

  /** For each row of the strip the hue met most often in it. */
  #hues(rows) {
    const counts = Array.from({ length: rows }, () => ({})), each = this.places.length / rows;
    for (const coding of this.model.shown) {
      const { hue } = this.model.codeOf(coding), last = Math.min(rows - 1, Math.floor((coding.end - 1) / each));
      for (let row = Math.floor(coding.start / each); row <= last; row += 1) counts[row][hue] = (counts[row][hue] ?? 0) + 1;
    }
    return counts.map((count) => {
      const [first] = Object.entries(count).sort((a, b) => b[1] - a[1]);
      return first ? { hue: first[0], count: Object.values(count).reduce((a, b) => a + b, 0) } : null;
    });
  }

  /** The frame is an element of its own, so that scrolling paints nothing anew. */
  frame() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      const { scrollTop, scrollHeight, clientHeight } = this.stage, height = this.canvas.clientHeight;
      const tall = Math.max(10, clientHeight / scrollHeight * height);
      const at = `${Math.round(Math.min(height - tall, scrollTop / scrollHeight * height))} ${Math.round(tall)}`;
      if (at === this.at) return;
      this.at = at;
      const [y, size] = at.split(' ');
      this.seen.style.height = `${size}px`;
      this.seen.style.transform = `translateY(${y}px)`;
    });
  }
}

// What a researcher does to the study from here. Every act is shown at once, sent as one edit, and can be undone.

import { newId, send, undo, redo } from './link.js';
import { _ } from '../core/words.js';

/** Acts of the reader as the journal names them, and in the user's words. */
const ACTS = () => ({
  code: _("code"), 'new code': _("new code"), 'change coding': _("change coding"), 'move borders': _("move borders"), 'change code': _("change code"),
  'remove coding': _("remove coding"), 'split coding': _("split coding"), 'merge codings': _("merge codings"), memo: _("memo"), 'change memo': _("change memo"),
  'remove memo': _("remove memo"), statement: _("statement"), 'change statement': _("change statement"), 'remove statement': _("remove statement"),
  consent: _("consent"), autocode: _("autocode"), change: _("change"),
});
/** An act in words. */
export const told = (action) => ACTS()[action] ?? action;

export class Acts {
  constructor({ model, places, say, conflict }) {
    Object.assign(this, { model, places, say, conflict });
    this.tail = Promise.resolve(); // acts go one after the other
    this.pending = new Map();      // row id -> acts on their way
    this.revs = new Map();         // row id -> newest revision that an act of this tab made
  }

  /** Does an act of this tab on the row wait for its answer? Then its answer will tell the truth of the row. */
  waitsFor(id) { return this.pending.has(id); }

  /** Send changes as one act. They show at once; if the study refuses them, the true state is shown again. */
  #edit(action, changes, note = '') {
    const before = changes.map(({ kind, record }) => ({ kind, id: record.id, record: this.#known(kind, record.id) }));
    const waits = changes.some(({ op, record }) => op !== 'add' && this.waitsFor(record.id));
    for (const { record } of changes) this.pending.set(record.id, (this.pending.get(record.id) ?? 0) + 1);
    this.model.apply(changes.map(({ op, kind, record, rev }) => ({ kind, id: record.id, record: op === 'remove' ? null : record, rev: rev ?? 0 })));
    // an act on a row that waits for an answer builds on that answer; others are put into the outbox at once
    const first = waits ? this.tail : Promise.resolve(), done = first.then(() => this.#sent(action, changes, note, before));
    this.tail = Promise.all([this.tail, done]);
    return done;
  }

  async #sent(action, changes, note, before) {
    try {
      const { revs } = await send(action, changes.map((change) => this.#ready(change)), note);
      for (const [id, rev] of Object.entries(revs ?? {})) this.revs.set(id, rev);
      this.#settle(changes);
      this.model.apply(changes.flatMap(({ op, kind, record }) => {
        const shown = this.waitsFor(record.id) ? this.#known(kind, record.id) : record;
        return op === 'remove' || !shown ? [] : [{ kind, id: record.id, record: shown, rev: this.revs.get(record.id) ?? record.rev }];
      }));
      return true;
    } catch (problem) {
      this.#settle(changes);
      this.model.apply(before.map(({ kind, id, record }) => ({ kind, id, record, rev: record?.rev ?? 0 })));
      if (problem.status === 409) this.conflict(problem, changes); else this.say(problem.message, true);
      return false;
    }
  }

  #settle(changes) {
    for (const { record: { id } } of changes) {
      const left = this.pending.get(id) - 1;
      if (left > 0) this.pending.set(id, left); else this.pending.delete(id);
    }
  }

  /** A change with the revision that it builds on: the one shown, or the newer one that an act before it made. */
  #ready(change) {
    if (change.rev === undefined) return strip(change);
    return strip({ ...change, rev: Math.max(change.rev, this.revs.get(change.record.id) ?? 0) });
  }

  #known(kind, id) {
    const shelf = { coding: 'codings', code: 'codes', coder: 'coders', statement: 'statements', memo: 'memos', consent_mark: 'marks' }[kind];
    return this.model[shelf]?.get(id) ?? null;
  }

  /** The coder who works here, with the change that makes him or her known if need be. */
  #me() {
    const known = this.model.me;
    if (known) return [known.id, []];
    const record = { id: newId(), key: this.model.who, name: this.model.who, kind: 'human' };
    return [record.id, [{ op: 'add', kind: 'coder', record }]];
  }

  #coding(span, codeId, coderId, extra = {}) {
    const { document } = this.model;
    return { id: newId(), document_id: document.id, text_id: document.text_id, start: span[0], end: span[1], code_id: codeId,
      coder_id: coderId, modality: 'asserted', prompted: null, made: now(), ...extra };
  }

  /** Put a code on [start, end). Returns the id of the new coding; null if it stands there already. */
  code(span, codeId) {
    const twin = [...this.model.codings.values()].find((c) => c.start === span[0] && c.end === span[1] && c.code_id === codeId && this.model.isMine(c));
    if (twin) { this.say(_("This passage has this code already.")); return twin.id; }
    const [me, first] = this.#me(), record = this.#coding(span, codeId, me), code = this.model.codes.get(codeId);
    this.model.use(codeId);
    this.#edit('code', [...first, { op: 'add', kind: 'coding', record }], code.key);
    this.say(_("Coded: {code}").replace('{code}', code.label));
    return record.id;
  }

  /** Make a new code and put it on [start, end). */
  newCode(span, label, parentId = null) {
    const [me, first] = this.#me(), parent = this.model.codes.get(parentId);
    const key = this.#freeKey(parent, label), other = this.model.language === 'ru' ? 'label_ru' : 'label_en';
    const code = { id: newId(), key, parent_id: parentId, kind: parent && parent.kind !== 'group' ? parent.kind : 'other', label_ru: '', label_en: '', [other]: label, position: this.model.codes.size };
    const record = this.#coding(span, code.id, me);
    this.model.use(code.id);
    this.#edit('new code', [...first, { op: 'add', kind: 'code', record: code }, { op: 'add', kind: 'coding', record }], key);
    this.say(_("New code: {code}").replace('{code}', label));
    return record.id;
  }

  #freeKey(parent, label) {
    const word = label.toUpperCase().match(/[\p{L}\p{N}]+/gu)?.slice(0, 3).join('_').slice(0, 24) || 'CODE';
    const taken = new Set([...this.model.codes.values()].map((code) => code.key)), stem = parent ? `${parent.key}.${word}` : word;
    let key = stem;
    for (let n = 2; taken.has(key); n += 1) key = `${stem}_${n}`;
    return key;
  }

  /** Change fields of a coding of one's own. */
  change(id, fields, action = 'change coding') {
    const old = this.model.codings.get(id);
    if (!old || !this.mine(old)) return;
    this.#edit(action, [{ op: 'replace', kind: 'coding', record: { ...old, ...fields }, rev: old.rev }], this.model.codeOf({ ...old, ...fields }).key);
  }

  mine(coding) {
    if (this.model.isMine(coding)) return true;
    this.say(_("This coding belongs to {coder}. Put your own code beside it.").replace('{coder}', this.model.coderOf(coding)?.name || '?'), true);
    return false;
  }

  remove(id) {
    const old = this.model.codings.get(id);
    if (!old || !this.mine(old)) return false;
    const notes = this.model.memosOf(id).map((memo) => ({ op: 'remove', kind: 'memo', record: memo, rev: memo.rev }));
    this.#edit('remove coding', [...notes, { op: 'remove', kind: 'coding', record: old, rev: old.rev }], this.model.codeOf(old).key);
    this.say(_("Removed: {code}. Ctrl Z brings it back.").replace('{code}', this.model.codeOf(old).label));
    return true;
  }

  /** Cut a coding in two at a place inside it. */
  split(id, at) {
    const old = this.model.codings.get(id);
    if (!old || !this.mine(old)) return;
    const head = this.#trim([old.start, at]), tail = this.#trim([at, old.end]);
    if (!head || !tail) { this.say(_("Select the words at which the second part begins, inside the quotation."), true); return; }
    const second = this.#coding(tail, old.code_id, old.coder_id, { modality: old.modality, prompted: old.prompted });
    this.#edit('split coding', [{ op: 'replace', kind: 'coding', record: { ...old, end: head[1] }, rev: old.rev }, { op: 'add', kind: 'coding', record: second }], this.model.codeOf(old).key);
    this.say(_("Split in two."));
  }

  #trim([start, end]) {
    const words = [...this.places.words(start, end)], first = words.findIndex((sign) => sign.trim()), last = words.findLastIndex((sign) => sign.trim());
    if (first < 0) return null;
    // spaces are trimmed only inside one block: between blocks the words are not all of the text
    return this.places.parts(start, end).length === 1 ? [start + first, start + last + 1] : [start, end];
  }

  /** Join a coding with the nearest one of the same code by the same coder, and all between. */
  merge(id) {
    const old = this.model.codings.get(id);
    if (!old || !this.mine(old)) return;
    const distance = (other) => Math.max(other.start - old.end, old.start - other.end, 0);
    const [near] = [...this.model.codings.values()].filter((c) => c.id !== id && c.code_id === old.code_id && c.coder_id === old.coder_id).sort((a, b) => distance(a) - distance(b) || a.start - b.start);
    if (!near) { this.say(_("There is no other passage of yours with this code."), true); return; }
    const record = { ...old, start: Math.min(old.start, near.start), end: Math.max(old.end, near.end) };
    const moves = this.model.memosOf(near.id).map((memo) => ({ op: 'replace', kind: 'memo', record: { ...memo, target_id: id }, rev: memo.rev }));
    this.#edit('merge codings', [{ op: 'replace', kind: 'coding', record, rev: old.rev }, ...moves, { op: 'remove', kind: 'coding', record: near, rev: near.rev }], this.model.codeOf(old).key);
    this.say(_("Merged with the nearest passage of this code."));
  }

  /** Keep a memo on anything; an empty one is removed. Returns its id, or null. */
  memo(targetId, text, memoId = null) {
    const old = memoId ? this.model.memos.get(memoId) : null;
    if (!text.trim()) {
      if (old) this.#edit('remove memo', [{ op: 'remove', kind: 'memo', record: old, rev: old.rev }]);
      return null;
    }
    if (old) {
      if (old.text !== text) this.#edit('change memo', [{ op: 'replace', kind: 'memo', record: { ...old, text }, rev: old.rev }]);
      return old.id;
    }
    const [me, first] = this.#me(), record = { id: newId(), target_id: targetId, text, title: '', coder_id: me, made: now() };
    this.#edit('memo', [...first, { op: 'add', kind: 'memo', record }]);
    return record.id;
  }

  /** Keep a statement: new, or changed if it has an id already. */
  statement(fields) {
    const old = fields.id ? this.model.statements.get(fields.id) : null;
    if (old) return this.#edit('change statement', [{ op: 'replace', kind: 'statement', record: { ...old, ...fields }, rev: old.rev }]);
    const [me, first] = this.#me(), record = { ...fields, id: newId(), interview_id: this.model.interview?.id ?? null, coder_id: me, made: now() };
    return this.#edit('statement', [...first, { op: 'add', kind: 'statement', record }]);
  }

  /** Put refused changes over what somebody else made of the rows meanwhile: the user has seen both. */
  over(changes, rows) {
    const revs = new Map(rows.map((row) => [row.id, row.rev]));
    return this.#edit('change', changes.map((change) => (revs.has(change.record.id) && change.op !== 'add' ? { ...change, rev: revs.get(change.record.id) } : change)));
  }

  removeStatement(id) {
    const old = this.model.statements.get(id);
    return this.#edit('remove statement', [{ op: 'remove', kind: 'statement', record: old, rev: old.rev }]);
  }

  /** Mark a passage as under another consent; the same consent again takes the mark away. */
  consent(span, consent) {
    const old = [...this.model.marks.values()].find((mark) => mark.start === span[0] && mark.end === span[1]);
    if (old) {
      const same = old.consent === consent;
      return this.#edit('consent', [{ op: same ? 'remove' : 'replace', kind: 'consent_mark', record: { ...old, consent }, rev: old.rev }], consent);
    }
    const { document } = this.model, record = { id: newId(), document_id: document.id, text_id: document.text_id, start: span[0], end: span[1], consent, note: '' };
    return this.#edit('consent', [{ op: 'add', kind: 'consent_mark', record }], consent);
  }

  removeMark(id) {
    const old = this.model.marks.get(id);
    return this.#edit('consent', [{ op: 'remove', kind: 'consent_mark', record: old, rev: old.rev }], old.consent);
  }

  /** Put one code on many passages of this or other documents [{document_id, text_id, start, end}] as one act. */
  async codeAll(passages, codeId, note) {
    const [me, first] = this.#me();
    const records = passages.map((one) => ({ ...this.#coding([one.start, one.end], codeId, me), document_id: one.document_id, text_id: one.text_id }));
    this.model.use(codeId);
    const done = await this.#edit('autocode', [...first, ...records.map((record) => ({ op: 'add', kind: 'coding', record }))], note);
    return done ? records.length : 0;
  }

  async undo() { await this.#back(undo, _("Undone: {action}"), _("Nothing to undo.")); }

  async redo() { await this.#back(redo, _("Done again: {action}"), _("Nothing to redo.")); }

  async #back(act, done, nothing) {
    try {
      await this.tail;
      const { entry } = await act();
      this.say(done.replace('{action}', [told(entry.action), entry.note].filter(Boolean).join(' · ')));
    } catch (problem) {
      this.say(problem.message || nothing, true);
    }
  }
}

const OWN = new Set(['rev', 'label', 'path', 'hue', 'codable', 'count', 'family']);

/** A change as the interface takes it: the record without what only the page knows. */
function strip({ op, kind, record, rev }) {
  const clean = Object.fromEntries(Object.entries(record).filter(([name]) => !OWN.has(name)));
  return rev === undefined ? { op, kind, record: clean } : { op, kind, record: clean, rev };
}

function now() { return new Date().toISOString().slice(0, 19); }

// The form of a relation statement, filled by keyboard alone: Tab from field to field, Ctrl Enter keeps it, Esc leaves it.

import { Combo } from './combo.js';
import { h, short } from './dom.js';
import { CERTAINTIES, MODALITIES, OUTCOMES } from './labels.js';
import { dayAfter, firstDay, inField, isTime, written } from './time.js';
import { _, language } from '../core/words.js';

/**
 * Make the form.
 * @param {{model, quotes: Array, words: string, old: object|null, save: Function, leave: Function}} given
 * @returns {HTMLFormElement}
 */
export function statementForm({ model, quotes, words, old, save, leave }) {
  const parties = [...model.parties.values()], kinds = [...model.kinds.values()];
  const party = (label, field) => new Combo({ label, items: parties, many: true, text: (one) => one.name, more: (one) => one.holder ?? '', chosen: old?.[field] ?? [] });
  const who = party(_("Who"), 'sources'), whom = party(_("To whom"), 'targets'), benefit = party(_("In whose favour"), 'benefit');
  const kind = new Combo({ label: _("Act"), items: kinds, text: (one) => one.label, more: (one) => one.family, chosen: old ? [old.kind_id] : [] });
  const issue = h('input', { type: 'text', value: old?.issue ?? '', autocomplete: 'off' });
  const tone = steps('tone', old?.tone), readiness = steps('readiness', old?.readiness);
  const valence = choices('valence', { '': _("of the act"), '-1': '−1', '-0.5': '−½', 0: '0', 0.5: '½', 1: '1' }, old?.valence ?? '');
  const outcome = choices('outcome', OUTCOMES(), old?.outcome ?? 'unknown'), certainty = choices('certainty', CERTAINTIES(), old?.certainty ?? 'unknown');
  const modality = choices('modality', MODALITIES(), old?.modality ?? 'asserted');
  const [start, end] = written(old?.start, old?.end).map((value, n) => h('input.date', { type: 'text', value: inField(value, language), placeholder: inField(['2018-02', '2018-05'][n], language), autocomplete: 'off' }));
  const problem = h('p.problem', { role: 'alert' });
  const form = h('form.card.statement-form', { 'aria-label': _("Relation statement") },
    h('p.eyebrow', {}, _("Relation statement")), h('blockquote.words', {}, short(words, 160)),
    row(_("Who"), who), row(_("To whom"), whom), row(_("Act"), kind), field(_("Issue"), issue),
    group(_("Tone"), tone, _("1 obedience, 5 antagonism")), group(_("Readiness"), readiness, _("1 obedience, 5 antagonism")), group(_("Valence"), valence),
    group(_("Outcome"), outcome), row(_("In whose favour"), benefit), field(_("From"), start), field(_("Until"), end),
    group(_("How known"), certainty), group(_("The speaker"), modality), problem,
    h('div.row', {}, h('button.btn', { type: 'submit' }, _("Keep"), h('kbd', {}, 'Ctrl Enter')), h('button.btn.ghost', { type: 'button', onclick: leave }, _("Leave"), h('kbd', {}, 'Esc'))));
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { event.preventDefault(); event.stopPropagation(); leave(); }
    if (event.key === 'Enter' && event.ctrlKey) { event.preventDefault(); form.requestSubmit(); }
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const wrong = lacking({ who, whom, kind, start, end });
    problem.textContent = wrong?.[0] ?? '';
    if (wrong) { wrong[1].focus(); return; }
    const value = (name) => form.elements[name].value || null, number = (name) => (value(name) === null ? null : Number(value(name)));
    save({ ...(old ? { id: old.id } : {}), quotes, kind_id: kind.value[0], sources: who.value, targets: whom.value, benefit: benefit.value, issue: issue.value.trim() || null,
      tone: number('tone'), readiness: number('readiness'), valence: number('valence'), outcome: value('outcome'), start: firstDay(start.value), end: dayAfter(end.value),
      certainty: value('certainty'), modality: value('modality'), resource_id: old?.resource_id ?? null, confidence: old?.confidence ?? 1 });
  });
  form.first = who.input;
  return form;
}

function lacking({ who, whom, kind, start, end }) {
  if (!who.value.length) return [_("Name at least one who acts."), who.input];
  if (!whom.value.length) return [_("Name at least one acted upon."), whom.input];
  if (!kind.value.length) return [_("Choose the act."), kind.input];
  for (const one of [start, end]) if (one.value.trim() && !isTime(one.value)) return [_("Write a day, a month or a year: 2018-02-14, 2018-02, 2018."), one];
  if (start.value.trim() && end.value.trim() && firstDay(end.value) < firstDay(start.value)) return [_("The event ends before it begins. Correct one of the dates."), end];
  return null;
}

function steps(name, chosen) { return choices(name, { '': '–', 1: '1', 2: '2', 3: '3', 4: '4', 5: '5' }, chosen ?? ''); }

function choices(name, options, chosen) {
  // numbers as keys would come first in an object, so the empty choice is put first here
  const keys = Object.keys(options).sort((a, b) => (a === '' ? -1 : b === '' ? 1 : Number(a) - Number(b) || 0));
  return h('div.choices', {}, keys.map((key) => h('label', {}, h('input', { type: 'radio', name, value: key, checked: String(chosen) === key }), h('span', {}, options[key]))));
}

function row(label, combo) { return h('div.field', {}, h('label', { for: combo.id }, label), combo.element); }

function field(label, input) { return h('label.field', {}, h('span', {}, label), input); }

function group(label, content, hint = '') { return h('fieldset.field', {}, h('legend', {}, label), content, hint && h('small', {}, hint)); }

// Times of events as people write them: a year, a month or a day, the last one inclusive; the study keeps days, the end exclusive.
// A day is written 2018-02-14 or 14.02.2018, a month 2018-02 or 02.2018.

const DAY = 24 * 3600 * 1000;

const BY_YEAR = /^(\d{4})(?:-(0?[1-9]|1[0-2])(?:-(0?[1-9]|[12]\d|3[01]))?)?$/;
const BY_DAY = /^(?:(?:(0?[1-9]|[12]\d|3[01])\.)?(0?[1-9]|1[0-2])\.)(\d{4})$/;

function parts(text) {
  const found = BY_YEAR.exec(text.trim())?.slice(1) ?? BY_DAY.exec(text.trim())?.slice(1).reverse();
  if (!found) return null;
  const [year, month, day] = found.map((part) => Number(part ?? 0)), date = new Date(Date.UTC(year, (month || 1) - 1, day || 1));
  return year > 0 && date.getUTCMonth() === (month || 1) - 1 ? { year, month, day } : null;
}

const iso = (moment) => new Date(moment).toISOString().slice(0, 10);

/** Is that a year, a month or a day? */
export const isTime = (text) => parts(text) !== null;

/** The first day of what is written; null if nothing is. */
export function firstDay(text) {
  const found = parts(text);
  return found && iso(Date.UTC(found.year, (found.month || 1) - 1, found.day || 1));
}

/** The day after the last day of what is written; null if nothing is. */
export function dayAfter(text) {
  const found = parts(text);
  if (!found) return null;
  if (found.day) return iso(Date.UTC(found.year, found.month - 1, found.day) + DAY);
  return iso(found.month ? Date.UTC(found.year, found.month, 1) : Date.UTC(found.year + 1, 0, 1));
}

/** Cut a day down to its year, month or nothing less, all that `whole` days say. */
const cut = (day, whole) => day.slice(0, whole.every((one) => one.endsWith('-01-01')) ? 4 : whole.every((one) => one.endsWith('-01')) ? 7 : 10);

/** How a span of days is written: [from, until], until inclusive; whole months and years as such, what is open as nothing. */
export function written(start, end) {
  const whole = [start, end].filter(Boolean);
  return [start ? cut(start, whole) : '', end ? cut(iso(Date.parse(end) - DAY), whole) : ''];
}

/** A written time as it stands in a field: 14.02.2018 in Russian, 2018-02-14 in English. */
export const inField = (text, language) => (language === 'ru' ? text.split('-').reverse().join('.') : text);

/** A span of days in words. */
export function period(start, end, language) {
  const told = (text) => {
    const shape = { 4: { year: 'numeric' }, 7: { month: 'short', year: 'numeric' }, 10: { day: 'numeric', month: 'short', year: 'numeric' } }[text.length];
    // a year alone needs no «г.» after it
    return text.length === 4 ? text : new Intl.DateTimeFormat(language === 'ru' ? 'ru' : 'en-GB', { ...shape, timeZone: 'UTC' }).format(new Date(text));
  };
  const [from, until] = written(start, end).map((text) => text && told(text));
  if (from === until) return from;
  return until ? `${from || '…'} – ${until}` : `${from} – …`;
}

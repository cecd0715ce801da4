// Words of the interface: the page carries the catalogue of all scripts in its language.
const element = document.getElementById("veche-words");
const catalogue = element ? JSON.parse(element.textContent) : {};
export const language = document.documentElement.lang === "ru" ? "ru" : "en";

const fill = (text, fields) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));

/** Translate a message and fill in its {fields}. */
export function _(message, fields = {}) {
  const found = catalogue[message];
  return fill(typeof found === "string" && found ? found : message, fields);
}

/** Which of the forms of a noun goes with a number: Russian has three, English two. */
function form(n) {
  if (language !== "ru") return n === 1 ? 0 : 1;
  const ten = n % 10, hundred = n % 100;
  if (ten === 1 && hundred !== 11) return 0;
  return ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14) ? 1 : 2;
}

/** Translate a message with a number in it; {n} is the number. */
export function ngettext(one, many, n, fields = {}) {
  const found = catalogue[one];
  const text = Array.isArray(found) && found[form(n)] ? found[form(n)] : n === 1 ? one : many;
  return fill(text, { n, ...fields });
}

/** Write a number with the decimal sign of the language; a missing one as a dash. */
export function number(value, digits = 0) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const text = value.toFixed(digits).replace("-", "−");
  return language === "ru" ? text.replace(".", ",") : text;
}

/** Show the moments below an element in local time. */
export function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime$=Z]")) time.textContent = moment(time.dateTime);
}

/** Write a moment of the study (UTC, with or without Z) in local time. */
export function moment(iso) {
  const when = new Date(/Z$|[+-]\d\d:\d\d$/.test(iso) ? iso : `${iso}Z`);
  if (Number.isNaN(when.getTime())) return iso;
  const today = new Date().toDateString() === when.toDateString();
  const shape = today ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" };
  const text = new Intl.DateTimeFormat(language === "ru" ? "ru" : "en-GB", shape).format(when);
  return today ? _("today, {time}", { time: text }) : text;
}

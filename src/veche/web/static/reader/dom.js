// Small helpers for making elements. All words are set as text, never as HTML.

/** Make an element: h('button.btn', {type: 'button', onclick: f}, 'words', child, ...); empty children are left out. */
export function h(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split('.'), element = document.createElement(tag || 'div');
  if (classes.length) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ''));
  return element;
}

/** A message with places {name} filled in. */
export function fill(message, fields) {
  return message.replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole);
}

const SHAPES = { today: { hour: '2-digit', minute: '2-digit' }, earlier: { day: 'numeric', month: 'short', year: 'numeric' } };
const formats = new Map(); // making one is dear

/** Words for a moment given in UTC: the time of today, else the day. */
export function when(iso, language) {
  if (!iso) return '';
  const at = new Date(iso.endsWith('Z') ? iso : `${iso}Z`), shape = at.toDateString() === new Date().toDateString() ? 'today' : 'earlier', name = `${language} ${shape}`;
  if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat(language, SHAPES[shape]));
  return formats.get(name).format(at);
}

/** Two letters for a person, as on the server. */
export function initials(name) {
  const parts = name.split(/[\s\-_.]+/).filter(Boolean);
  return (parts.length > 1 ? parts[0][0] + parts[1][0] : name.slice(0, 2)).toUpperCase();
}

/** The first words of a text, with an ellipsis if it is longer. */
export function short(text, length = 80) {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, line.lastIndexOf(' ', length) > length / 2 ? line.lastIndexOf(' ', length) : length)}…` : line;
}

// Builds the page. What people wrote enters it as text, never as markup.

/** `element("a", { href, class, hidden, onclick }, ...children)`; a child that is null is left out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else if (typeof value === "boolean") made.toggleAttribute(key, value);
    else if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** The element with this id, which the page is known to have. */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** Makes `nodes` the children of `place` and moves only what is not where it belongs: a log is not read out again. */
export function arrange(place, nodes) {
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const wanted = new Set(nodes);
  for (const child of [...place.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, at) => {
    if (place.children[at] !== node) place.insertBefore(node, place.children[at] ?? null);
  });
  if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
}

/** `10:31`, as the reader's country writes it. */
export function timeOf(moment) {
  return new Date(moment).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** `Today`, `Yesterday` or the date. */
export function dayOf(moment) {
  const day = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const date = new Date(moment);
  const ago = Math.round((day(new Date()) - day(date)) / 86_400_000);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  return date.toLocaleDateString([], { weekday: "short", day: "numeric", month: "long", year: "numeric" });
}

/** The time of something today, the date of anything older. */
export function whenOf(moment) {
  const today = new Date(moment).toDateString() === new Date().toDateString();
  return today ? timeOf(moment) : new Date(moment).toLocaleDateString([], { day: "numeric", month: "short" });
}

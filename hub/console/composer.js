// Where somebody writes: Enter sends, Shift and Enter begin a line, and what is half written survives a reload.

import { element } from "./elements.js";

/** The longest body of a message, in characters. */
const LONGEST = 10_000;
const NEARLY = 9_000;

export class Composer {
  onsend = (_text) => {};
  ontyping = (_hasText) => {};
  #field;
  #left = element("span", { class: "left", "aria-live": "polite" });
  #button;
  #draft = null;

  /** `form` is filled; `tools` stand beside the button. */
  constructor(form, { label, tools = [] }) {
    this.#field = element("textarea", {
      rows: "1", "aria-label": label, placeholder: label, enterkeyhint: "send", dir: "auto",
      oninput: () => this.#written(),
      onkeydown: (event) => this.#pressed(event),
    });
    this.#button = element("button", { class: "primary" }, "Send");
    form.replaceChildren(this.#field, element("div", { class: "tools" }, ...tools, this.#left, this.#button));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  /** The draft of another conversation comes in; the present one stays where it is kept. */
  open(name) {
    this.#draft = `switchboard.draft.${name}`;
    this.#field.value = sessionStorage.getItem(this.#draft) ?? "";
    this.#fit();
  }

  set label(label) {
    this.#field.placeholder = label;
    this.#field.setAttribute("aria-label", label);
  }

  set disabled(disabled) {
    this.#field.disabled = this.#button.disabled = disabled;
  }

  focus() {
    this.#field.focus();
  }

  #pressed(event) {
    // Enter also picks a word while one is being composed, as in Japanese.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  #written() {
    this.#keep();
    this.#fit();
    this.ontyping(this.#field.value.trim() !== "");
  }

  #send() {
    const text = this.#field.value.trim();
    if (text === "" || length(text) > LONGEST || this.#field.disabled) return;
    this.#field.value = "";
    this.#keep();
    this.#fit();
    this.onsend(text);
    this.focus();
  }

  #keep() {
    if (!this.#draft) return;
    if (this.#field.value) sessionStorage.setItem(this.#draft, this.#field.value);
    else sessionStorage.removeItem(this.#draft);
  }

  /** As high as its text, within what the stylesheet allows. */
  #fit() {
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight + 2}px`;
    const characters = length(this.#field.value);
    this.#left.textContent = characters < NEARLY ? "" : `${LONGEST - characters} characters left`;
    this.#left.classList.toggle("failed", characters > LONGEST);
  }
}

/** In characters as the hub counts them, not in halves of them. */
function length(text) {
  return [...text].length;
}

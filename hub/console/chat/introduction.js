// What a visitor may say of himself before he writes.

import { element } from "../elements.js";

const KINDS = {
  name: { label: "Your name", type: "text", autocomplete: "name" },
  email: { label: "Your e-mail", type: "email", autocomplete: "email" },
  phone: { label: "Your phone", type: "tel", autocomplete: "tel" },
};
const USUAL = [{ name: "name", required: false }, { name: "email", required: false }];

export class Introduction {
  #notice = element("p", { class: "notice", role: "alert" });
  #button = element("button", { class: "primary" }, "Start the chat");
  form;

  /** `begin` is called with what was said. */
  constructor({ greeting, fields }, begin) {
    const asked = (fields?.length ? fields : USUAL).filter(({ name }) => KINDS[name]);
    this.form = element("form", { class: "introduction", onsubmit: (event) => this.#submit(event, begin) },
      element("p", { class: "greeting" }, greeting ?? "Hello! How can we help you?"),
      ...asked.map(field),
      this.#notice,
      this.#button);
  }

  async #submit(event, begin) {
    event.preventDefault();
    const said = [...new FormData(this.form)].map(([name, text]) => [name, text.trim()]);
    this.#notice.textContent = "";
    this.#button.disabled = true;
    try {
      await begin(Object.fromEntries(said.filter(([, text]) => text)));
    } catch (error) {
      const [wrong] = error.details?.fields ?? [];
      this.#notice.textContent = wrong ? `${KINDS[wrong.field]?.label ?? wrong.field} ${wrong.reason}.` : error.message;
    } finally {
      this.#button.disabled = false;
    }
  }
}

function field({ name, required }) {
  const { label, type, autocomplete } = KINDS[name];
  return element("label", {}, required ? label : `${label} (if you like)`,
    element("input", { name, type, autocomplete, required: Boolean(required), maxlength: "200" }));
}

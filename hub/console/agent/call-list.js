// The calls that live, above everything else: with whom, for how long, who has it, and what can be done.

import { arrange, byId, element } from "../elements.js";
import { waits } from "./calls.js";

const PHONE = "switchboard.phone";
const TITLE = document.title;

export class CallList {
  #client;
  #calls;
  #inbox;
  #me;
  #items = new Map();
  /** The ids of calls about which we wait for an answer. */
  #asked = new Set();
  #phone = byId("phone");

  constructor({ client, calls, inbox, me }) {
    [this.#client, this.#calls, this.#inbox, this.#me] = [client, calls, inbox, me];
    this.#phone.value = localStorage.getItem(PHONE) ?? "";
    this.#phone.addEventListener("change", () => localStorage.setItem(PHONE, this.#phone.value.trim()));
    for (const source of [calls, inbox]) source.addEventListener("change", () => this.#show());
    client.addEventListener("state", () => this.#show());
    setInterval(() => this.#tick(), 1000);
  }

  #show() {
    const calls = this.#calls.live();
    // What rings comes first, then what one has; the others stand as they began.
    const rank = (call) => (this.#calls.rings(call) ? 0 : call.agent_id === this.#me.id ? 1 : 2);
    calls.sort((a, b) => rank(a) - rank(b));
    for (const id of this.#items.keys()) if (!calls.some((call) => call.id === id)) this.#items.delete(id);
    byId("calls").hidden = calls.length === 0;
    arrange(byId("live-calls"), calls.map((call) => this.#item(call)));
    byId("reach").hidden = !calls.some(waits);
    this.#ring(calls.filter((call) => this.#calls.rings(call)));
    this.#tick();
  }

  /** Read out once, and seen by who looks at another window. */
  #ring(ringing) {
    const who = ringing.map((call) => this.#nameOf(call)).join(", ");
    const told = who && `${who} ${ringing.length === 1 ? "is" : "are"} calling`;
    if (byId("ringing").textContent !== told) byId("ringing").textContent = told;
    document.title = told || TITLE;
  }

  #tick() {
    for (const [id, { lasts }] of this.#items) lasts.textContent = since(this.#calls.get(id));
  }

  /** The elements of a call stay the same ones: whoever stands on one with the keyboard keeps his place. */
  #item(call) {
    const known = this.#items.get(call.id) ?? this.#build(call);
    this.#items.set(call.id, known);
    if (known.acts.contains(document.activeElement)) known.focused = document.activeElement;
    this.#fill(known, call);
    keepPlace(known);
    return known.item;
  }

  #build({ id, conversation_id: conversation }) {
    const button = (attributes, act) => element("button", { type: "button", ...attributes, onclick: () => act(this.#calls.get(id)) });
    const parts = {
      who: element("a", { class: "who", href: `#${conversation}` }),
      lasts: element("span", { class: "faint lasts" }),
      how: element("span", { class: "faint how" }),
      said: element("span", { class: "faint said" }),
      marks: element("span", { class: "marks" }),
      failure: element("p", { class: "failed", role: "alert" }),
      answer: button({ value: "answer", class: "primary" }, () => this.#ask(id, "call.answer", this.#way())),
      decline: button({ value: "decline" }, () => this.#ask(id, "call.decline")),
      mute: button({ value: "mute" }, ({ muted }) => this.#ask(id, muted ? "call.unmute" : "call.mute")),
      hold: button({ value: "hold" }, ({ held }) => this.#ask(id, held ? "call.resume" : "call.hold")),
      hangUp: button({ value: "hang-up", class: "ends" }, () => this.#ask(id, "call.hang_up")),
    };
    const { who, lasts, how, said, marks, failure, answer, decline, mute, hold, hangUp } = parts;
    const what = element("div", { class: "what" }, who, lasts, how, said, marks);
    const acts = element("div", { class: "acts", role: "group" }, answer, decline, mute, hold, hangUp);
    return { ...parts, acts, item: element("li", {}, what, acts, failure) };
  }

  #fill(parts, call) {
    const name = this.#nameOf(call);
    const mine = call.agent_id === this.#me.id;
    const rings = this.#calls.rings(call);
    const talks = mine && call.state === "in_progress";
    parts.item.className = rings ? "rings" : "";
    parts.who.textContent = name;
    parts.how.textContent = this.#stateOf(call);
    // What a stranger dictated: text, and nothing else.
    parts.said.textContent = call.caller_said ? `Says “${call.caller_said}”` : "";
    parts.acts.setAttribute("aria-label", `Call with ${name}`);
    const marks = [call.held && "On hold", call.muted && "Muted", call.recording && "Recorded"].filter(Boolean);
    arrangeMarks(parts.marks, marks);
    if (parts.failure.textContent !== this.#calls.failure(call.id)) parts.failure.textContent = this.#calls.failure(call.id);
    const can = this.#me.role !== "read_only";
    this.#enable(parts.answer, "Answer", { shown: can && waits(call), call, controls: ["answer"] });
    this.#enable(parts.decline, "Decline", { shown: can && rings, call, controls: ["answer"] });
    this.#enable(parts.mute, call.muted ? "Unmute" : "Mute", { shown: can && talks, call, controls: ["mute", "unmute"] });
    this.#enable(parts.hold, call.held ? "Resume" : "Hold", { shown: can && talks, call, controls: ["hold", "resume"] });
    this.#enable(parts.hangUp, "Hang up", { shown: can && mine, call, controls: ["hang_up"] });
  }

  /** What is on its way to the provider cannot be asked for again. */
  #enable(button, label, { shown, call, controls }) {
    const isPending = call.pending.some((pending) => controls.includes(pending.control));
    button.textContent = label;
    button.hidden = !shown;
    button.disabled = isPending || this.#asked.has(call.id) || this.#client.state.name !== "connected";
  }

  async #ask(id, method, more = {}) {
    this.#asked.add(id);
    this.#calls.fail(id, "");
    try {
      this.#calls.take((await this.#client.request(method, { call_id: id, ...more })).call);
    } catch (error) {
      this.#calls.fail(id, error.message);
    } finally {
      this.#asked.delete(id);
      this.#show();
    }
  }

  /** Where the provider calls this agent. */
  #way() {
    const phone = this.#phone.value.trim();
    return phone ? { via: "phone", phone } : { via: "browser" };
  }

  #nameOf(call) {
    const theirs = call.direction === "inbound" ? call.from : call.to;
    const name = this.#inbox.get(call.conversation_id)?.contact.name;
    return !name || name === "Unknown" ? theirs.value : name;
  }

  #stateOf(call) {
    const mine = call.agent_id === this.#me.id;
    if (this.#calls.rings(call)) return "Calls you";
    if (waits(call)) return "Waits for somebody";
    if (call.state === "transferring") return "On its way to somebody else";
    if (call.state === "in_progress") return mine ? "With you" : "With a colleague";
    if (call.direction === "inbound") return mine ? "You are being connected" : "A colleague is being connected";
    return mine ? "You are calling" : "A colleague is calling";
  }
}

/** Whoever stands on a button comes back to it when it can be pressed again, and to the name when it is gone. */
function keepPlace(parts) {
  const { focused, who } = parts;
  const isElsewhere = ![focused, document.body].includes(document.activeElement);
  if (!focused || isElsewhere) parts.focused = null;
  else if (focused.hidden) who.focus({ preventScroll: true });
  else if (!focused.disabled) focused.focus({ preventScroll: true });
}

function arrangeMarks(place, marks) {
  if (place.textContent === marks.join("")) return;
  place.replaceChildren(...marks.map((mark) => element("span", { class: "mark" }, mark)));
}

/** `4:07`, of the talk when there is one. */
function since({ answered_at: answered, started_at: started }) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(answered ?? started)) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// The calls that live, read from the hub and kept up to date by events, and which of them ring here. Dispatches `change`.

import { Nouns } from "../nouns.js";
import { callAs } from "../rest.js";

const OVER = ["completed", "busy", "no_answer", "failed", "canceled"];
const DONE = {
  answer: "Answering it", hang_up: "Hanging up", mute: "Muting", unmute: "Unmuting", hold: "Holding it", resume: "Resuming it",
  transfer: "The transfer", complete_transfer: "The transfer", cancel_transfer: "Keeping it",
};

export class Calls extends EventTarget {
  #access;
  #held = new Nouns();
  #offered = new Set();
  /** By the call's id: a sentence. */
  #failures = new Map();
  #isRead = false;
  #age = 0;

  constructor(access) {
    super();
    this.#access = access;
  }

  /** Those that are not over, the one that began first first. */
  live() {
    return this.#held.all().filter(isLive).sort((a, b) => a.started_at.localeCompare(b.started_at));
  }

  get(id) {
    return this.#held.get(id);
  }

  /** Whether this agent is asked to take it. */
  rings(call) {
    return this.#offered.has(call.id) && waits(call);
  }

  /** Why the last thing that was done to it did not come about; empty when it did. */
  failure(id) {
    return this.#failures.get(id) ?? "";
  }

  fail(id, why) {
    this.#failures.set(id, why);
    this.#changed();
  }

  /** Reads all of them, unless they were read. */
  async refresh() {
    if (this.#isRead) return;
    const age = this.#age;
    let cursor = null;
    do {
      const query = new URLSearchParams({ live: "true", ...(cursor && { cursor }) });
      const page = await callAs(this.#access, "GET", `/api/calls?${query}`);
      if (age !== this.#age) return;
      page.data.forEach((call) => this.#keep(call));
      cursor = page.next_cursor;
    } while (cursor);
    this.#isRead = true;
    this.#changed();
  }

  /** Takes a whole call, of an answer. */
  take(call) {
    this.#keep(call);
    this.#changed();
  }

  /** Takes what an event tells of its call: all of it, or only that we no longer see it. */
  hear({ type, data }) {
    if (!type.startsWith("call.")) return;
    const { call, call_id: id, control, error } = data;
    if (type === "call.offered") this.#offered.add(call.id);
    if (type === "call.offer_ended") this.#offered.delete(id);
    if (type === "call.control_failed") this.#failures.set(call.id, `${DONE[control] ?? "That"} did not work: ${error.message}`);
    if (call) this.#keep(call);
    this.#changed();
  }

  /** What we held may be wrong: forget it. */
  clear() {
    this.#age += 1;
    this.#isRead = false;
    this.#held.clear();
    this.#offered.clear();
    this.#failures.clear();
    this.#changed();
  }

  /** Of one that is over enough is kept to know it when it is told of once more. */
  #keep(call) {
    if (call.rev === undefined) this.#held.forget(call.id);
    else if (isLive(call)) this.#held.take(call);
    else {
      this.#held.take({ id: call.id, rev: call.rev, state: call.state });
      this.#offered.delete(call.id);
      this.#failures.delete(call.id);
    }
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** Whether it waits for somebody to take it. */
export function waits(call) {
  return call.direction === "inbound" && call.state === "ringing" && !call.agent_id;
}

function isLive(call) {
  return !OVER.includes(call.state);
}

// The conversations an agent sees: pages of the list by status, kept in order by events. Dispatches `change`.

import { Nouns } from "../nouns.js";
import { callAs } from "../rest.js";

export class Inbox extends EventTarget {
  #access;
  #held = new Nouns();
  /** By status: where its next page begins, `null` after the last one. */
  #next = new Map();
  #age = 0;

  constructor(access) {
    super();
    this.#access = access;
  }

  get(id) {
    return this.#held.get(id);
  }

  /** Those of a status, the latest activity first. */
  of(status) {
    const latest = (a, b) => b.activity_at.localeCompare(a.activity_at) || b.id.localeCompare(a.id);
    return this.#held.all().filter((one) => one.status === status).sort(latest);
  }

  hasMore(status) {
    return this.#next.get(status) !== null;
  }

  isRead(status) {
    return this.#next.has(status);
  }

  /** The next page of a status. */
  async readMore(status) {
    const age = this.#age;
    const query = new URLSearchParams({ status });
    const cursor = this.#next.get(status);
    if (cursor) query.set("cursor", cursor);
    const page = await callAs(this.#access, "GET", `/api/conversations?${query}`);
    if (age !== this.#age) return;
    this.#next.set(status, page.next_cursor);
    for (const conversation of page.data) this.#held.take(conversation);
    this.#changed();
  }

  /** One that may stand on no page yet. */
  async read(id) {
    const age = this.#age;
    const conversation = await callAs(this.#access, "GET", `/api/conversations/${id}`);
    if (age === this.#age) this.take(conversation);
  }

  /** Takes a whole conversation, of an answer. */
  take(conversation) {
    this.#held.take(conversation);
    this.#changed();
  }

  /** Takes what an event tells of its conversation: all of it, a brief, or only that we no longer see it. */
  async hear({ data: { conversation } }) {
    if (!conversation) return;
    if (conversation.rev === undefined) this.#held.forget(conversation.id);
    else if (conversation.contact) this.#held.take(conversation);
    else if (!this.#held.absorb(conversation)) await this.read(conversation.id);
    this.#changed();
  }

  /** What we held may be wrong: forget it, and the pages with it. */
  clear() {
    this.#age += 1;
    this.#held.clear();
    this.#next.clear();
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

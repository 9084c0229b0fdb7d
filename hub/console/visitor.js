// A visitor's credential: the token of his web chat is kept in this browser, and even when it has ended it leads back to
// his conversation.

import { Refusal, SignedOut, call } from "./rest.js";

/** A token with less than this left is replaced. */
const MARGIN_MS = 30_000;

export class Visitor {
  #key;
  #name;
  #storage;
  #entering = null;

  constructor(key, storage = localStorage) {
    this.#key = key;
    this.#name = `switchboard.visitor.${key}`;
    this.#storage = storage;
  }

  /** Has he been here before? */
  get isKnown() {
    return this.#kept() !== null;
  }

  get conversationId() {
    return this.#kept()?.conversation_id ?? null;
  }

  /** Comes in: back to his conversation, or to a new one. `about` is what he says of himself. */
  enter(about = {}) {
    this.#entering ??= this.#taking(() => this.#enter(about)).finally(() => { this.#entering = null; });
    return this.#entering;
  }

  async token({ fresh = false } = {}) {
    const kept = this.#kept();
    if (!fresh && kept && Date.now() < Date.parse(kept.expires_at) - MARGIN_MS) return kept.token;
    return (await this.enter()).token;
  }

  async #enter(about) {
    const before = this.#kept();
    const body = { ...about, locale: navigator.language, page_url: location.href.slice(0, 2000) };
    if (before) body.visitor_token = before.token;
    let entered;
    try {
      entered = await call("POST", `/api/webchat/${encodeURIComponent(this.#key)}/sessions`, { body });
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) throw new SignedOut(error.message);
      throw error;
    }
    this.#storage.setItem(this.#name, JSON.stringify(entered));
    return entered;
  }

  /** Tabs take turns: two that open at once are one visitor. */
  #taking(enter) {
    return navigator.locks ? navigator.locks.request(this.#name, enter) : enter();
  }

  #kept() {
    return JSON.parse(this.#storage.getItem(this.#name));
  }
}

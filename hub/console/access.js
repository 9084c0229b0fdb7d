// A user's credential: the refresh token is a cookie no script reads, the access token stays in memory.

import { Refusal, SignedOut, call } from "./rest.js";

/** An access token with less than this left is replaced before it is used. */
const MARGIN_MS = 30_000;

export class Access {
  #token = null;
  #until = 0;
  #refreshing = null;
  #tabs = new BroadcastChannel("switchboard.access");

  /** Calls `left` when another tab of this browser signs out. */
  constructor(left = () => {}) {
    this.#tabs.onmessage = ({ data }) => data === "signed out" && (this.#forget(), left());
  }

  /** A token that is good for a while. Throws `SignedOut`, or `Unreachable` when it is worth another try. */
  async token({ fresh = false } = {}) {
    if (!fresh && this.#token && Date.now() < this.#until - MARGIN_MS) return this.#token;
    this.#refreshing ??= this.#refresh().finally(() => { this.#refreshing = null; });
    return this.#refreshing;
  }

  async signOut() {
    this.#forget();
    this.#tabs.postMessage("signed out");
    await call("POST", "/api/auth/logout", { body: {} });
  }

  /** Tabs take turns: each replaces the token the one before left in the cookie. */
  async #refresh() {
    const ask = () => call("POST", "/api/auth/refresh", { body: { cookie: true } });
    try {
      const answer = await (navigator.locks ? navigator.locks.request("switchboard.refresh", ask) : ask());
      this.#token = answer.access_token;
      this.#until = Date.now() + answer.expires_in * 1000;
      return this.#token;
    } catch (error) {
      if (!(error instanceof Refusal) || error.retryable) throw error;
      this.#forget();
      throw new SignedOut(error.message);
    }
  }

  #forget() {
    this.#token = null;
    this.#until = 0;
  }
}

// The nouns a page holds. Answers and events arrive in any order; the rev tells which is newer.

export class Nouns {
  #held = new Map();

  get(id) {
    return this.#held.get(id);
  }

  all() {
    return [...this.#held.values()];
  }

  /** Takes the noun unless the one we hold is as new. True when it was taken. */
  take(noun) {
    const held = this.#held.get(noun.id);
    if (held && held.rev >= noun.rev) return false;
    this.#held.set(noun.id, noun);
    return true;
  }

  /** Takes the few members a brief has. False when the noun is not held: then it has to be read. */
  absorb(brief) {
    const held = this.#held.get(brief.id);
    if (held && held.rev < brief.rev) this.#held.set(brief.id, { ...held, ...brief });
    return held !== undefined;
  }

  forget(id) {
    return this.#held.delete(id);
  }

  clear() {
    this.#held.clear();
  }
}

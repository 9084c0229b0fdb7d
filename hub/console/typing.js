// Typing, in both directions. The hub ends what is not repeated within six seconds.

const REPEAT_MS = 4_000;
const IDLE_MS = 5_000;

/** Tells the others that we type. */
export class Typist {
  #client;
  #conversationId;
  #told = 0;
  #idle = null;

  constructor(client, conversationId) {
    this.#client = client;
    this.#conversationId = conversationId;
  }

  typed() {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stop(), IDLE_MS);
    if (Date.now() - this.#told < REPEAT_MS) return;
    this.#told = Date.now();
    this.#client.notify("typing.start", { conversation_id: this.#conversationId });
  }

  stop() {
    clearTimeout(this.#idle);
    if (this.#told === 0) return;
    this.#told = 0;
    this.#client.notify("typing.stop", { conversation_id: this.#conversationId });
  }
}

/** Who else types in one conversation. */
export class Typists {
  #names = new Map();

  /** Takes a signal of the conversation: who types already, who starts, who stops. */
  take({ type, data: { author, typing } }) {
    if (type === "presence.snapshot") {
      this.#names.clear();
      for (const one of typing) this.take({ type: "typing.started", data: { author: one } });
    }
    if (!author) return;
    const key = author.id ?? `${author.kind} ${author.name}`;
    if (type === "typing.started") this.#names.set(key, author.name);
    if (type === "typing.stopped") this.#names.delete(key);
  }

  /** Whoever wrote has stopped; the message may be faster than the signal. */
  wrote(author) {
    this.take({ type: "typing.stopped", data: { author } });
  }

  clear() {
    this.#names.clear();
  }

  toString() {
    const names = [...this.#names.values()];
    if (names.length === 0) return "";
    if (names.length === 1) return `${names[0]} is typing…`;
    return `${names.slice(0, -1).join(", ")} and ${names.at(-1)} are typing…`;
  }
}

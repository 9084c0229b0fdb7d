// Messages on their way. Each has a client_id and is sent again under it until the hub has answered: a cut, a reload
// or a restart of the hub neither doubles nor loses one. Dispatches `change`, and `sent` with the message.

const PAUSE_MS = 2_000;

export class Outbox extends EventTarget {
  #client;
  #storage;
  #name;
  #entries;
  #sending = new Set();

  /** `name` tells the owner's outbox from another's in the same tab. */
  constructor(client, name, storage = sessionStorage) {
    super();
    this.#client = client;
    this.#storage = storage;
    this.#name = `switchboard.outbox.${name}`;
    this.#entries = JSON.parse(storage.getItem(this.#name) ?? "[]");
    client.addEventListener("connected", () => this.#flush());
  }

  /** Those of a conversation, oldest first: `{ client_id, body, private, created_at, refused }`. */
  of(conversationId) {
    return this.#entries.filter((entry) => entry.conversation_id === conversationId);
  }

  add(conversationId, body, { isPrivate = false } = {}) {
    this.#entries.push({
      client_id: newClientId(),
      conversation_id: conversationId,
      body,
      private: isPrivate,
      created_at: new Date().toISOString(),
      refused: null,
    });
    this.#changed();
    this.#flush();
  }

  /** Sends a refused message again. It is a new request: the hub would answer the old one as before. */
  retry(clientId) {
    const entry = this.#entries.find((one) => one.client_id === clientId);
    if (!entry) return;
    Object.assign(entry, { client_id: newClientId(), refused: null });
    this.#changed();
    this.#flush();
  }

  discard(clientId) {
    this.#entries = this.#entries.filter((entry) => entry.client_id !== clientId);
    this.#changed();
  }

  /** The message was seen in the thread, so it arrived, whether or not the answer did. */
  settle(clientId) {
    if (clientId && this.#entries.some((entry) => entry.client_id === clientId)) this.discard(clientId);
  }

  /** One at a time in each conversation: what was written first is read first. */
  #flush() {
    const busy = new Set(this.#entries.filter((one) => this.#sending.has(one.client_id)).map(conversationOf));
    for (const entry of this.#entries) {
      if (entry.refused || busy.has(entry.conversation_id)) continue;
      busy.add(entry.conversation_id);
      this.#send(entry);
    }
  }

  async #send(entry) {
    if (this.#client.state.name !== "connected") return;
    const { client_id, conversation_id, body } = entry;
    this.#sending.add(client_id);
    let pause = 0;
    try {
      const params = { conversation_id, body, private: entry.private, client_id };
      const { message } = await this.#client.request("message.send", params);
      this.dispatchEvent(new CustomEvent("sent", { detail: message }));
      this.discard(client_id);
    } catch (error) {
      if (!error.retryable) this.#refuse(entry, error.message);
      else if (error.code !== "DISCONNECTED") pause = error.details.retry_after_ms ?? PAUSE_MS;
    }
    setTimeout(() => {
      this.#sending.delete(client_id);
      this.#flush();
    }, pause);
  }

  #refuse(entry, why) {
    entry.refused = why;
    this.#changed();
  }

  #changed() {
    this.#storage.setItem(this.#name, JSON.stringify(this.#entries));
    this.dispatchEvent(new Event("change"));
  }
}

const conversationOf = (entry) => entry.conversation_id;

/** crypto.randomUUID is for secure pages only, and a first try may run over plain HTTP in a home network. */
function newClientId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

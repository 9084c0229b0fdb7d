// Who is here: the users of the tenant, and who looks at one conversation.

/** The users who are here, by their id. */
export class Colleagues extends EventTarget {
  #here = new Map();
  /** The nodes of the hub do not hear each other: somebody may be missing, and somebody may be gone. */
  uncertain = false;

  /** Takes a signal of the topic `presence`. */
  take({ type, data }) {
    if (type === "presence.snapshot") {
      this.#here = new Map(data.users.map((user) => [user.user_id, user]));
      this.uncertain = data.uncertain === true;
    } else if (type === "presence.left") this.#here.delete(data.user_id);
    else this.#here.set(data.user_id, data);
    this.dispatchEvent(new Event("change"));
  }

  get(id) {
    return this.#here.get(id);
  }

  get count() {
    return this.#here.size;
  }
}

/** Who is at a conversation, besides whoever types. */
export class Lookers {
  #me;
  #contactOnline = false;
  #viewing = [];

  constructor(me) {
    this.#me = me;
  }

  /** Takes a signal of the conversation. */
  take({ type, data }) {
    if (type === "presence.snapshot") this.#contactOnline = data.contact_online;
    if (type === "presence.joined" || type === "presence.left") this.#contactOnline = data.online;
    if (data.viewing) this.#viewing = data.viewing.filter(({ user_id: id }) => id !== this.#me.id);
  }

  clear() {
    this.#contactOnline = false;
    this.#viewing = [];
  }

  toString() {
    const contact = this.#contactOnline ? "Here now" : "Not here";
    if (this.#viewing.length === 0) return contact;
    return `${contact} · also open at ${this.#viewing.map(({ name }) => name).join(", ")}`;
  }
}

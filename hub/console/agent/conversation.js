// The conversation an agent has open: who it is, what was said, and what can be done.

import { Composer } from "../composer.js";
import { byId, element } from "../elements.js";
import { Lookers } from "../presence.js";
import { Thread } from "../thread.js";
import { Typist, Typists } from "../typing.js";

const STATUSES = ["open", "pending", "resolved"];
const PRIVATE = "Write a note that only your colleagues see";
const PUBLIC = "Write a message";

export class OpenConversation {
  #client;
  #inbox;
  #outbox;
  #me;
  #thread;
  #composer;
  #typists = new Typists();
  #lookers;
  #typist = null;
  #id = null;
  #note = element("input", { type: "checkbox", role: "switch", id: "private" });

  constructor({ access, client, inbox, outbox, me }) {
    [this.#client, this.#inbox, this.#outbox, this.#me] = [client, inbox, outbox, me];
    this.#lookers = new Lookers(me);
    const isOwn = (message) => message.direction === "outbound";
    this.#thread = new Thread(byId("thread"), { credential: access, client, outbox, isOwn });
    const tools = [element("label", { class: "switch" }, this.#note, "Private note")];
    this.#composer = new Composer(byId("composer"), { label: PUBLIC, tools });
    this.#composer.onsend = (text) => this.#send(text);
    this.#composer.ontyping = (hasText) => this.#typed(hasText);
    this.#note.addEventListener("change", () => this.#showNote());
    byId("assign").addEventListener("click", () => this.#assign());
    for (const button of byId("status").querySelectorAll("button")) {
      button.addEventListener("click", () => this.#change("conversation.set_status", { status: button.value }));
    }
    inbox.addEventListener("change", () => this.#show());
    client.addEventListener("state", () => this.#show());
  }

  /** Opens a conversation; `null` closes the one that is open. */
  async open(id) {
    this.#typist?.stop();
    if (this.#id && this.#id !== id) this.#client.unsubscribe(topic(this.#id)).catch(() => {});
    this.#id = id;
    this.#typists.clear();
    this.#lookers.clear();
    this.#typist = id && new Typist(this.#client, id);
    document.body.classList.toggle("reading", id !== null);
    this.#show();
    if (!id) return this.#thread.open(null);
    this.#say("");
    this.#composer.open(id);
    // Who types and who looks on is told on the conversation's own topic; its events come by the inbox already.
    this.#client.subscribe(topic(id)).catch(() => {});
    await this.reload();
    if (matchMedia("(min-width: 48rem)").matches) this.#composer.focus();
  }

  /** Reads it again from the hub. */
  async reload() {
    const id = this.#id;
    if (!id) return;
    try {
      await Promise.all([this.#inbox.read(id), this.#thread.open(id)]);
    } catch (error) {
      if (id === this.#id) this.#say(error.code === "NOT_FOUND" ? "There is no such conversation." : error.message);
    }
  }

  /** Takes an event of any conversation. */
  hear({ type, data: { message } }) {
    if (message?.conversation_id !== this.#id || !message) return;
    this.#typists.wrote(message.author);
    this.#thread.take(message, { deleted: type === "message.deleted" });
    this.#showTyping();
  }

  hearSignal(signal) {
    if (signal.topic !== topic(this.#id)) return;
    this.#typists.take(signal);
    this.#lookers.take(signal);
    this.#showTyping();
  }

  #send(text) {
    this.#typist.stop();
    this.#outbox.add(this.#id, text, { isPrivate: this.#note.checked });
    this.#thread.toEnd();
  }

  /** A note is nothing the contact should see coming. */
  #typed(hasText) {
    if (hasText && !this.#note.checked) this.#typist.typed();
    else this.#typist.stop();
  }

  #assign() {
    const mine = this.#inbox.get(this.#id)?.assignee_id === this.#me.id;
    return this.#change("conversation.assign", { assignee_id: mine ? null : this.#me.id });
  }

  async #change(method, params) {
    const id = this.#id;
    try {
      const { conversation } = await this.#client.request(method, { conversation_id: id, ...params });
      this.#say("");
      this.#inbox.take(conversation);
    } catch (error) {
      if (id === this.#id) this.#say(error.message);
    }
  }

  #show() {
    const conversation = this.#inbox.get(this.#id);
    const can = Boolean(conversation) && this.#me.role !== "read_only";
    const connected = this.#client.state.name === "connected";
    byId("nothing").hidden = this.#id !== null;
    byId("open").hidden = this.#id === null;
    this.#composer.disabled = !can;
    byId("contact").textContent = conversation?.contact.name ?? "";
    byId("where").textContent = conversation ? `${conversation.channel.type} · ${assigned(conversation, this.#me)}` : "";
    byId("assign").textContent = conversation?.assignee_id === this.#me.id ? "Unassign" : "Assign to me";
    byId("assign").disabled = !can || !connected;
    for (const button of byId("status").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === conversation?.status));
      button.disabled = !can || !connected || !STATUSES.includes(button.value);
    }
    this.#showTyping();
  }

  #showTyping() {
    byId("typing").textContent = String(this.#typists);
    byId("lookers").textContent = String(this.#lookers);
  }

  #showNote() {
    byId("composer").classList.toggle("note", this.#note.checked);
    this.#composer.label = this.#note.checked ? PRIVATE : PUBLIC;
    this.#typist.stop();
    this.#composer.focus();
  }

  #say(notice) {
    byId("notice").textContent = notice;
  }
}

function topic(id) {
  return `conversation:${id}`;
}

function assigned({ assignee_id: assignee }, me) {
  if (!assignee) return "nobody's";
  return assignee === me.id ? "yours" : "a colleague's";
}

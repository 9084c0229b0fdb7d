// One conversation's messages: read from the hub, kept up to date by events, with what is still on its way at the end.

import { showMessage, showOutgoing } from "./bubble.js";
import { arrange, dayOf, element } from "./elements.js";
import { Nouns } from "./nouns.js";
import { callAs } from "./rest.js";

const PAGE = 50;
/** Whoever is this close to the end reads along. In pixels. */
const AT_END = 80;

export class Thread {
  #credential;
  #client;
  #outbox;
  #isOwn;
  #scroller;
  #list = element("ol", { class: "messages", role: "log", "aria-label": "Messages" });
  #earlier = element("button", { type: "button", class: "quiet earlier", hidden: true }, "Earlier messages");
  #newest = element("button", { type: "button", class: "newest", hidden: true }, "New messages");
  #id = null;
  #messages = new Nouns();
  #items = new Map();
  #before = null;
  #follows = true;
  #loading = 0;
  #reading = null;

  /** `place` is filled; `isOwn(message)` tells which side it stands on. */
  constructor(place, { credential, client, outbox, isOwn }) {
    [this.#credential, this.#client, this.#outbox, this.#isOwn] = [credential, client, outbox, isOwn];
    const region = { class: "scroller", tabindex: "0", role: "region", "aria-label": "Thread" };
    this.#scroller = element("div", region, this.#earlier, this.#list);
    place.replaceChildren(this.#scroller, this.#newest);
    this.#earlier.addEventListener("click", () => this.#readEarlier());
    this.#newest.addEventListener("click", () => this.toEnd());
    this.#scroller.addEventListener("scroll", () => this.#scrolled());
    // Whoever reads along stays at the end when the room gets smaller: a longer draft, a keyboard on the screen.
    new ResizeObserver(() => { if (this.#follows) this.toEnd(); }).observe(this.#scroller);
    outbox.addEventListener("change", () => this.#show());
    outbox.addEventListener("sent", ({ detail }) => this.take(detail));
    client.addEventListener("state", () => this.#show());
    client.addEventListener("connected", () => this.#readIfMissed().catch(warn));
  }

  /** Shows a conversation from its end; `null` shows nothing. Throws what the reading throws. */
  async open(id) {
    this.#id = id;
    this.#messages.clear();
    this.#items.clear();
    this.#before = null;
    this.#reading = null;
    this.#show();
    await this.#readIfMissed();
  }

  /** Takes a message, of an answer or an event; `deleted` when that is what happened to it. */
  take(message, { deleted = false } = {}) {
    if (message.conversation_id !== this.#id) return;
    const known = this.#messages.get(message.id);
    // A change to a message above what was read: it is read when somebody goes there.
    if (!known && message.seq < this.#before) return;
    if (!this.#messages.take({ seq: known?.seq, ...message, deleted })) return;
    this.#outbox.settle(message.client_id);
    this.#show();
    if (this.#follows) this.toEnd();
    else if (!known && !this.#isOwn(message)) this.#newest.hidden = false;
  }

  /** Scrolls to the newest. */
  toEnd() {
    this.#follows = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#newest.hidden = true;
  }

  /** The newest messages, unless they were read: the hub may have been away when we asked first. */
  async #readIfMissed() {
    if (this.#id === null || this.#before !== null) return;
    this.#reading ??= this.#read().finally(() => { this.#reading = null; });
    await this.#reading;
    this.toEnd();
  }

  async #read() {
    const loading = ++this.#loading;
    const before = this.#before === null ? "" : `&before=${this.#before}`;
    const path = `/api/conversations/${this.#id}/messages?limit=${PAGE}${before}`;
    const page = await callAs(this.#credential, "GET", path);
    if (loading !== this.#loading) return;
    for (const message of page.data) {
      this.#messages.take(message);
      this.#outbox.settle(message.client_id);
    }
    this.#before = page.next_cursor ? Number(page.next_cursor) : 0;
    this.#show();
  }

  async #readEarlier() {
    const height = this.#scroller.scrollHeight - this.#scroller.scrollTop;
    this.#earlier.disabled = true;
    try {
      await this.#read();
      this.#scroller.scrollTop = this.#scroller.scrollHeight - height;
    } catch (error) {
      warn(error);
    } finally {
      this.#earlier.disabled = false;
    }
  }

  #show() {
    const messages = this.#messages.all().filter((one) => !one.deleted).sort((a, b) => a.seq - b.seq);
    const items = [];
    let day = null;
    for (const message of messages) {
      if (dayOf(message.created_at) !== day) {
        day = dayOf(message.created_at);
        items.push(this.#item(`day ${day}`, 0, (item) => showDay(item, day)));
      }
      items.push(this.#item(message.id, message.rev, (item) => showMessage(item, message, this.#isOwn(message))));
    }
    for (const entry of this.#id ? this.#outbox.of(this.#id) : []) items.push(this.#outgoing(entry));
    this.#earlier.hidden = !(this.#before > 0);
    arrange(this.#list, items);
  }

  #outgoing(entry) {
    const connected = this.#client.state.name === "connected";
    const retry = () => this.#outbox.retry(entry.client_id);
    const discard = () => this.#outbox.discard(entry.client_id);
    const version = `${connected} ${entry.refused}`;
    return this.#item(entry.client_id, version, (item) => showOutgoing(item, entry, { connected, retry, discard }));
  }

  /** The item of a key, filled again when its version is another. */
  #item(key, version, fill) {
    const known = this.#items.get(key) ?? { item: element("li"), version: null };
    if (known.version !== version) fill(known.item);
    this.#items.set(key, { ...known, version });
    return known.item;
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#follows = scrollHeight - scrollTop - clientHeight < AT_END;
    if (this.#follows) this.#newest.hidden = true;
  }
}

function warn(error) {
  console.warn("messages could not be read:", error.message);
}

function showDay(item, day) {
  item.className = "day";
  item.replaceChildren(element("span", {}, day));
}

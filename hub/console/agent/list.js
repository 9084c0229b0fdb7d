// The list of conversations: one status at a time, the latest activity first.

import { arrange, byId, element, whenOf } from "../elements.js";

const EMPTY = {
  open: "Nobody is waiting. New conversations appear here by themselves.",
  pending: "Nothing is pending.",
  resolved: "Nothing was resolved yet.",
};

export class List {
  #inbox;
  #me;
  #items = new Map();
  #status = "open";
  #selected = null;
  #reading = false;

  constructor(inbox, me) {
    this.#inbox = inbox;
    this.#me = me;
    for (const tab of byId("statuses").querySelectorAll("button")) {
      tab.addEventListener("click", () => this.show(tab.value));
    }
    byId("more").addEventListener("click", () => this.#readMore());
    inbox.addEventListener("change", () => this.#show());
  }

  async show(status) {
    this.#status = status;
    for (const tab of byId("statuses").querySelectorAll("button")) {
      tab.setAttribute("aria-pressed", String(tab.value === status));
    }
    this.#show();
    if (!this.#inbox.isRead(status)) await this.#readMore();
  }

  /** Reads what is shown again. */
  async refresh() {
    if (!this.#inbox.isRead(this.#status)) await this.#readMore();
  }

  select(id) {
    this.#selected = id;
    this.#show();
  }

  async #readMore() {
    if (this.#reading) return;
    this.#reading = true;
    try {
      await this.#inbox.readMore(this.#status);
    } catch (error) {
      byId("list-notice").textContent = error.message;
    } finally {
      this.#reading = false;
      this.#show();
    }
  }

  #show() {
    const conversations = this.#inbox.of(this.#status);
    arrange(byId("conversations"), conversations.map((one) => this.#item(one)));
    const isRead = this.#inbox.isRead(this.#status);
    byId("more").hidden = !isRead || !this.#inbox.hasMore(this.#status);
    if (isRead) byId("list-notice").textContent = conversations.length ? "" : EMPTY[this.#status];
    else if (this.#reading) byId("list-notice").textContent = "Reading…";
  }

  #item(conversation) {
    const isSelected = conversation.id === this.#selected;
    const version = `${conversation.rev} ${isSelected} ${new Date().toDateString()}`;
    const known = this.#items.get(conversation.id) ?? { item: element("li"), version: null };
    if (known.version !== version) this.#fill(known.item, conversation, isSelected);
    this.#items.set(conversation.id, { ...known, version });
    return known.item;
  }

  #fill(item, conversation, isSelected) {
    const { id, contact, last_message: last, assignee_id: assignee, activity_at } = conversation;
    const waits = last?.author.kind === "contact" && conversation.status !== "resolved";
    // The link stays the same element: whoever stands on it with the keyboard keeps his place.
    const link = item.firstElementChild ?? item.appendChild(element("a"));
    link.setAttribute("href", `#${id}`);
    if (isSelected) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    link.className = waits ? "waits" : "";
    link.replaceChildren(
      element("span", { class: "who" }, contact.name),
      element("time", { datetime: activity_at }, whenOf(activity_at)),
      element("span", { class: "last" }, last ? `${nameOf(last.author, this.#me)}${last.body}` : "No messages yet"),
      element("span", { class: "marks" },
        assignee ? element("span", { class: "mark" }, assignee === this.#me.id ? "Yours" : "Assigned") : null,
        waits ? element("span", { class: "mark urgent" }, "Waits for an answer") : null),
    );
  }
}

/** The contact stands above already. */
function nameOf(author, me) {
  if (author.kind === "contact") return "";
  return author.id === me.id ? "You: " : `${author.name}: `;
}

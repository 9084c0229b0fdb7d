// The chat widget: folded in its corner until somebody wants to talk, then a conversation that stays.

import { Client } from "../client.js";
import { Composer } from "../composer.js";
import { showConnection } from "../connection.js";
import { element } from "../elements.js";
import { Outbox } from "../outbox.js";
import { call } from "../rest.js";
import { Thread } from "../thread.js";
import { Typist, Typists } from "../typing.js";
import { Visitor } from "../visitor.js";
import { Introduction } from "./introduction.js";

const AGAIN_MS = 3_000;

export class Widget {
  #place;
  #key;
  #visitor;
  #title = element("h2", {}, "Chat");
  #hours = element("p", { class: "faint" });
  #online = element("p", { class: "faint online" });
  #body = element("div", { class: "chat-body" });
  #panel;
  #launcher;
  #composer = null;

  constructor(place, key) {
    [this.#place, this.#key, this.#visitor] = [place, key, new Visitor(key)];
    this.#launcher = element("button", {
      type: "button", class: "launcher primary", "aria-expanded": "false", onclick: () => this.#toggle(),
    }, "Chat with us");
    const close = element("button", { type: "button", class: "quiet", "aria-label": "Close the chat", onclick: () => this.#fold() }, "×");
    this.#panel = element("section", { class: "panel", role: "dialog", "aria-label": "Chat", hidden: true },
      element("header", {}, element("div", {}, this.#title, this.#online, this.#hours), close), this.#body);
    this.#panel.addEventListener("keydown", ({ key: pressed }) => pressed === "Escape" && this.#fold());
    place.replaceChildren(this.#panel, this.#launcher);
  }

  /** Reads what this chat is, and goes on where the visitor left. Tries until the hub answers. */
  async open() {
    let about;
    try {
      about = await call("GET", `/api/webchat/${encodeURIComponent(this.#key)}`);
    } catch (error) {
      if (error.code === "NOT_FOUND") return this.#sayOnly("There is no such chat.");
      this.#sayOnly(`${error.message} Trying again…`);
      return setTimeout(() => this.open(), AGAIN_MS);
    }
    this.#dress(about);
    if (this.#visitor.isKnown) return this.#talk().catch((error) => this.#sayOnly(error.message));
    const introduction = new Introduction(about, async (said) => {
      await this.#visitor.enter(said);
      await this.#talk();
      this.#composer.focus();
    });
    this.#body.replaceChildren(introduction.form);
  }

  unfold() {
    this.#panel.hidden = false;
    this.#launcher.setAttribute("aria-expanded", "true");
    this.#place.classList.add("unfolded");
    sessionStorage.setItem("switchboard.unfolded", "yes");
    this.#panel.querySelector("textarea, input")?.focus();
  }

  #fold() {
    this.#panel.hidden = true;
    this.#launcher.setAttribute("aria-expanded", "false");
    this.#place.classList.remove("unfolded");
    sessionStorage.removeItem("switchboard.unfolded");
    this.#launcher.focus();
  }

  #toggle() {
    if (this.#panel.hidden) this.unfold();
    else this.#fold();
  }

  #dress({ name, hours, theme, online }) {
    this.#title.textContent = name;
    this.#online.textContent = online === null ? "" : online ? "We are here" : "We are away and answer later";
    this.#hours.textContent = hours ?? "";
    if (theme?.color) this.#place.style.setProperty("--accent", theme.color);
    this.#place.classList.toggle("left", theme?.position === "left");
    if (sessionStorage.getItem("switchboard.unfolded")) this.unfold();
  }

  #sayOnly(text) {
    this.#body.replaceChildren(element("p", { class: "notice", role: "status" }, text));
  }

  /** The conversation itself: nothing here is made twice, because a visitor has one. */
  async #talk() {
    const id = this.#visitor.conversationId;
    const client = new Client({ credential: this.#visitor });
    const outbox = new Outbox(client, id);
    const typists = new Typists();
    const typist = new Typist(client, id);
    const connection = element("p", { class: "connection", role: "status" });
    const messages = element("div", { class: "thread" });
    const typing = element("p", { class: "typing", "aria-live": "polite" });
    const form = element("form", { class: "composer" });
    this.#body.replaceChildren(connection, messages, typing, form);
    const isOwn = (message) => message.direction === "inbound";
    const thread = new Thread(messages, { credential: this.#visitor, client, outbox, isOwn });
    this.#composer = new Composer(form, { label: "Write a message" });
    this.#composer.open(id);
    this.#composer.ontyping = (hasText) => (hasText ? typist.typed() : typist.stop());
    this.#composer.onsend = (text) => {
      typist.stop();
      outbox.add(id, text);
      thread.toEnd();
    };
    const showTyping = () => { typing.textContent = String(typists); };
    client.addEventListener("event", ({ detail: { type, data: { message } } }) => {
      if (!message) return;
      typists.wrote(message.author);
      thread.take(message, { deleted: type === "message.deleted" });
      showTyping();
    });
    client.addEventListener("signal", ({ detail }) => {
      typists.take(detail);
      showTyping();
    });
    // He was away for so long that he is somebody new, with a conversation of his own.
    client.addEventListener("gone", () => {
      client.stop();
      if (this.#visitor.conversationId !== id) this.#talk();
      else this.#sayOnly("This conversation has ended.");
    });
    client.addEventListener("reload", () => thread.open(id).catch((error) => console.warn("the thread could not be read:", error.message)));
    showConnection(connection, client);
    client.subscribe(`conversation:${id}`);
    client.start();
    if (!this.#panel.hidden) this.#composer.focus();
  }
}

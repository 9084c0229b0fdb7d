// One message, as it is shown in a thread.

import { element, timeOf } from "./elements.js";

const STATES = {
  received: "Sent",
  queued: "Queued",
  sending: "Sending…",
  sent: "Sent",
  delivered: "Delivered",
  read: "Read",
  undelivered: "Not delivered",
  failed: "Failed",
  canceled: "Canceled",
  scheduled: "Scheduled",
};

/** Fills `item` with a message of the hub. `own` is written by whoever looks. */
export function showMessage(item, message, own) {
  item.className = ["bubble", own ? "own" : "other", message.private ? "note" : ""].join(" ").trim();
  const failed = ["failed", "undelivered"].includes(message.status);
  const state = own && !message.private ? STATES[message.status] : null;
  item.replaceChildren(
    element("p", { class: "author" }, message.private ? `${message.author.name} · private note` : message.author.name),
    element("p", { class: "body", dir: "auto" }, message.body),
    element("p", { class: failed ? "facts failed" : "facts" },
      element("time", { datetime: message.created_at }, timeOf(message.created_at)),
      message.edited_at ? element("span", {}, "edited") : null,
      state ? element("span", { class: "state" }, message.error?.message ?? state) : null),
  );
}

/** Fills `item` with a message that is on its way. */
export function showOutgoing(item, entry, { connected, retry, discard }) {
  const { refused } = entry;
  item.className = ["bubble", "own", "outgoing", entry.private ? "note" : "", refused ? "refused" : ""].join(" ");
  const state = refused ? `Not sent: ${refused}` : connected ? "Sending…" : "Waits for the connection";
  item.replaceChildren(
    element("p", { class: "body", dir: "auto" }, entry.body),
    element("p", { class: refused ? "facts failed" : "facts" },
      element("time", { datetime: entry.created_at }, timeOf(entry.created_at)),
      element("span", { class: "state" }, state),
      refused ? element("button", { type: "button", class: "quiet", onclick: retry }, "Try again") : null,
      refused ? element("button", { type: "button", class: "quiet", onclick: discard }, "Discard") : null),
  );
}

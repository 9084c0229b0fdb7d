// Says, loudly when it matters, whether this page is in touch with the hub.

import { element } from "./elements.js";

const ENDINGS = {
  "signed out": "You are signed out.",
  "revoked": "Your access was withdrawn.",
  "replaced": "You opened this in too many other windows, so this one was let go.",
  "protocol violation": "This page and the hub do not understand each other. Please reload.",
};

/** Keeps `place` in step with the client. `signIn` is where somebody goes whose sign-in has ended. */
export function showConnection(place, client, { signIn = null } = {}) {
  let ticking = null;
  const show = () => {
    clearInterval(ticking);
    const { name, until, why } = client.state;
    place.dataset.state = name;
    if (name === "connected") place.replaceChildren(element("span", {}, "Connected"));
    if (name === "connecting") place.replaceChildren(element("span", {}, "Connecting…"));
    if (name === "waiting") {
      // Not read out every second.
      const left = element("span", { "aria-hidden": "true" });
      const count = () => { left.textContent = `${Math.max(0, Math.ceil((until - Date.now()) / 1000))} s`; };
      count();
      ticking = setInterval(count, 1000);
      const now = element("button", { type: "button", class: "quiet", onclick: () => client.hurry() }, "Try now");
      place.replaceChildren(element("span", {}, "Connection lost. What you write is sent later."), now, left);
    }
    if (name === "ended") place.replaceChildren(element("span", {}, ENDINGS[why] ?? "Not connected."), ...wayBack(why));
  };
  const wayBack = (why) => {
    if (why === "replaced") return [element("button", { type: "button", class: "quiet", onclick: () => client.start() }, "Use this window")];
    if (why === "protocol violation") return [element("button", { type: "button", class: "quiet", onclick: () => location.reload() }, "Reload")];
    return signIn ? [element("a", { href: signIn }, "Sign in")] : [];
  };
  client.addEventListener("state", show);
  addEventListener("online", () => client.hurry());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) client.hurry(); });
  show();
}

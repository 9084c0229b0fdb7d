// The agent's page: puts its parts together and lets them hear what happens.

import { Access } from "../access.js";
import { Client } from "../client.js";
import { showConnection } from "../connection.js";
import { byId } from "../elements.js";
import { Outbox } from "../outbox.js";
import { SignedOut, callAs } from "../rest.js";
import { Availability } from "./availability.js";
import { CallList } from "./call-list.js";
import { Calls } from "./calls.js";
import { OpenConversation } from "./conversation.js";
import { Inbox } from "./inbox.js";
import { List } from "./list.js";

const SIGN_IN = "/sign-in";
const AGAIN_MS = 2_000;

const access = new Access(() => location.assign(SIGN_IN));
const client = new Client({ credential: access });
showConnection(byId("connection"), client, { signIn: SIGN_IN });
const me = await whoAmI();
byId("me").textContent = me.name || me.email;

const outbox = new Outbox(client, me.id);
const inbox = new Inbox(access);
const list = new List(inbox, me);
const conversation = new OpenConversation({ access, client, inbox, outbox, me });
const availability = new Availability(client, me);
const calls = new Calls(access);
new CallList({ client, calls, inbox, me });

client.addEventListener("event", ({ detail }) => {
  inbox.hear(detail).catch((error) => console.warn("a conversation could not be read:", error.message));
  conversation.hear(detail);
  calls.hear(detail);
});
client.addEventListener("signal", ({ detail }) => {
  availability.hear(detail);
  conversation.hearSignal(detail);
});
client.addEventListener("reload", () => {
  inbox.clear();
  calls.clear();
  list.refresh();
  conversation.reload();
});
client.addEventListener("connected", () => {
  list.refresh();
  calls.refresh().catch((error) => console.warn("the calls could not be read:", error.message));
});
addEventListener("hashchange", openByAddress);
byId("sign-out").addEventListener("click", signOut);
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && location.hash) location.hash = "";
});

client.subscribe("inbox");
client.subscribe("presence");
list.show("open");
openByAddress();
client.start();

/** The address names the open conversation, so that a reload and the way back find it. */
function openByAddress() {
  const id = location.hash.slice(1) || null;
  list.select(id);
  conversation.open(id);
}

/** Asks until the hub answers: this page may be opened before the hub is up again. */
async function whoAmI() {
  for (;;) {
    try {
      return (await callAs(access, "GET", "/api/me")).user;
    } catch (error) {
      if (error instanceof SignedOut) {
        location.replace(SIGN_IN);
        return new Promise(() => {});
      }
      byId("connection").textContent = `${error.message} Trying again…`;
      await new Promise((resolve) => { setTimeout(resolve, AGAIN_MS); });
    }
  }
}

async function signOut() {
  client.stop("signed out");
  // Drafts and unsent messages are this user's, and the next one may be another.
  sessionStorage.clear();
  try {
    await access.signOut();
  } finally {
    location.assign(SIGN_IN);
  }
}

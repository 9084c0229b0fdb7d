// Signing in: by the one-time code of a link, which stands behind the # and never reaches a log, or by password.

import { byId, element } from "../elements.js";
import { Refusal, call } from "../rest.js";

const CONSOLE = "/console/";

/** The code of an invitation that still wants a password. */
let invitation = null;

byId("login").addEventListener("submit", (event) => submit(event, login));
byId("invitation").addEventListener("submit", (event) => submit(event, accept));
addEventListener("hashchange", begin);
await begin();

async function begin() {
  const code = location.hash.slice(1);
  if (!code) return show("login");
  // Gone from the address, and so from the history and from whoever looks over a shoulder.
  history.replaceState(null, "", location.pathname);
  say("Signing you in…");
  try {
    await exchange({ code });
  } catch (error) {
    await refused(code, error);
  }
}

async function refused(code, error) {
  if (error instanceof Refusal && error.about("password")) {
    invitation = code;
    say("");
    return show("invitation");
  }
  if (error.code === "EXPIRED" && await isSignedIn()) return location.replace(CONSOLE);
  if (error instanceof Refusal) say("This link was used before, or is too old. Ask for a new one, or sign in here.", true);
  else say(`${error.message} Open your link again in a moment.`, true);
  show("login");
}

async function exchange(body) {
  await call("POST", "/api/auth/exchange", { body: { ...body, cookie: true } });
  location.replace(CONSOLE);
}

function accept(form) {
  return exchange({ code: invitation, password: form.get("password") });
}

async function login(form) {
  const body = { email: form.get("email"), password: form.get("password"), cookie: true };
  const tenant = form.get("tenant_id");
  if (tenant) body.tenant_id = tenant;
  await call("POST", "/api/auth/login", { body });
  location.replace(CONSOLE);
}

/** One click is one request, and whatever goes wrong is said where it can be read. */
async function submit(event, carryOut) {
  event.preventDefault();
  const form = event.target;
  const fields = new FormData(form);
  const button = form.querySelector("button.primary");
  button.disabled = true;
  say("");
  try {
    await carryOut(fields);
  } catch (error) {
    if (error.code === "CHOOSE_TENANT") offer(error.details.tenants);
    else say(words(error), true);
  } finally {
    button.disabled = false;
  }
}

function words(error) {
  if (error.code === "UNAUTHENTICATED") return "The e-mail address or the password is not right.";
  if (error.code === "RATE_LIMITED") return "Too many attempts. Please wait a minute.";
  const fields = error.details?.fields ?? [];
  return fields.length ? fields.map(({ field, reason }) => `${field}: ${reason}`).join("; ") : error.message;
}

/** The same address works in several companies. */
function offer(tenants) {
  const options = tenants.map(({ id, name }) => element("option", { value: id }, name));
  byId("tenant_id").replaceChildren(...options);
  byId("tenant").hidden = false;
  byId("tenant_id").focus();
  say("You work in several companies. Choose one.");
}

async function isSignedIn() {
  return call("POST", "/api/auth/refresh", { body: { cookie: true } }).then(() => true, () => false);
}

function show(id) {
  for (const form of document.forms) form.hidden = form.id !== id;
  document.forms[id].querySelector("input").focus();
}

function say(text, isWrong = false) {
  byId("say").textContent = text;
  byId("say").classList.toggle("failed", isWrong);
}

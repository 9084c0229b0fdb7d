// Signing in: by the one-time code of a link, which stands behind the # and never reaches a log, or by password.

import { byId, element } from "../elements.js";
import { Refusal, call } from "../rest.js";

const CONSOLE = "/console/";
const AGAIN_MS = 2_000;

/** The code of an invitation, until its password is chosen. */
let invitation = null;

byId("login").addEventListener("submit", (event) => submit(event, login));
byId("choose").addEventListener("submit", (event) => submit(event, choose));
addEventListener("hashchange", begin);
await begin();

async function begin() {
  const code = location.hash.slice(1);
  if (!code) return showLogin();
  // Gone from the address, and so from the history and from whoever looks over a shoulder.
  history.replaceState(null, "", location.pathname);
  say("Signing you in…");
  await exchange(code);
}

async function exchange(code, password) {
  try {
    await call("POST", "/api/auth/exchange", { body: { code, password, cookie: true } });
    location.replace(CONSOLE);
  } catch (error) {
    if (!(error instanceof Refusal) || error.retryable) {
      say(`${error.message} Trying again…`, true);
      return setTimeout(() => exchange(code, password), AGAIN_MS);
    }
    // Nothing was used up: an invitation waits for a password, or for a better one.
    if (error.code === "INVALID") return askForPassword(code, password === undefined ? null : error);
    if (await isSignedIn()) return location.replace(CONSOLE);
    say("This link was used before, or is too old. Ask for a new one, or sign in here.", true);
    showLogin();
  }
}

function askForPassword(code, error) {
  invitation = code;
  byId("choose").hidden = false;
  byId("choose").querySelector("input").focus();
  say(error ? words(error) : "Welcome. Choose the password you will sign in with.", Boolean(error));
}

async function choose(fields) {
  await exchange(invitation, fields.get("password"));
}

async function login(fields) {
  const body = { email: fields.get("email"), password: fields.get("password"), cookie: true };
  const tenant = fields.get("tenant_id");
  if (tenant) body.tenant_id = tenant;
  await call("POST", "/api/auth/login", { body });
  location.replace(CONSOLE);
}

/** One click is one request, and whatever goes wrong is said where it can be read. */
async function submit(event, act) {
  event.preventDefault();
  const fields = new FormData(event.target);
  const button = event.target.querySelector("button.primary");
  button.disabled = true;
  say("");
  try {
    await act(fields);
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

function showLogin() {
  byId("choose").hidden = true;
  byId("login").hidden = false;
  byId("login").querySelector("input").focus();
}

function say(text, isWrong = false) {
  byId("say").textContent = text;
  byId("say").classList.toggle("failed", isWrong);
}

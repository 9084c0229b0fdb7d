// The REST door: one request, and what it answers.

const PATIENCE_MS = 15_000;

/** The hub refused. `code` is one of the contract's words, `message` is for people. */
export class Refusal extends Error {
  constructor({ code, message, status = 0, retryable = false, details = {} }) {
    super(message);
    Object.assign(this, { code, status, retryable, details });
  }
}

/** Nobody answered; later somebody may. */
export class Unreachable extends Error {}

/** This page is nobody's any more: somebody has to sign in. */
export class SignedOut extends Error {}

/** Asks once. Throws `Refusal` or `Unreachable`. */
export async function call(method, path, { token, body } = {}) {
  const headers = { accept: "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  const request = { method, headers, body: JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE_MS) };
  let answer, text;
  try {
    answer = await fetch(path, request);
    text = await answer.text();
  } catch {
    throw new Unreachable("The hub does not answer.");
  }
  if (answer.ok) return text ? read(text) : null;
  throw refusal(answer, read(text));
}

/** Asks as somebody. A token that just ended is replaced once. */
export async function callAs(credential, method, path, body) {
  try {
    return await call(method, path, { token: await credential.token(), body });
  } catch (error) {
    if (error.status !== 401) throw error;
    return call(method, path, { token: await credential.token({ fresh: true }), body });
  }
}

function refusal(answer, told) {
  const { status } = answer;
  if (!told?.code && status >= 502) return new Unreachable("The hub does not answer.");
  return new Refusal({
    status,
    code: told?.code ?? "INTERNAL",
    message: told?.error ?? `The hub answered ${status}.`,
    details: told?.details ?? {},
    retryable: status === 429 || status >= 500,
  });
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

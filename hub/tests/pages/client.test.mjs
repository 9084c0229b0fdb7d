// The client against a hub that is played: what it keeps, what it asks for again, and when it gives up.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Client } from "../../console/client.js";
import { delayMs, verdict } from "../../console/closing.js";
import { SignedOut } from "../../console/rest.js";

const WELCOME = { session_id: "s", epoch: "e1", seq: 100, heartbeat_s: 25 };

/** The hub's end of one socket. */
class Line {
  sent = [];

  constructor(protocols) {
    this.protocols = protocols;
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {}

  say(frame) {
    this.onmessage?.({ data: JSON.stringify({ jsonrpc: "2.0", ...frame }) });
  }

  tell(method, params) {
    this.say({ method, params });
  }

  last(method) {
    return this.sent.findLast((frame) => frame.method === method);
  }

  async answer(method, result) {
    this.say({ id: this.last(method).id, result });
    await settled();
  }

  async refuse(method, data) {
    this.say({ id: this.last(method).id, error: { message: "no", data } });
    await settled();
  }

  async cut(code = 1006, reason = "") {
    this.onclose?.({ code, reason });
    await settled();
  }
}

const settled = () => new Promise((resolve) => { setImmediate(resolve); });

/** A client, the lines it opened, the tokens it asked for, and what it told the page. */
function page({ token = () => "t" } = {}) {
  const lines = [], asked = [], told = [];
  const credential = { token: async (how) => (asked.push(how), token(how)) };
  const client = new Client({ credential, dial: (protocols) => (lines.push(new Line(protocols)), lines.at(-1)) });
  for (const type of ["event", "reload", "connected", "gone", "signal"]) {
    client.addEventListener(type, ({ detail }) => told.push(detail?.seq ? `${type} ${detail.seq}` : type));
  }
  return { client, lines, asked, told, line: () => lines.at(-1) };
}

async function connected(options) {
  const opened = page(options);
  opened.client.subscribe("inbox");
  opened.client.start();
  await settled();
  opened.line().tell("welcome", WELCOME);
  await opened.line().answer("subscribe", { seq: 100, replayed: 0 });
  return opened;
}

/** Lets the client wait out its pause, and come back. */
async function comesBack({ lines, line }) {
  const before = lines.length;
  mock.timers.tick(60_000);
  await settled();
  assert.equal(lines.length, before + 1, "it came back");
  return line();
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
});

test("the token goes into the subprotocol, and the first load is read by REST", async () => {
  const { client, line, told } = await connected();
  assert.deepEqual(line().protocols, ["switchboard.v1", "bearer.t"]);
  assert.deepEqual(line().last("subscribe").params, { topics: ["inbox"] });
  assert.deepEqual(told, ["reload", "connected"]);
  assert.equal(client.state.name, "connected");
});

test("after a cut it resumes from the last cursor and reads nothing again", async () => {
  const opened = await connected();
  opened.line().tell("event", { seq: 104, type: "message.created" });
  opened.line().tell("heartbeat", { seq: 109 });
  await opened.line().cut();
  assert.equal(opened.client.state.name, "waiting");
  const line = await comesBack(opened);
  line.tell("welcome", { ...WELCOME, seq: 150, epoch: "e2" });
  assert.deepEqual(line.last("subscribe").params, { topics: ["inbox"], since: 109, epoch: "e1" });
  line.tell("event", { seq: 112 });
  await line.answer("subscribe", { seq: 120, recovered: true, replayed: 1 });
  assert.deepEqual(opened.told, ["reload", "connected", "event 104", "event 112", "connected"]);
});

test("an answer about a message does not move the cursor, nor does the welcome", async () => {
  const opened = await connected();
  const sending = opened.client.request("message.send", {});
  await opened.line().answer("message.send", { message: {}, seq: 130 });
  await sending;
  await opened.line().cut();
  const line = await comesBack(opened);
  line.tell("welcome", { ...WELCOME, seq: 131 });
  assert.equal(line.last("subscribe").params.since, 100);
});

test("what cannot be resumed is read again, from the new place in the new epoch", async () => {
  const opened = await connected();
  await opened.line().cut();
  let line = await comesBack(opened);
  line.tell("welcome", { ...WELCOME, epoch: "e2", seq: 7 });
  await line.answer("subscribe", { seq: 7, recovered: false, replayed: 0 });
  assert.deepEqual(opened.told.slice(-2), ["reload", "connected"]);
  await line.cut();
  line = await comesBack(opened);
  line.tell("welcome", WELCOME);
  assert.deepEqual(line.last("subscribe").params, { topics: ["inbox"], since: 7, epoch: "e2" });
});

test("a topic that is gone does not cost the others", async () => {
  const opened = await connected();
  const joining = opened.client.subscribe("conversation:c");
  await opened.line().answer("subscribe", { seq: 101, replayed: 0 });
  await joining;
  await opened.line().cut();
  const line = await comesBack(opened);
  line.tell("welcome", WELCOME);
  await line.refuse("subscribe", { code: "NOT_FOUND", retryable: false, details: { topic: "conversation:c" } });
  assert.deepEqual(line.last("subscribe").params, { topics: ["inbox"], since: 101, epoch: "e1" });
  await line.answer("subscribe", { seq: 101, recovered: true, replayed: 0 });
  assert.deepEqual(opened.told.slice(-2), ["gone", "connected"]);
});

test("requests that a cut leaves unanswered fail, and may be tried again", async () => {
  const opened = await connected();
  const failed = assert.rejects(opened.client.request("message.send", {}), { code: "DISCONNECTED", retryable: true });
  await opened.line().cut();
  await failed;
  await assert.rejects(opened.client.request("ping"), { code: "DISCONNECTED" });
});

test("a request is not waited for for ever", async () => {
  const opened = await connected();
  const sending = opened.client.request("message.send", {});
  mock.timers.tick(10_000);
  await assert.rejects(sending, { code: "TIMEOUT", retryable: true });
});

test("a hub that has gone silent is left", async () => {
  const opened = await connected();
  mock.timers.tick(54_000);
  assert.equal(opened.client.state.name, "connected");
  mock.timers.tick(2_000);
  assert.equal(opened.client.state.name, "waiting");
});

test("before its token ends the session gets another", async () => {
  const opened = await connected({ token: ({ fresh }) => (fresh ? "t2" : "t") });
  opened.line().tell("session.expiring", { expires_at: "2026-11-20T10:46:07.120Z" });
  await settled();
  assert.deepEqual(opened.line().last("authenticate").params, { token: "t2" });
});

test("a token that ended is replaced, and one that is refused while new ends the session", async () => {
  const opened = await connected();
  await opened.line().cut(4501, "token_expired");
  const line = await comesBack(opened);
  assert.deepEqual(opened.asked.at(-1), { fresh: true });
  await line.cut(4500, "unauthorised");
  assert.deepEqual(opened.client.state, { name: "ended", why: "signed out" });
});

test("whoever is signed out is not connected again", async () => {
  const opened = await connected({ token: ({ fresh }) => { if (fresh) throw new SignedOut("no"); return "t"; } });
  await opened.line().cut(4501, "token_expired");
  mock.timers.tick(60_000);
  await settled();
  assert.deepEqual(opened.client.state, { name: "ended", why: "signed out" });
  assert.equal(opened.lines.length, 1);
});

test("codes from 4500 say not as you are, all others say come back", () => {
  for (const code of [1000, 1001, 1006, 1011, 1012, 1013, 4000, 4001, 4002, 4008, 4009]) {
    assert.deepEqual(verdict(code), { again: true, fresh: false, atLeastMs: 0 }, String(code));
  }
  assert.deepEqual(verdict(4029, "rate_limited;retry_after_s=12"), { again: true, fresh: false, atLeastMs: 12_000 });
  for (const code of [4500, 4501]) assert.deepEqual(verdict(code), { again: true, fresh: true, atLeastMs: 0 });
  for (const code of [4502, 4503, 4504]) assert.equal(verdict(code).again, false, String(code));
});

test("pauses grow, have an end, and differ", () => {
  assert.equal(delayMs(0, 1), 500);
  assert.equal(delayMs(0, 0), 250);
  assert.equal(delayMs(3, 1), 4_000);
  assert.equal(delayMs(50, 1), 30_000);
});

test("a hub that lets in and drops at once is not run over", async () => {
  const opened = page();
  opened.client.start();
  await settled();
  const pauses = [];
  for (let round = 0; round < 6; round += 1) {
    opened.line().tell("welcome", WELCOME);
    await opened.line().cut(4009, "resync");
    pauses.push(opened.client.state.until - Date.now());
    await comesBack(opened);
  }
  assert.ok(pauses.at(-1) >= 8_000, pauses.join());
});

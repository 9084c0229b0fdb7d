// Messages on their way: each arrives once, in the order they were written, whatever happens in between.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Outbox } from "../../console/outbox.js";
import { Nouns } from "../../console/nouns.js";
import { Refusal } from "../../console/rest.js";

const settled = () => new Promise((resolve) => { setImmediate(resolve); });
const lost = () => new Refusal({ code: "DISCONNECTED", message: "lost", retryable: true });

/** A tab's storage. */
class Storage {
  #kept = new Map();
  getItem(name) { return this.#kept.get(name) ?? null; }
  setItem(name, text) { this.#kept.set(name, text); }
}

/** A client whose requests are answered by hand. */
class Hub extends EventTarget {
  state = { name: "connected" };
  requests = [];

  request(method, params) {
    return new Promise((resolve, reject) => { this.requests.push({ method, params, resolve, reject }); });
  }

  async answer(settle) {
    settle(this.requests.at(-1));
    await settled();
    mock.timers.tick(5_000);
    await settled();
  }

  bodies() {
    return this.requests.map(({ params }) => params.body);
  }
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

function outbox(storage = new Storage()) {
  const hub = new Hub();
  return { hub, storage, box: new Outbox(hub, "me", storage) };
}

const accept = ({ resolve, params }) => resolve({ message: { id: params.body, client_id: params.client_id } });

test("a cut between request and answer sends the same message under the same client_id", async () => {
  const { hub, box } = outbox();
  box.add("c", "hello");
  await hub.answer(({ reject }) => reject(lost()));
  hub.dispatchEvent(new Event("connected"));
  const [first, second] = hub.requests;
  assert.equal(first.params.client_id, second.params.client_id);
  await hub.answer(accept);
  assert.deepEqual(box.of("c"), []);
  assert.equal(hub.requests.length, 2);
});

test("a conversation's messages go one after another, other conversations do not wait", async () => {
  const { hub, box } = outbox();
  box.add("c", "one");
  box.add("c", "two");
  box.add("d", "elsewhere");
  assert.deepEqual(hub.bodies(), ["one", "elsewhere"]);
  accept(hub.requests[0]);
  await hub.answer(accept);
  assert.deepEqual(hub.bodies(), ["one", "elsewhere", "two"]);
});

test("a reload goes on with what was not answered", async () => {
  const { storage, box, hub } = outbox();
  hub.state = { name: "waiting" };
  box.add("c", "written without a connection");
  const { hub: next } = outbox(storage);
  next.dispatchEvent(new Event("connected"));
  assert.deepEqual(next.bodies(), ["written without a connection"]);
});

test("what is refused stays, with the reason, until its author decides", async () => {
  const { hub, box } = outbox();
  box.add("c", "hello");
  await hub.answer(({ reject }) => reject(new Refusal({ code: "FORBIDDEN", message: "You may not." })));
  const [entry] = box.of("c");
  assert.equal(entry.refused, "You may not.");
  assert.equal(hub.requests.length, 1);
  box.retry(entry.client_id);
  assert.notEqual(hub.requests[1].params.client_id, hub.requests[0].params.client_id);
  await hub.answer(accept);
  assert.deepEqual(box.of("c"), []);
});

test("a busy hub is asked again, no sooner than it says", async () => {
  const { hub, box } = outbox();
  box.add("c", "hello");
  const busy = new Refusal({ code: "RATE_LIMITED", message: "slowly", retryable: true, details: { retry_after_ms: 9_000 } });
  await hub.answer(({ reject }) => reject(busy));
  assert.equal(hub.requests.length, 1);
  mock.timers.tick(4_000);
  assert.equal(hub.requests.length, 2);
});

test("a message that is seen in the thread has arrived", () => {
  const { hub, box } = outbox();
  box.add("c", "hello");
  box.settle(hub.requests[0].params.client_id);
  assert.deepEqual(box.of("c"), []);
});

test("a noun is replaced only by a newer one", () => {
  const nouns = new Nouns();
  assert.equal(nouns.take({ id: "a", rev: 2, name: "new" }), true);
  assert.equal(nouns.take({ id: "a", rev: 1, name: "old" }), false);
  assert.equal(nouns.take({ id: "a", rev: 2, name: "same" }), false);
  assert.equal(nouns.absorb({ id: "a", rev: 3, status: "open" }), true);
  assert.deepEqual(nouns.get("a"), { id: "a", rev: 3, name: "new", status: "open" });
  assert.equal(nouns.absorb({ id: "b", rev: 9 }), false);
});

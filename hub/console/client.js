// A session of the hub over WebSocket: requests and their answers, events in order and each once, and the way back
// after every cut. Dispatches `state`, `connected`, `reload`, `event`, `signal` and `gone`; the news is in `detail`.

import { delayMs, verdict } from "./closing.js";
import { Refusal, SignedOut } from "./rest.js";

const PROTOCOL = "switchboard.v1";
const ANSWER_MS = 10_000;
const WELCOME_MS = 15_000;
/** A session that lived this long was a good one; after shorter ones the waits go on growing. */
const STEADY_MS = 10_000;

export class Client extends EventTarget {
  /** `connecting`, `connected`, `waiting` (`until`), `ended` (`why`). */
  state = { name: "ended", why: "not started" };
  #credential;
  #dial;
  #topics = new Set();
  #cursor = null;
  #epoch = null;
  #socket = null;
  #welcome = null;
  #welcomedAt = 0;
  #attempt = 0;
  #needsFresh = false;
  #timer = null;
  #watchdog = null;
  #lastId = 0;
  #unanswered = new Map();

  /** `credential.token({ fresh })` gives a token, or throws `SignedOut`; `dial` makes the socket. */
  constructor({ credential, dial = (protocols) => new WebSocket(ourDoor(), protocols) }) {
    super();
    this.#credential = credential;
    this.#dial = dial;
  }

  /** Connects, and stays connected until `stop` or until the hub says "not as you are". */
  start() {
    this.#attempt = 0;
    this.#needsFresh = false;
    this.#connect();
  }

  stop(why = "stopped") {
    this.#leave();
    this.#enter({ name: "ended", why });
  }

  /** The network or the reader came back: no more waiting, and no trust in a socket that only looks open. */
  hurry() {
    if (this.state.name === "waiting") this.#connect();
    else if (this.state.name === "connected") this.request("ping", {}, 5_000).catch(() => this.#cut());
  }

  /** From now on, and in every session to come. */
  async subscribe(topic) {
    this.#topics.add(topic);
    if (this.#welcome) this.#reached((await this.request("subscribe", { topics: [topic] })).seq);
  }

  async unsubscribe(topic) {
    this.#topics.delete(topic);
    if (this.#welcome) await this.request("unsubscribe", { topics: [topic] });
  }

  /** Resolves with the result. Throws a `Refusal`: the hub's, or `DISCONNECTED`, `TIMEOUT` (it may have happened). */
  request(method, params = {}, patience = ANSWER_MS) {
    return new Promise((resolve, reject) => {
      if (!this.#welcome) return reject(noAnswer("DISCONNECTED", "There is no connection."));
      const id = ++this.#lastId;
      const timer = setTimeout(() => {
        this.#unanswered.delete(id);
        reject(noAnswer("TIMEOUT", "The hub took too long to answer."));
      }, patience);
      this.#unanswered.set(id, { resolve, reject, timer });
      this.#write({ jsonrpc: "2.0", id, method, params });
    });
  }

  /** Carried out or not; nobody is told. */
  notify(method, params) {
    if (this.#welcome) this.#write({ jsonrpc: "2.0", method, params });
  }

  async #connect() {
    this.#leave();
    this.#enter({ name: "connecting" });
    const connecting = this.state;
    let token;
    try {
      token = await this.#credential.token({ fresh: this.#needsFresh });
    } catch (error) {
      if (this.state !== connecting) return;
      return error instanceof SignedOut ? this.stop("signed out") : this.#wait();
    }
    if (this.state !== connecting) return;
    const socket = this.#dial([PROTOCOL, `bearer.${token}`]);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#heard(JSON.parse(data));
    socket.onclose = ({ code, reason }) => this.#closed(code, reason);
    this.#expectWithin(WELCOME_MS);
  }

  #heard(frame) {
    if (this.#welcome) this.#expectWithin((2 * this.#welcome.heartbeat_s + 5) * 1000);
    if (frame.id !== undefined) return this.#answered(frame);
    const { method, params } = frame;
    if (method === "welcome") this.#welcomed(params);
    else if (method === "session.expiring") this.#prolong();
    else if (method === "signal") this.#tell("signal", params);
    else if (method === "heartbeat") this.#reached(params.seq);
    else if (method === "event") {
      this.#tell("event", params);
      this.#reached(params.seq);
    }
  }

  #answered({ id, result, error }) {
    const waiting = this.#unanswered.get(id);
    if (!waiting) return;
    this.#unanswered.delete(id);
    clearTimeout(waiting.timer);
    if (!error) return waiting.resolve(result);
    const { code, retryable, details } = error.data;
    waiting.reject(new Refusal({ code, message: error.message, retryable, details: details ?? {} }));
  }

  /** Subscribes; goes on where the last session ended, or starts anew and lets the page read everything by REST. */
  async #welcomed(welcome) {
    this.#welcome = welcome;
    this.#welcomedAt = Date.now();
    this.#needsFresh = false;
    this.#expectWithin((2 * welcome.heartbeat_s + 5) * 1000);
    const resume = this.#cursor === null ? {} : { since: this.#cursor, epoch: this.#epoch };
    let answer;
    try {
      answer = await this.request("subscribe", { topics: [...this.#topics], ...resume });
    } catch (error) {
      if (this.#welcome !== welcome) return;
      const { topic } = error.details;
      if (error.code !== "NOT_FOUND" || !this.#topics.delete(topic)) return this.#cut();
      this.#tell("gone", { topic });
      return this.#welcomed(welcome);
    }
    if (answer.recovered) this.#reached(answer.seq);
    else [this.#cursor, this.#epoch] = [answer.seq, welcome.epoch];
    this.#enter({ name: "connected" });
    if (!answer.recovered) this.#tell("reload");
    this.#tell("connected");
  }

  /** The cursor: everything of our topics up to `seq` has been heard. */
  #reached(seq) {
    if (this.#cursor !== null && seq > this.#cursor) this.#cursor = seq;
  }

  /** Without success the hub closes the session when the token ends, and the next one begins with a new token. */
  async #prolong() {
    const welcome = this.#welcome;
    try {
      const token = await this.#credential.token({ fresh: true });
      if (this.#welcome === welcome) await this.request("authenticate", { token });
    } catch (error) {
      console.warn("the session could not be prolonged:", error.message);
    }
  }

  #closed(code, reason) {
    if (Date.now() - this.#welcomedAt > STEADY_MS) this.#attempt = 0;
    const { again, why, fresh, atLeastMs } = verdict(code, reason);
    if (!again) return this.stop(why);
    // A token that was just made and is refused all the same will not get better.
    if (fresh && this.#needsFresh) return this.stop("signed out");
    this.#needsFresh ||= fresh;
    this.#wait(atLeastMs);
  }

  #wait(atLeastMs = 0) {
    this.#leave();
    const pause = Math.max(atLeastMs, delayMs(this.#attempt));
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.#connect(), pause);
    this.#enter({ name: "waiting", until: Date.now() + pause });
  }

  /** Nothing is heard for so long that nobody can be there. */
  #expectWithin(time) {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#cut(), time);
  }

  #cut() {
    this.#closed(1006, "");
  }

  /** Lets go of the socket, whose farewell may take minutes on a dead line, and of all that hung on it. */
  #leave() {
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    if (this.#socket) {
      this.#socket.onmessage = this.#socket.onclose = null;
      this.#socket.close();
    }
    this.#socket = this.#welcome = null;
    const lost = [...this.#unanswered.values()];
    this.#unanswered.clear();
    for (const { reject, timer } of lost) {
      clearTimeout(timer);
      reject(noAnswer("DISCONNECTED", "The connection was lost."));
    }
  }

  #write(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  #enter(state) {
    this.state = state;
    this.#tell("state", state);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function noAnswer(code, message) {
  return new Refusal({ code, message, retryable: true });
}

function ourDoor() {
  return `${location.origin.replace(/^http/, "ws")}/ws`;
}

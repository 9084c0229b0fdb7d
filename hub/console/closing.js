// What a close code means for whoever was connected, and how long to wait before coming back.

const SHORTEST_MS = 500;
const LONGEST_MS = 30_000;

const ENDINGS = new Map([
  [4502, "revoked"],
  [4503, "protocol violation"],
  [4504, "replaced"],
]);

/**
 * `{ again: true, fresh, atLeastMs }`: come back, with another token when `fresh`, not before `atLeastMs`;
 * `{ again: false, why }`: not as you are. Codes below 4500, and those of proxies, mean "come back".
 */
export function verdict(code, reason = "") {
  if (code < 4500 || code > 4999) return { again: true, fresh: false, atLeastMs: wait(reason) };
  if (ENDINGS.has(code)) return { again: false, why: ENDINGS.get(code) };
  return { again: true, fresh: true, atLeastMs: 0 };
}

/** `rate_limited;retry_after_s=12` */
function wait(reason) {
  const seconds = /;retry_after_s=(\d+)/.exec(reason)?.[1] ?? 0;
  return Number(seconds) * 1000;
}

/** Doubles with every attempt, and half of it is left to chance: a hub that comes back is not run over. */
export function delayMs(attempt, chance = Math.random()) {
  const whole = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** attempt);
  return whole * (0.5 + chance / 2);
}

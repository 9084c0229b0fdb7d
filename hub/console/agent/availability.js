// Whether the agent can be asked, and how many colleagues are here.

import { byId } from "../elements.js";
import { Colleagues } from "../presence.js";

const KEPT = "switchboard.availability";

export class Availability {
  #client;
  #me;
  #colleagues = new Colleagues();
  #choice = byId("availability");

  constructor(client, me) {
    [this.#client, this.#me] = [client, me];
    this.#choice.addEventListener("change", () => this.#chosen());
    this.#colleagues.addEventListener("change", () => this.#show());
    // The hub forgets it when it restarts, or when nobody was here for a while.
    client.addEventListener("connected", () => this.#tell(sessionStorage.getItem(KEPT)));
  }

  hear(signal) {
    if (signal.topic === "presence") this.#colleagues.take(signal);
  }

  #chosen() {
    sessionStorage.setItem(KEPT, this.#choice.value);
    this.#tell(this.#choice.value);
  }

  #tell(availability) {
    if (!availability) return;
    this.#client.request("presence.set", { availability }).catch(() => this.#show());
  }

  /** What the hub says counts: another tab may have said something else. */
  #show() {
    const own = this.#colleagues.get(this.#me.id);
    if (own) {
      this.#choice.value = own.availability;
      if (sessionStorage.getItem(KEPT)) sessionStorage.setItem(KEPT, own.availability);
    }
    const others = this.#colleagues.count - (own ? 1 : 0);
    byId("colleagues").textContent = this.#count(others);
  }

  #count(others) {
    const { uncertain } = this.#colleagues;
    if (others === 0) return uncertain ? "perhaps colleagues here" : "";
    return `${uncertain ? "perhaps " : ""}${others} ${others === 1 ? "colleague" : "colleagues"} here`;
  }
}

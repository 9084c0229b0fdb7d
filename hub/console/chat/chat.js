// The demo shop: an ordinary page, with the chat of the key in its address.

import { byId } from "../elements.js";
import { Widget } from "./widget.js";

const key = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const widget = new Widget(byId("chat"), key);
await widget.open();

for (const button of document.querySelectorAll("button.ask")) {
  button.addEventListener("click", () => widget.unfold());
}

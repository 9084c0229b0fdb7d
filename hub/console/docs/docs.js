// The contract, to read. Everything shown comes from /api/openapi.json, as text.

const place = document.getElementById("routes");

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The schema with its references followed, a few levels deep: recursion would never end. */
function resolve(schema, api, depth = 4) {
  if (!schema || depth === 0) return {};
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    return resolve(api.components?.schemas?.[name], api, depth);
  }
  if (schema.type === "array") return [resolve(schema.items, api, depth - 1)];
  const choice = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (choice) return resolve(choice.find((one) => one.type !== "null"), api, depth);
  if (schema.properties) {
    const required = new Set(schema.required ?? []);
    return Object.fromEntries(Object.entries(schema.properties).map(([name, inner]) => [
      required.has(name) ? name : `${name}?`,
      resolve(inner, api, depth - 1),
    ]));
  }
  const type = [schema.type].flat().filter((one) => one !== "null").join(" or ");
  return schema.enum ? schema.enum.join(" | ") : schema.format ?? (type || "anything");
}

function shape(content, api) {
  const schema = content?.["application/json"]?.schema;
  return schema ? element("pre", {}, JSON.stringify(resolve(schema, api), null, 2)) : "";
}

function row(...cells) {
  return element("tr", {}, ...cells.map((cell) => element("td", {}, cell)));
}

function route(path, method, operation, api) {
  const parts = [element("p", {}, operation.description ?? operation.summary ?? "")];
  if (operation.parameters?.length) {
    const rows = operation.parameters.map((one) =>
      row(element("code", {}, one.required ? one.name : `${one.name}?`), one.in, one.description ?? ""));
    parts.push(element("table", {}, ...rows));
  }
  if (operation.requestBody) parts.push(element("h4", {}, "Body"), shape(operation.requestBody.content, api));
  for (const [status, answer] of Object.entries(operation.responses ?? {})) {
    parts.push(element("h4", {}, `${status} ${answer.description ?? ""}`), shape(answer.content, api));
  }
  return element("details", {},
    element("summary", {},
      element("b", { class: "method" }, method.toUpperCase()),
      element("code", {}, path),
      element("span", {}, operation.summary ?? "")),
    ...parts);
}

function byTag(api) {
  const tags = new Map();
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? "other";
      if (!tags.has(tag)) tags.set(tag, []);
      tags.get(tag).push(route(path, method, operation, api));
    }
  }
  return tags;
}

try {
  const answer = await fetch("/api/openapi.json");
  if (!answer.ok) throw new Error(`the hub answered ${answer.status}`);
  const sections = [...byTag(await answer.json())].map(([tag, routes]) =>
    element("section", {}, element("h2", {}, tag), ...routes));
  place.replaceChildren(...sections);
} catch (error) {
  place.replaceChildren(element("p", {}, `The description cannot be read: ${error.message}`));
}

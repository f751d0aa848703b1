/** Plain data told apart by `kind` as an indented tree, for people. */

function isNode(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array);
}

/** Keys that say nothing to a reader: where in the text a node stood. */
const HIDDEN = new Set(["span", "extents", "kind"]);

function scalarText(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes(${value.length})`;
  return typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? String(value));
}

/** One line a node: its kind and simple properties; inner nodes below, each after the name that it has. */
export function syntaxLines(root: unknown, depth = 0, name = ""): string[] {
  const pad = "  ".repeat(depth);
  const label = name === "" ? "" : `${name}: `;
  if (Array.isArray(root)) return root.flatMap((item) => syntaxLines(item, depth, name));
  if (!isNode(root)) return [`${pad}${label}${scalarText(root)}`];
  const entries = Object.entries(root).filter(([key, value]) => !HIDDEN.has(key) && value !== undefined);
  const simple = entries
    .filter(([, value]) => !isNode(value))
    .map(([key, value]) => ` ${key}=${scalarText(value)}`);
  const inner = entries.filter(([, value]) => isNode(value));
  return [
    `${pad}${label}${String(root["kind"] ?? "")}${simple.join("")}`.trimEnd(),
    ...inner.flatMap(([key, value]) => syntaxLines(value, depth + 1, key)),
  ];
}

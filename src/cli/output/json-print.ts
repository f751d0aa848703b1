/** Objects as lists of entries, for tshark writes a key as often as a field occurs; JSON.stringify cannot. */

export type JsonEntry = readonly [key: string, value: JsonValue];
/** An object is its entries; an array is marked as a list. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonEntry[]
  | { readonly list: readonly JsonValue[] };

/** Tells an object from an array. */
export function isEntries(value: JsonValue): value is readonly JsonEntry[] {
  return Array.isArray(value);
}

/** Two blanks a level, as tshark indents. */
export function printJson(value: JsonValue, indent: string): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}  `;
  if (isEntries(value)) {
    if (value.length === 0) return "{}";
    const rows = value.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${printJson(item, inner)}`);
    return `{\n${rows.join(",\n")}\n${indent}}`;
  }
  if (value.list.length === 0) return "[]";
  return `[\n${value.list.map((item) => `${inner}${printJson(item, inner)}`).join(",\n")}\n${indent}]`;
}

/** `--no-duplicate-keys`: a key that occurs again becomes one list, at its first place. */
export function mergeKeys(value: JsonValue): JsonValue {
  if (!isEntries(value)) return value;
  const groups = new Map<string, JsonValue[]>();
  for (const [key, item] of value) {
    const merged = mergeKeys(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [merged]);
    else group.push(merged);
  }
  return [...groups].map(([key, items]): JsonEntry => {
    const [only] = items;
    return [key, items.length === 1 && only !== undefined ? only : { list: items }];
  });
}

/** On one line, without blanks. */
export function printCompact(value: JsonValue): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (!isEntries(value)) return `[${value.list.map(printCompact).join(",")}]`;
  return `{${value.map(([key, item]) => `${JSON.stringify(key)}:${printCompact(item)}`).join(",")}}`;
}

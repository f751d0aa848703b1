/** First gate: a schema is plain, bounded JSON with safe names that the meta-schema accepts. */
import { SchemaError } from "../errors.ts";
import { validator } from "./generated/meta-validator.ts";
import type { SchemaJson } from "./source.ts";

/** Stated limits: schema files come from strangers too. */
export const SCHEMA_LIMITS: Readonly<Record<"depth" | "nodes" | "textLength", number>> = {
  /** Levels of JSON; a group in a group takes two. */
  depth: 22,
  /** Values in the whole file. */
  nodes: 20_000,
  /** UTF-16 code units. */
  textLength: 1000,
};

const UNSAFE: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  "prototype",
  "arguments",
  "caller",
]);

/** Own keys that would change what an object is, or hide what it inherits. */
export function isUnsafeName(name: string): boolean {
  return UNSAFE.has(name);
}

/** A copy of plain JSON: what is checked is what is used, whatever the given object does when it is read again. */
function plain(
  value: unknown,
  pointer: string,
  depth: number,
  count: { nodes: number },
  origin: string | undefined,
): unknown {
  if (++count.nodes > SCHEMA_LIMITS.nodes) {
    throw new SchemaError("limit-exceeded", pointer, `more than ${SCHEMA_LIMITS.nodes} values`, origin);
  }
  if (depth > SCHEMA_LIMITS.depth) {
    throw new SchemaError("limit-exceeded", pointer, `nested deeper than ${SCHEMA_LIMITS.depth}`, origin);
  }
  if (typeof value === "string") {
    if (value.length > SCHEMA_LIMITS.textLength) {
      throw new SchemaError(
        "limit-exceeded",
        pointer,
        `text longer than ${SCHEMA_LIMITS.textLength}`,
        origin,
      );
    }
    if (isUnsafeName(value))
      throw new SchemaError("unsafe-name", pointer, `"${value}" is not a safe name`, origin);
    return value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value))
    return Array.from(value, (item: unknown, index) =>
      plain(item, `${pointer}/${index}`, depth + 1, count, origin),
    );
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const at = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (isUnsafeName(key)) throw new SchemaError("unsafe-name", at, `"${key}" is not a safe name`, origin);
    copy[key] = plain(item, at, depth + 1, count, origin);
  }
  return copy;
}

/** The JSON as a schema, or a SchemaError with a JSON pointer to the place. */
export function validateSchema(given: unknown, origin?: string): SchemaJson {
  const json = plain(given, "", 0, { nodes: 0 }, origin);
  const validate = validator();
  if (!validate(json)) {
    // Inside anyOf each branch reports: the error that got deepest is the one the author wants.
    const errors = validate.errors ?? [];
    const worst = errors.reduce(
      (a, b) => (b.instancePath.length > a.instancePath.length ? b : a),
      errors[0] ?? { instancePath: "", message: "is refused" },
    );
    const extra =
      worst.params === undefined
        ? ""
        : Object.values(worst.params)
            .filter((p) => typeof p === "string" && !p.startsWith("#") && !worst.message?.includes(p))
            .join(", ");
    throw new SchemaError(
      "schema-invalid",
      worst.instancePath,
      `${worst.message ?? "is refused"}${extra === "" ? "" : ` (${extra})`}`,
      origin,
    );
  }
  // The meta-schema has checked every part of the shape.
  return json as SchemaJson;
}

/** JSON and YAML texts. The YAML package is loaded when it is first needed. */
import { CraftError } from "../errors.ts";

/** Integers beyond 2^53 stay exact as bigints; all others are numbers. */
function plainNumbers(value: unknown): unknown {
  if (typeof value === "bigint")
    return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
      ? Number(value)
      : value;
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plainNumbers(one)]));
}

/**
 * One document. JSON is YAML, so one reader serves both.
 *
 * @param origin - the file's name, for errors.
 * @throws CraftError `bad-input` with line and column.
 */
export async function readDocument(text: string, origin: string): Promise<unknown> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { intAsBigInt: true, uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const [{ line, col } = { line: 0, col: 0 }] = error.linePos ?? [];
    const [reason = ""] = error.message.split(" at line");
    throw new CraftError("bad-input", `${origin}:${line}:${col}`, reason);
  }
  // Aliases are limited by the package, so that a small text cannot grow without bound.
  return plainNumbers(document.toJS());
}

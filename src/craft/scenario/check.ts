/** Checks of what a scenario file says, with the place of what is wrong: `steps[3].send.bytes`. */
import { fromHex } from "../../bytes/hex.ts";
import { CraftError } from "../../errors.ts";
import { isRecord } from "../input.ts";

/** What a key of a scenario takes. */
export type Kind =
  | "count"
  | "seconds"
  | "flag"
  | "text"
  | "side"
  | "address"
  | "addresses"
  | "counts"
  | "key"
  | "bytes"
  | "any"
  | readonly string[]
  /** A list of words. */
  | { readonly words: readonly string[] };

export type Shape = Readonly<Record<string, Kind>>;
export type Checked = Readonly<Record<string, unknown>>;

function refuse(path: string, wants: string, value: unknown): never {
  throw new CraftError("bad-type", path, `wants ${wants}, given ${shown(value)}`);
}

function shown(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  return JSON.stringify(value)?.slice(0, 60) ?? "nothing";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

/** A 64-bit number: `"0x…"`, decimal text or an integer. */
function key(value: unknown, path: string): bigint {
  const text = typeof value === "string" ? value : String(value);
  if (!/^(0x[0-9a-fA-F]{1,16}|\d{1,20})$/.test(text)) refuse(path, 'an integer of 64 bits, as "0x…"', value);
  const number = BigInt(text);
  if (number >= 1n << 64n) throw new CraftError("out-of-range", path, `${text} does not fit in 64 bits`);
  return number;
}

function list(value: unknown, path: string, wants: string): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(path, wants, value);
}

function isAddress(value: unknown): boolean {
  return typeof value === "string" || isCount(value);
}

function word(words: readonly string[], value: unknown, path: string): string {
  if (typeof value !== "string" || !words.includes(value)) refuse(path, `one of ${words.join(", ")}`, value);
  return value;
}

export function checkValue(kind: Kind, value: unknown, path: string): unknown {
  if (typeof kind === "object" && "words" in kind)
    return list(value, path, "a list").map((one, at) => word(kind.words, one, `${path}[${at}]`));
  if (typeof kind === "object") return word(kind, value, path);
  switch (kind) {
    case "count":
      return isCount(value) ? value : refuse(path, "an integer from 0 on", value);
    case "seconds":
      return typeof value === "number" && value >= 0 ? value : refuse(path, "seconds, 0 or more", value);
    case "flag":
      return typeof value === "boolean" ? value : refuse(path, "true or false", value);
    case "text":
      return typeof value === "string" ? value : refuse(path, "a text", value);
    case "side":
      return word(["client", "server"], value, path);
    case "address":
      return isAddress(value) ? value : refuse(path, "an address, or its place in the host's list", value);
    case "addresses":
      return list(value, path, "a list of addresses").map((one, at) =>
        isAddress(one) ? one : refuse(`${path}[${at}]`, "an address, or its place in the host's list", one),
      );
    case "counts":
      return list(value, path, "a list of integers").map((one, at) =>
        isCount(one) ? one : refuse(`${path}[${at}]`, "an integer from 0 on", one),
      );
    case "key":
      return key(value, path);
    case "bytes":
      return (
        (typeof value === "string" ? fromHex(value) : undefined) ?? refuse(path, "bytes as hex text", value)
      );
    case "any":
      return value;
  }
}

/** An object with these keys only. */
export function checkShape(shape: Shape, value: unknown, path: string): Checked {
  if (!isRecord(value)) refuse(path, "an object", value);
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const kind = Object.hasOwn(shape, name) ? shape[name] : undefined;
      if (kind === undefined)
        throw new CraftError(
          "unknown-field",
          `${path}.${name}`,
          `there are ${Object.keys(shape).join(", ")}`,
        );
      return [name, checkValue(kind, one, `${path}.${name}`)];
    }),
  );
}

export function needKeys(value: Checked, keys: readonly string[], path: string): void {
  const missing = keys.find((name) => value[name] === undefined);
  if (missing !== undefined) throw new CraftError("missing-field", `${path}.${missing}`, "is not given");
}

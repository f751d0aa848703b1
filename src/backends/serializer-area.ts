/** A list of options → the bytes of a region. */
import { concatBytes } from "../bytes/hex.ts";
import { CraftError } from "../errors.ts";
import type { Fix, Given, Serializer } from "./serializer.ts";
import { describe } from "./serializer-encode.ts";

/** One entry: `value` is written where it is given, else `raw` as it is. */
interface Entry {
  readonly id: string;
  readonly value?: Given;
  readonly raw?: Uint8Array;
}

export interface AreaDeps {
  readonly serializer: (id: string) => Serializer | undefined;
}

export interface AreaHow {
  readonly fix?: Fix | undefined;
  /** Name of the list in errors. */
  readonly path: string;
}

/**
 * Writes all entries in order, with nothing between or behind them.
 *
 * @param envelope - id of the family that the entries belong to, such as `tcp.option`.
 * @throws CraftError with the entry's path, such as `options[2].length`.
 */
export function writeOptionArea(
  envelope: string,
  list: readonly unknown[],
  how: AreaHow,
  deps: AreaDeps,
): Uint8Array {
  const { fix, path } = how;
  const known = typeof fix === "object" ? new Set<string>() : undefined;
  const parts = list.map((item, index) => writeEntry(envelope, item, `${path}[${index}]`, fix, deps, known));
  const stray = known && Object.keys(fix ?? {}).find((name) => !known.has(name));
  if (stray !== undefined)
    throw new CraftError("unknown-field", `${path}.${stray}`, "is forced, but no option has such a field");
  return concatBytes(parts);
}

function toEntry(item: unknown, path: string): Entry {
  if (typeof item !== "object" || item === null)
    throw new CraftError("bad-type", path, `wants an option, given ${describe(item)}`);
  const { id, value, raw } = item as Readonly<Record<string, unknown>>;
  if (typeof id !== "string")
    throw new CraftError("bad-type", `${path}.id`, `wants a schema's id, given ${describe(id)}`);
  if (value !== undefined && (typeof value !== "object" || value === null))
    throw new CraftError("bad-type", `${path}.value`, `wants an object, given ${describe(value)}`);
  if (raw !== undefined && !(raw instanceof Uint8Array))
    throw new CraftError("bad-type", `${path}.raw`, `wants a Uint8Array, given ${describe(raw)}`);
  // Each property was checked above.
  return item as Entry;
}

function writeEntry(
  envelope: string,
  item: unknown,
  path: string,
  fix: Fix | undefined,
  deps: AreaDeps,
  known: Set<string> | undefined,
): Uint8Array {
  const { id, value, raw } = toEntry(item, path);
  if (value === undefined && raw !== undefined) return raw;
  const serializer = deps.serializer(id);
  if (serializer === undefined)
    throw new CraftError("unknown-id", path, `there is no option ${describe(id)}`);
  const { names, families } = serializer;
  if (!families.has(envelope)) throw new CraftError("bad-input", path, `${id} does not stand in ${envelope}`);
  if (known !== undefined) for (const name of names) known.add(name);
  const own =
    typeof fix === "object"
      ? Object.fromEntries(Object.entries(fix).filter(([name]) => names.has(name)))
      : fix;
  // The path tells the entry and the schema: an area often holds several options of one schema.
  return serializer.serialize(value ?? {}, { path: `${path}(${id})`, fix: own });
}

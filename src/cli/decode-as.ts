/** `-d TABLE==N,NAME`: what a port or another key carries. */
import type { Engine } from "../engine/api.ts";
import { SubflowError } from "../errors.ts";
import { CliError } from "./errors.ts";

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every text under the key `table`, at any depth: tables that some schema looks in or is registered in. */
function* tables(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* tables(item);
  if (!isObject(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "table" && typeof inner === "string") yield inner;
    else yield* tables(inner);
  }
}

/** Schemas are named by id, or as in tshark by the protocol's filter name. */
function findId(name: string, schemas: readonly unknown[]): string | undefined {
  const headers = schemas.filter(isObject).filter((schema) => schema["role"] === "header");
  const found =
    headers.find((schema) => schema["id"] === name) ??
    headers.find((schema) => isObject(schema["protocol"]) && schema["protocol"]["filter"] === name);
  return found === undefined ? undefined : String(found["id"]);
}

/** `schemas`: all that are loaded, as files or lowered. A range of selectors (`8888-8890`) sets each. */
export function applyDecodeAs(engine: Engine, rule: string, schemas: readonly unknown[]): void {
  const match = /^([^=,]+)==([^,]+),(.+)$/.exec(rule);
  if (match === null) {
    throw new CliError(
      `Parameter "${rule}" doesn't follow the template "<layer_type>==<selector>,<decode_as_protocol>"`,
    );
  }
  const [table = "", selector = "", name = ""] = match.slice(1).map((part) => part.trim());
  if (![...tables(schemas)].includes(table)) throw new CliError(`Unknown layer type -- ${table}`);
  const range = /^(0x[0-9a-f]+|\d+)(?:[-:](0x[0-9a-f]+|\d+))?$/i.exec(selector);
  if (range === null) throw new CliError(`Invalid selector number "${selector}"`);
  const low = Number(range[1]);
  const high = range[2] === undefined ? low : Number(range[2]);
  if (high < low || high - low > 0xffff) throw new CliError(`Invalid selector range "${selector}"`);
  const id = findId(name, schemas);
  if (id === undefined) throw new CliError(`Unknown protocol -- "${name}"`);
  try {
    for (let key = low; key <= high; key++) engine.decodeAs(table, key, id);
  } catch (thrown) {
    throw thrown instanceof SubflowError ? new CliError(`-d ${rule}: ${thrown.message}`) : thrown;
  }
}

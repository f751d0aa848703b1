/** The engine: a value that holds what is registered, and the calls of the public API over it. */

import { completeFilter } from "../filter/complete.ts";
import type { FieldInfo } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { Dissection } from "../ir/tree.ts";
import type { Dissector } from "../plugin.ts";
import type {
  CompileFilterOptions,
  Completion,
  DissectOptions,
  Engine,
  Filter,
  LayerInput,
  Parsed,
  ParsedObject,
  ParsedOption,
  ParseOptions,
  Pass,
  PassOptions,
  SerializeOptions,
  ShapeOf,
} from "./api.ts";
import { compileFilter } from "./compile-filter.ts";
import { craftFrame } from "./craft.ts";
import { dissectFrame } from "./dissect.ts";
import { EXPERT_FIELDS } from "./expert.ts";
import { createPass } from "./filter-pass.ts";
import { AREA_ENVELOPE } from "./option-list.ts";
import { parseArea, parseForm } from "./parse.ts";
import { Registry } from "./registry.ts";
import { serializeArea, serializeForm } from "./serialize.ts";

/** An engine with nothing registered but what is given; see `createEngine` of the package for one with the built-in protocols. */
export function createBareEngine(dissectors: readonly Dissector[]): Engine {
  return new RegistryEngine(dissectors);
}

class RegistryEngine implements Engine {
  readonly #registry = new Registry();

  constructor(dissectors: readonly Dissector[]) {
    for (const info of EXPERT_FIELDS) this.#registry.fields.set(info.name, info);
    for (const dissector of dissectors) this.#registry.register(dissector);
  }

  registerDissector(dissector: Dissector): void {
    this.#registry.registerWhole(dissector);
  }

  loadSchema(json: unknown, options: { readonly origin?: string | undefined } = {}): void {
    this.#registry.load(json, options.origin);
  }

  decodeAs(table: string, key: number, id: string): void {
    this.#registry.decodeAs(table, key, id);
  }

  parse<Id extends string>(id: Id, bytes: Uint8Array, options?: ParseOptions): Parsed<ShapeOf<Id>> {
    // The generated types are made from the same schema that the parser is made from.
    return parseForm(this.#registry, id, bytes, options) as Parsed<ShapeOf<Id>>;
  }

  serialize<Id extends string>(id: Id, value: ParsedObject, options: SerializeOptions = {}): Uint8Array {
    return serializeForm(this.#registry, id, value, options);
  }

  parseOptions(bytes: Uint8Array, options?: ParseOptions): ParsedOption[] {
    return parseArea(this.#registry, AREA_ENVELOPE, bytes, options);
  }

  serializeOptions(options: readonly ParsedOption[], how: SerializeOptions = {}): Uint8Array {
    return serializeArea(this.#registry, AREA_ENVELOPE, options, how);
  }

  dissect(frame: Frame, options?: DissectOptions): Dissection {
    return dissectFrame(this.#registry, frame, options);
  }

  compileFilter(text: string, options?: CompileFilterOptions): Filter {
    return compileFilter(this.#registry, text, options);
  }

  completeFilter(text: string, cursor: number): Completion[] {
    return completeFilter(text, cursor, this.#registry.fieldTable());
  }

  createPass(options: PassOptions = {}): Pass {
    return createPass(this.#registry, options);
  }

  craft(layers: readonly LayerInput[], options?: SerializeOptions): Uint8Array {
    return craftFrame(this.#registry, layers, options);
  }

  fields(): readonly FieldInfo[] {
    return [...this.#registry.fields.values()].sort((a, b) =>
      a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
    );
  }
}

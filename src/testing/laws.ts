/**
 * What must hold for every schema: parsing and writing invert each other, and no bytes throw. For any test runner:
 *
 * @example for (const law of schemaLaws("my.option", { dissectors })) test(law.name, () => law.check());
 */
import fc from "fast-check";
import { equalBytes, toHex } from "../bytes/hex.ts";
import type { ParsedObject, ParsedOption } from "../engine/api.ts";
import { frameOf } from "../ir/frame.ts";
import { headerArbitrary } from "./areas.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import { hostileAreaArbitrary, hostileBytesArbitrary, mutatedBytesArbitrary } from "./faults.ts";
import { LawError } from "./law-error.ts";
import { packetArbitrary } from "./packets.ts";
import { type WorldOptions, worldOf } from "./world.ts";

export interface Law {
  readonly name: string;
  /** Throws with a counterexample and the seed. `coverage` counts the values that were tried. */
  check(parameters?: {
    readonly numRuns?: number;
    readonly seed?: number;
    readonly coverage?: Coverage;
  }): void;
}

type Parameters = NonNullable<globalThis.Parameters<Law["check"]>[0]>;

function run<T>(property: fc.IProperty<[T]>, parameters: Parameters): void {
  const { numRuns, seed } = parameters;
  fc.assert(property, {
    ...(numRuns === undefined ? {} : { numRuns }),
    ...(seed === undefined ? {} : { seed }),
  });
}

/** The laws of one option or header. */
export function schemaLaws(id: string, options: WorldOptions = {}): readonly Law[] {
  const { engine, layout } = worldOf(options);
  const header = layout(id).role === "header";
  return [
    {
      name: `${id}: what is written is read`,
      check(parameters = {}) {
        const coverage = parameters.coverage ?? coverageOf(id, options);
        const property = fc.property(headerArbitrary(id, options), (value) => {
          coverage.add(value);
          const bytes = engine.serialize(id, value);
          const parsed = engine.parse(id, bytes);
          if (!parsed.ok) throw new LawError(`${toHex(bytes)} is not read: ${parsed.problems[0]?.message}`);
          const flaw = difference(value, parsed.value, id);
          if (flaw !== undefined) throw new LawError(`${toHex(bytes)}: ${flaw}`);
        });
        run(property, parameters);
      },
    },
    {
      name: `${id}: what is read is written`,
      check(parameters = {}) {
        const legal = headerArbitrary(id, options).map((value) => engine.serialize(id, value));
        const comesBack = (data: Uint8Array, fix: { fix?: "keep" }): void => {
          const parsed = engine.parse(id, data);
          if (!parsed.ok) return;
          const value: ParsedObject = parsed.value;
          const written = engine.serialize(id, value, fix);
          // A header ends where it says.
          const read = header ? data.subarray(0, written.length) : data;
          if (!equalBytes(written, read))
            throw new LawError(`${toHex(data)} comes back as ${toHex(written)}`);
        };
        run(
          fc.property(legal, (data) => comesBack(data, {})),
          parameters,
        );
        // Lengths and checksums that lie are read as they are, so they are kept.
        run(
          fc.property(mutatedBytesArbitrary(legal), (data) => comesBack(data, { fix: "keep" })),
          parameters,
        );
      },
    },
    {
      name: `${id}: no bytes throw`,
      check(parameters = {}) {
        run(
          fc.property(hostileBytesArbitrary(id, options), (bytes) => void engine.parse(id, bytes)),
          parameters,
        );
      },
    },
  ];
}

/** `serializeOptions(parseOptions(bytes))` gives the bytes back, whatever they are; also without what was kept of them. */
export function optionAreaLaws(options: WorldOptions = {}): readonly Law[] {
  const { engine } = worldOf(options);
  const back = (list: readonly ParsedOption[], bytes: Uint8Array): void => {
    const written = engine.serializeOptions(list);
    if (!equalBytes(written, bytes)) throw new LawError(`${toHex(bytes)} comes back as ${toHex(written)}`);
  };
  return [
    {
      name: "option areas come back",
      check(parameters = {}) {
        run(
          fc.property(hostileAreaArbitrary("tcp.option", options), (bytes) =>
            back(engine.parseOptions(bytes), bytes),
          ),
          parameters,
        );
      },
    },
    {
      name: "option areas come back from their values alone",
      check(parameters = {}) {
        const strip = ({ id, value, raw }: ParsedOption): ParsedOption =>
          value === undefined ? { id, ...(raw === undefined ? {} : { raw }) } : { id, value };
        run(
          fc.property(hostileAreaArbitrary("tcp.option", options), (bytes) =>
            back(engine.parseOptions(bytes).map(strip), bytes),
          ),
          parameters,
        );
      },
    },
  ];
}

/** Frames that are crafted are dissected into the same layers, and come back byte for byte. */
export function packetLaws(options: WorldOptions = {}): readonly Law[] {
  const { engine } = worldOf(options);
  return [
    {
      name: "what is crafted is dissected",
      check(parameters = {}) {
        const property = fc.property(packetArbitrary(options), (layers) => {
          const data = engine.craft(layers);
          const { layers: found } = engine.dissect(frameOf(data));
          for (const { id, value = {} } of layers) {
            const layer = found.find((one) => one.id === id);
            if (layer === undefined) throw new LawError(`${toHex(data)} has no layer ${id}`);
            const flaw = difference(value, layer.value, id, PAYLOAD_FIELDS);
            if (flaw !== undefined) throw new LawError(`${toHex(data)}: ${flaw}`);
          }
          const again = engine.craft(found, { fix: "keep" });
          if (!equalBytes(again, data)) throw new LawError(`${toHex(data)} comes back as ${toHex(again)}`);
        });
        run(property, parameters);
      },
    },
    {
      name: "no frame throws",
      check(parameters = {}) {
        const bytes = packetArbitrary(options).map((layers) => engine.craft(layers));
        const property = fc.property(
          mutatedBytesArbitrary(bytes),
          (data) => void engine.dissect(frameOf(data)).layers.map((layer) => layer.value),
        );
        run(property, parameters);
      },
    },
  ];
}

/** Fields that `craft` derives from what stands behind a header. */
const PAYLOAD_FIELDS: ReadonlySet<string> = new Set([
  "checksum",
  "length",
  "totalLength",
  "payloadLength",
  "protocol",
  "nextHeader",
  "type",
  "headerLength",
]);

/** The first place where `given` says something else than `found`; what was not given does not count. */
function difference(
  given: unknown,
  found: unknown,
  path: string,
  derived: ReadonlySet<string> = new Set(),
): string | undefined {
  if (given instanceof Uint8Array && found instanceof Uint8Array)
    return equalBytes(given, found) ? undefined : `${path} is ${toHex(found)}, not ${toHex(given)}`;
  if (Array.isArray(given) && Array.isArray(found)) {
    if (given.length !== found.length) return `${path} has ${found.length} items, not ${given.length}`;
    for (const [index, item] of given.entries()) {
      const flaw = difference(item, found[index], `${path}[${index}]`);
      if (flaw !== undefined) return flaw;
    }
    return undefined;
  }
  if (typeof given === "object" && given !== null && typeof found === "object" && found !== null) {
    const other = found as Readonly<Record<string, unknown>>;
    for (const [key, value] of Object.entries(given)) {
      if (derived.has(key)) continue;
      const flaw = difference(value, other[key], `${path}.${key}`);
      if (flaw !== undefined) return flaw;
    }
    return undefined;
  }
  // A region without options takes no bytes: it need not be there.
  if (Array.isArray(given) && given.length === 0 && found === undefined) return undefined;
  return Object.is(given, found) ? undefined : `${path} is ${String(found)}, not ${String(given)}`;
}

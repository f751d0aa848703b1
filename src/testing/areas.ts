/** Generators of options, option areas and whole packets. */
import fc from "fast-check";
import type { LayerInput, ParsedObject, ParsedOption } from "../engine/api.ts";
import type { Layout } from "../ir/nodes.ts";
import { type AreaSource, type ValueOptions, valueArbitrary } from "./values.ts";
import { type World, worldOf } from "./world.ts";

/** One option with a legal value: `{ id, value }`. */
export function optionArbitrary(id: string, options: ValueOptions = {}): fc.Arbitrary<ParsedOption> {
  return valueArbitrary(id, options).map((value) => ({ id, value }));
}

/** The bytes of one option. */
export function optionBytesArbitrary(id: string, options: ValueOptions = {}): fc.Arbitrary<Uint8Array> {
  const { engine } = worldOf(options);
  return valueArbitrary(id, options).map((value) => engine.serialize(id, value));
}

/** A header's value, with options in its option region where it has one. */
export function headerArbitrary(id: string, options: ValueOptions = {}): fc.Arbitrary<ParsedObject> {
  return valueArbitrary(id, options, areaSource(options));
}

export interface OptionAreaOptions extends ValueOptions {
  /** Family of the options (default `tcp.option`). */
  readonly envelope?: string | undefined;
}

/** A list of options of at most 40 bytes, filled up to a multiple of 4 with NOPs, or an end of options and zeros. */
export function optionAreaArbitrary(options: OptionAreaOptions = {}): fc.Arbitrary<ParsedOption[]> {
  return areaSource(options)(options.envelope ?? "tcp.option", {
    most: options.most ?? 40,
    unit: 4,
    base: 0,
  });
}

function areaSource(options: ValueOptions): AreaSource {
  const world = worldOf(options);
  return (envelope, { most, unit, base }) => {
    const outer = world.layout(envelope);
    const [filler, end, plain] = partition(world.optionsIn(envelope), outer, world);
    const entries = plain.map((layout) =>
      optionArbitrary(layout.id, { ...options, most: Math.min(most, 40) }),
    );
    const unknown = unknownArbitrary(outer, world);
    if (unknown !== undefined) entries.push(unknown);
    if (filler !== undefined) entries.push(fc.constant({ id: filler.id, value: {} }));
    // A nested family is written by the outermost one, whose region the bytes stand in.
    const size = (entry: ParsedOption): number => world.engine.serialize(entry.id, entry.value ?? {}).length;
    const list = entries.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...entries), { maxLength: 6 });
    return fc.tuple(list, fc.boolean()).map(([drawn, ended]) => {
      const kept: ParsedOption[] = [];
      let bytes = 0;
      for (const entry of drawn) {
        const taken = size(entry);
        if (bytes + taken > most) continue;
        kept.push(entry);
        bytes += taken;
      }
      const missing = (unit - ((base + bytes) % unit)) % unit;
      if (missing === 0) return kept;
      if (ended && end !== undefined) {
        kept.push({ id: end.id, value: {} });
        if (missing > 1) kept.push({ id: "padding", raw: new Uint8Array(missing - 1) });
      } else if (filler !== undefined)
        for (let i = 0; i < missing; i++) kept.push({ id: filler.id, value: {} });
      return kept;
    });
  };
}

/** The one-byte filler, the end of the list, and all other options of a family. */
function partition(
  options: readonly Layout[],
  outer: Layout,
  world: World,
): [Layout | undefined, Layout | undefined, readonly Layout[]] {
  const ends = outer.envelope?.end ?? [];
  const isEnd = (layout: Layout): boolean =>
    layout.single && layout.matches.some((match) => ends.includes(match.key[0]));
  const writable = options.filter((layout) => world.plans(layout).length > 0);
  return [
    writable.find((layout) => layout.single && !isEnd(layout)),
    writable.find(isEnd),
    writable.filter((layout) => !layout.single),
  ];
}

/** An option of a kind that nobody claims, as its family's opaque form. */
function unknownArbitrary(outer: Layout, world: World): fc.Arbitrary<ParsedOption> | undefined {
  const { envelope } = outer;
  const [variant] = outer.variants;
  const data = variant?.fields.find((field) => field.kind === "bytes");
  if (envelope === undefined || data === undefined || envelope.lengthUnit !== 1) return undefined;
  const claimed = [...world.layouts.values()].flatMap((layout) =>
    layout.matches.filter((match) => match.table === envelope.table),
  );
  const free = Array.from({ length: Math.min(256, 2 ** envelope.keyBits) }, (_, key) => key).filter(
    (key) =>
      !envelope.single.includes(key) && !claimed.some((match) => match.key[0] <= key && key <= match.key[1]),
  );
  if (free.length === 0) return undefined;
  return fc
    .tuple(fc.constantFrom(...free), fc.uint8Array({ maxLength: 12 }))
    .map(([key, bytes]) => ({ id: outer.id, value: { [envelope.keyField]: key, [data.name]: bytes } }));
}

export interface PacketOptions extends ValueOptions {
  readonly payload?: fc.Arbitrary<Uint8Array> | undefined;
}

/** Layers for `craft`: Ethernet, IPv4 or IPv6, TCP or UDP, and a payload. Lengths, checksums and next keys are derived. */
export function packetArbitrary(options: PacketOptions = {}): fc.Arbitrary<LayerInput[]> {
  const header = (id: string, fix: Readonly<Record<string, unknown>> = {}): fc.Arbitrary<LayerInput> =>
    headerArbitrary(id, { ...options, illegal: false }).map((value) => ({ id, value: { ...value, ...fix } }));
  const station = fc
    .uint8Array({ minLength: 6, maxLength: 6 })
    .map((bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":"));
  const ethernet = fc
    .record({ destination: station, source: station })
    .map((value): LayerInput => ({ id: "ethernet", value }));
  // What is behind a later fragment is no header.
  const network = fc.oneof(header("ipv4", { fragmentOffset: 0 }), header("ipv6"));
  const transport = fc.oneof(
    { weight: 4, arbitrary: header("tcp") },
    { weight: 1, arbitrary: header("udp") },
  );
  return fc
    .tuple(ethernet, network, transport, options.payload ?? fc.uint8Array({ maxLength: 64 }))
    .map(([link, ip, inner, payload]) => [link, ip, { ...inner, payload }]);
}

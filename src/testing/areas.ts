/** Generators of options and option areas. */
import fc from "fast-check";
import type { ParsedObject, ParsedOption } from "../engine/api.ts";
import { CraftError } from "../errors.ts";
import type { Layout } from "../ir/nodes.ts";
import { malformedVariants } from "./malformed.ts";
import { type AreaSource, settled, type ValueOptions, valueArbitrary } from "./values.ts";
import { type World, worldOf } from "./world.ts";

/**
 * One option, as `serializeOptions` takes it: `{ id, value }`; a malformed one is `{ id, raw }`.
 *
 * @throws CraftError where there is no such form, or nothing about it can be malformed.
 */
export function optionArbitrary(id: string, options: ValueOptions = {}): fc.Arbitrary<ParsedOption> {
  const legal = valueArbitrary(id, options).map((value): ParsedOption => ({ id, value }));
  if (options.validity !== "malformed") return legal;
  const faulty = (option: ParsedOption): readonly ParsedOption[] =>
    malformedVariants(option, options).flatMap(({ bytes, problem, tcpFlags }) =>
      problem === undefined || tcpFlags !== undefined ? [] : [{ id, raw: bytes }],
    );
  if (worldOf(options).layout(id).single)
    throw new CraftError("bad-input", id, "is one byte: it cannot be malformed");
  return legal
    .map(faulty)
    .filter((list) => list.length > 0)
    .chain((list) => fc.constantFrom(...list));
}

/** The bytes of one option. */
export function optionBytesArbitrary(id: string, options: ValueOptions = {}): fc.Arbitrary<Uint8Array> {
  const { engine } = worldOf(options);
  return optionArbitrary(id, options).map(({ raw, value = {} }) => raw ?? engine.serialize(id, value));
}

/** A header's value, with options in its option region where it has one. */
export function headerArbitrary(id: string, options: ValueOptions = {}): fc.Arbitrary<ParsedObject> {
  return valueArbitrary(id, options, areaSource(options));
}

export interface OptionAreaOptions extends ValueOptions {
  /** Family of the options (default `tcp.option`). */
  readonly envelope?: string | undefined;
}

/**
 * A list of options of at most 40 bytes, filled up to a multiple of 4 with NOPs, or an end of options and zeros. A malformed one
 * holds one option with a fault, as `{ id, raw }`.
 */
export function optionAreaArbitrary(options: OptionAreaOptions = {}): fc.Arbitrary<ParsedOption[]> {
  return areaSource(options)(options.envelope ?? "tcp.option", {
    most: options.most ?? 40,
    unit: 4,
    base: 0,
  });
}

function areaSource(given: ValueOptions): AreaSource {
  const options = settled(given);
  const world = worldOf(options);
  return (envelope, room) => {
    const outer = world.layout(envelope);
    const [filler, end, plain] = partition(world.optionsIn(envelope), outer, world);
    const most = Math.min(room.most, 40);
    const fitting = plain.filter((layout) => hasValue(layout.id, { ...options, most }));
    const legal = fitting.map((layout) =>
      optionArbitrary(layout.id, {
        ...options,
        most,
        ...(options.validity === "malformed" ? { validity: "legal" } : {}),
      }),
    );
    const entries = [...legal];
    const strict = options.validity === "legal" || options.validity === "malformed";
    const unknown = strict ? undefined : unknownArbitrary(outer, world);
    if (unknown !== undefined) entries.push(unknown);
    if (filler !== undefined) entries.push(fc.constant({ id: filler.id, value: {} }));
    const list = entries.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...entries), { maxLength: 6 });
    const fill = createFiller(world, filler, end, room);
    if (options.validity !== "malformed")
      return fc
        .tuple(list, fc.boolean())
        .map(([drawn, ended]) => fill(strict ? onlyOnce(drawn, filler) : drawn, !strict && ended));
    const faulty = fitting.map((layout) => optionArbitrary(layout.id, { ...options, most }));
    if (faulty.length === 0)
      throw new CraftError("bad-input", envelope, "has no option that can be malformed");
    return fc
      .tuple(list, fc.oneof(...faulty), fc.nat({ max: 6 }))
      .map(([drawn, wrong, at]) => fill([...drawn.slice(0, at), wrong, ...drawn.slice(at)], false))
      .filter((area) => hasProblem(world, area));
  };
}

/** What a reader of the whole area says: a length that runs too far may meet the next option. */
function hasProblem({ engine }: World, area: readonly ParsedOption[]): boolean {
  return engine.parseOptions(engine.serializeOptions(area)).some(({ problems = [] }) => problems.length > 0);
}

function hasValue(id: string, options: ValueOptions): boolean {
  try {
    valueArbitrary(id, options);
    return true;
  } catch (error) {
    if (error instanceof CraftError) return false;
    throw error;
  }
}

/** No RFC tells what the second of two options means. */
function onlyOnce(drawn: readonly ParsedOption[], filler: Layout | undefined): readonly ParsedOption[] {
  return drawn.filter(
    ({ id }, index) => id === filler?.id || drawn.findIndex((other) => other.id === id) === index,
  );
}

/** Keeps what fits, and fills up to whole units. */
function createFiller(
  { engine }: World,
  filler: Layout | undefined,
  end: Layout | undefined,
  { most, unit, base }: Parameters<AreaSource>[1],
): (drawn: readonly ParsedOption[], ended: boolean) => ParsedOption[] {
  // A nested family is written by the outermost one, whose region the bytes stand in.
  const size = ({ id, value, raw }: ParsedOption): number =>
    value === undefined && raw !== undefined ? raw.length : engine.serialize(id, value ?? {}).length;
  return (drawn, ended) => {
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

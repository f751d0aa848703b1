/** Deliberate faults of one option, by name, each with what a reader has to say of it. */
import type { Slot, VariantPlan } from "../backends/serializer-form.ts";
import { concatBytes } from "../bytes/hex.ts";
import type { Engine, ParsedObject, ParsedOption } from "../engine/api.ts";
import { CraftError, type ProblemCode } from "../errors.ts";
import type { Layout, Range } from "../ir/nodes.ts";
import { type World, type WorldOptions, worldOf } from "./world.ts";

export type Fault =
  | "length-0"
  | "length-1"
  | "length-2"
  | "past-the-header" // says 255 bytes
  | "short-by-one" // a byte less, and says so
  | "long-by-one" // a zero byte more, and says so
  | "length-under-data" // says a byte less than there are
  | "length-over-data" // says a byte more than there are
  | "cut" // half of it; the length is as before
  | "duplicate" // twice the same
  | "reserved-bits" // all set
  | "flags-against-length" // a flag that decides about the size, or about the form, is turned over
  | "unknown-subtype"
  | "wrong-version"
  | "wrong-context" // in a segment with other TCP flags
  | "bad-hmac"
  | "bad-checksum";

/** Of what only the connection's keys and its data tell: the check of `analyzeCapture` that fails. */
export type FailedCheck = "join-syn-ack-hmac" | "join-ack-hmac" | "add-addr-hmac" | "dss-checksum";

export interface MalformedVariant {
  readonly fault: Fault;
  /** The fault, and the field where it may be in one of several: `flags-against-length dataAck8`. Each name comes once. */
  readonly name: string;
  /** A whole option area, not padded: `{ id: "tcp.option", raw: bytes }` puts it into a header. */
  readonly bytes: Uint8Array;
  /** TCP flags of the segment that it has to stand in (FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16); absent where any will do. */
  readonly tcpFlags?: number;
  /**
   * Code of a problem that `parseOptions(bytes, { tcpFlags })` reports. Undefined where the bytes are in order: no RFC forbids a
   * duplicate, and an unknown subtype or version is for the future to define.
   */
  readonly problem: ProblemCode | undefined;
  readonly check?: FailedCheck;
}

interface Subject {
  readonly engine: Engine;
  readonly layout: Layout;
  readonly plan: VariantPlan;
  readonly id: string;
  readonly value: ParsedObject;
  /** As it reads back: with every field. */
  readonly full: ParsedObject;
  readonly bytes: Uint8Array;
  /** Its length field counts bytes from the kind on, as in TCP and IPv4. */
  readonly lengthField: string | undefined;
}

type Made = Omit<MalformedVariant, "fault" | "name"> & { readonly field?: string };
type Maker = (subject: Subject) => readonly Made[];

const inside = (value: number, ranges: readonly Range[]): boolean =>
  ranges.some(([low, high]) => low <= value && value <= high);

/** Whether some legal form may have this length. */
function isLegalLength({ layout }: Subject, length: number): boolean {
  return layout.variants.some(
    ({ lengths, illegal }) => illegal === undefined && (lengths.length === 0 || inside(length, lengths)),
  );
}

/** Too short for the bytes that tell the option from others of its kind: then it is one of those. */
function hidesMagic({ layout, plan }: Subject, length: number): boolean {
  const [inner] = plan.envelopes;
  const key = inner === undefined ? 0 : (inner.keyBitOffset + inner.keyBits) / 8;
  return layout.matches.some(({ magic }) => magic !== "" && length < key + magic.length / 2);
}

function forced({ engine, id, value }: Subject, fix: Readonly<Record<string, unknown>>): Uint8Array {
  return engine.serialize(id, value, { fix });
}

/** Says another length. */
function saying(
  length: (bytes: number) => number,
  problem: ProblemCode,
  data: (bytes: Uint8Array) => Uint8Array,
): Maker {
  return (subject) => {
    const { lengthField, bytes } = subject;
    const stated = length(bytes.length);
    if (lengthField === undefined || bytes.length < 2 || stated === bytes.length || stated < 0) return [];
    if (problem === "illegal-length" && (isLegalLength(subject, stated) || hidesMagic(subject, stated)))
      return [];
    return [{ bytes: data(forced(subject, { [lengthField]: stated })), problem }];
  };
}

const whole = (bytes: Uint8Array): Uint8Array => bytes;

/** What a reader says once a flag that decides about others is turned over: they are missing, or too many bytes are there. */
function sizeProblem(plan: VariantPlan, { name }: Slot, full: ParsedObject): ProblemCode | undefined {
  const now = full[name] !== true;
  const guarded = plan.slots.filter(({ guard }) => guard.some((term) => term.field === name));
  const wider = (plan.widths.get(name) ?? []).filter((user) => full[user.name] !== undefined);
  if (guarded.length === 0 && wider.length === 0) return undefined;
  const lacks = guarded.some(
    ({ guard, field }) =>
      !field.optional && guard.some((term) => term.field === name && term.value === Number(now)),
  );
  return lacks || (wider.length > 0 && now) ? "truncated" : "illegal-length";
}

const turned: Maker = (subject) => {
  const { plan, layout, full, bytes } = subject;
  return plan.slots.flatMap((slot): Made[] => {
    const { name, field, where } = slot;
    if (field.kind !== "flag" || typeof full[name] !== "boolean") return [];
    const make = (problem: ProblemCode): Made[] => [
      { bytes: forced(subject, { [name]: !full[name] }), problem, field: name },
    ];
    const size = sizeProblem(plan, slot, full);
    if (size !== undefined) return make(size);
    const others = layout.variants.filter(
      (variant) =>
        variant !== plan.variant && (variant.lengths.length === 0 || inside(bytes.length, variant.lengths)),
    );
    return where.length > 0 && others.length === 0 ? make("unknown-variant") : [];
  });
};

const reserved: Maker = (subject) =>
  subject.plan.slots.flatMap(({ name, field, guard }): Made[] => {
    if (field.kind !== "uint" || !field.reserved || guard.length > 0 || typeof field.bits !== "number")
      return [];
    const ones = (field.wide ? 2n ** BigInt(field.bits) - 1n : (2 ** field.bits - 1) * field.scale) as
      | number
      | bigint;
    return [{ bytes: forced(subject, { [name]: ones }), problem: "reserved-set", field: name }];
  });

/** An ACK where that is wrong, else a SYN, else the rest of a handshake's and of a connection's end. */
const SEGMENTS = [0x10, 0x02, 0x12, 0x04] as const;

const misplaced: Maker = ({ plan, bytes }) => {
  const { contexts } = plan.variant;
  const wrong = SEGMENTS.filter((flags) => !contexts.some(({ mask, value }) => (flags & mask) === value));
  const [tcpFlags] = wrong;
  return contexts.length === 0 || tcpFlags === undefined
    ? []
    : [{ bytes, tcpFlags, problem: "wrong-context" }];
};

/** What RFC 8684 has authenticated: fields by schema, with the check that tells. */
const AUTHENTICATED: readonly {
  readonly id: string;
  readonly field: string;
  readonly fault: "bad-hmac" | "bad-checksum";
  readonly check: FailedCheck;
}[] = [
  { id: "mptcp.mpJoin", field: "truncatedHmac", fault: "bad-hmac", check: "join-syn-ack-hmac" },
  { id: "mptcp.mpJoin", field: "hmac", fault: "bad-hmac", check: "join-ack-hmac" },
  { id: "mptcp.addAddr", field: "truncatedHmac", fault: "bad-hmac", check: "add-addr-hmac" },
  { id: "mptcp.dss", field: "checksum", fault: "bad-checksum", check: "dss-checksum" },
  { id: "mptcp.mpCapable", field: "checksum", fault: "bad-checksum", check: "dss-checksum" },
];

const unauthentic =
  (fault: "bad-hmac" | "bad-checksum"): Maker =>
  ({ engine, id, full }) =>
    AUTHENTICATED.flatMap((row): Made[] => {
      const value = full[row.field];
      if (row.id !== id || row.fault !== fault || value === undefined) return [];
      const bytes = engine.serialize(id, { ...full, [row.field]: otherThan(value) });
      return [{ bytes, problem: undefined, check: row.check }];
    });

function otherThan(value: unknown): unknown {
  if (typeof value === "number") return value ^ 1;
  if (typeof value === "bigint") return value ^ 1n;
  if (!(value instanceof Uint8Array)) return value;
  return value.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
}

/** Forces an integer to what nothing is registered for. */
const unclaimed =
  (name: (subject: Subject) => string | undefined, value: number): Maker =>
  (subject) => {
    const key = name(subject);
    return key === undefined || !subject.plan.byName.has(key)
      ? []
      : [{ bytes: forced(subject, { [key]: value }), problem: undefined }];
  };

const MAKERS: Readonly<Record<Fault, Maker>> = {
  "length-0": saying(() => 0, "malformed", whole),
  "length-1": saying(() => 1, "malformed", whole),
  "length-2": saying(() => 2, "illegal-length", whole),
  "past-the-header": saying(() => 255, "malformed", whole),
  "short-by-one": saying(
    (bytes) => (bytes > 2 ? bytes - 1 : -1),
    "illegal-length",
    (bytes) => bytes.slice(0, -1),
  ),
  "long-by-one": saying(
    (bytes) => bytes + 1,
    "illegal-length",
    (bytes) => concatBytes([bytes, Uint8Array.of(0)]),
  ),
  "length-under-data": saying((bytes) => (bytes > 2 ? bytes - 1 : -1), "illegal-length", whole),
  "length-over-data": saying((bytes) => bytes + 1, "malformed", whole),
  cut: ({ bytes, lengthField }) =>
    bytes.length < 4 || lengthField === undefined
      ? []
      : [{ bytes: bytes.slice(0, bytes.length >> 1), problem: "malformed" }],
  duplicate: ({ bytes }) =>
    bytes.length > 20 ? [] : [{ bytes: concatBytes([bytes, bytes]), problem: undefined }],
  "reserved-bits": reserved,
  "flags-against-length": turned,
  // No RFC assigns subtype 10.
  "unknown-subtype": unclaimed(
    ({ plan }) => plan.envelopes.find((one) => one.parent !== undefined)?.keyField,
    10,
  ),
  "wrong-version": unclaimed(({ id }) => (id === "mptcp.mpCapable" ? "version" : undefined), 15),
  "wrong-context": misplaced,
  "bad-hmac": unauthentic("bad-hmac"),
  "bad-checksum": unauthentic("bad-checksum"),
};

/** All faults, in the order in which {@link malformedVariants} lists them. */
export const FAULTS: readonly Fault[] = Object.keys(MAKERS) as Fault[]; // The record is typed over all of them.

function subjectOf(option: ParsedOption, world: World): Subject {
  const { id, value = {} } = option;
  const { engine } = world;
  const layout = world.layout(id);
  if (layout.role !== "option") throw new CraftError("bad-input", id, "is no option");
  const bytes = engine.serialize(id, value);
  const read = engine.parse(id, bytes);
  const full: ParsedObject = read.ok ? read.value : read.partial;
  const plans = world.plans(layout);
  const [first] = plans;
  const plan = plans.find(({ variant }) => variant.name === (full["variant"] ?? "")) ?? first;
  if (plan === undefined) throw new CraftError("no-variant", id, "has no form");
  const outer = plan.envelopes.at(-1);
  const counts = !layout.single && outer?.lengthUnit === 1 && outer.lengthBias === 0;
  return {
    engine,
    layout,
    plan,
    id,
    value,
    full,
    bytes,
    lengthField: counts ? outer.lengthField : undefined,
  };
}

/**
 * Deliberate faults of a legal option, one after the other; those that its form cannot have are left out, and so are lengths
 * that happen to be legal too.
 *
 * @param option - as `serializeOptions` takes it: `{ id: "mptcp.dss", value: { dataAck: 1n } }`.
 * @throws CraftError where the option itself cannot be written.
 * @example
 * for (const { name, bytes, problem } of malformedVariants({ id: "tcp.mss", value: { mss: 1460 } }))
 *   test(name, () => expect(myParser(bytes).error).toBe(problem));
 */
export function malformedVariants(
  option: ParsedOption,
  options: WorldOptions = {},
): readonly MalformedVariant[] {
  const subject = subjectOf(option, worldOf(options));
  return FAULTS.flatMap((fault) =>
    MAKERS[fault](subject)
      .filter(({ bytes }) => bytes.length <= 40)
      .map(
        ({ field, ...made }): MalformedVariant => ({
          fault,
          name: field === undefined ? fault : `${fault} ${field}`,
          ...made,
        }),
      ),
  );
}

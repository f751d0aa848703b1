/** Random filters over a field table: well-typed ones, ill-typed ones, and frames to run them on. */
import fc from "fast-check";
import type { FieldTable } from "../../src/filter/field-table.ts";
import { functions } from "../../src/filter/functions.ts";
import { operators } from "../../src/filter/operators.ts";
import { can, types } from "../../src/filter/types.ts";
import type { FieldInfo, FieldSource, Occurrence, RawValue } from "../../src/ir/fields.ts";

/** A copy of a tree without places, for comparing trees of different texts. */
export function withoutSpans(node: unknown): unknown {
  if (node instanceof Uint8Array) return Array.from(node);
  if (Array.isArray(node)) return node.map(withoutSpans);
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => key !== "span" && key !== "extents")
      .map(([key, value]) => [key, withoutSpans(value)]),
  );
}

const hexPair = fc.integer({ min: 0, max: 255 }).map((byte) => byte.toString(16).padStart(2, "0"));
const bytesText = fc.array(hexPair, { minLength: 1, maxLength: 8 }).map((pairs) => pairs.join(":"));
const etherText = fc.array(hexPair, { minLength: 6, maxLength: 6 }).map((pairs) => pairs.join(":"));
const quoted = fc
  .string({ maxLength: 6, unit: fc.constantFrom("a", "b", "Z", "0", ".", "\\x00", "\\\\", "\\u00e9", " ") })
  .map((text) => `"${text}"`);
const ipv4Text = fc.tuple(fc.ipV4(), fc.option(fc.integer({ min: 0, max: 32 }))).map(slash);
const ipv6Text = fc.tuple(fc.ipV6(), fc.option(fc.integer({ min: 0, max: 128 }))).map(slash);
const timeText = fc
  .tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 999_999_999 }))
  .map(([seconds, nanoseconds]) => `${seconds}.${String(nanoseconds).padStart(9, "0")}`);
const dateText = fc
  .date({ min: new Date("1970-01-01T00:00:00Z"), max: new Date("2100-01-01T00:00:00Z"), noInvalidDate: true })
  .map((date) => `"${date.toISOString()}"`);

function slash([address, prefix]: readonly [string, number | null]): string {
  return prefix === null ? address : `${address}/${prefix}`;
}

/** A constant that the field may be compared with. */
export function constantFor(info: FieldInfo): fc.Arbitrary<string> {
  const row = types[info.type];
  switch (row.family) {
    case "integer": {
      const maximum = (1n << BigInt(row.signed ? row.bits - 1 : row.bits)) - 1n;
      const small = maximum < 40n ? maximum : 40n;
      const decimal = fc.oneof(fc.bigInt(0n, maximum), fc.bigInt(0n, small)).map(String);
      return fc.oneof(
        decimal,
        fc.bigInt(0n, maximum).map((value) => `0x${value.toString(16)}`),
      );
    }
    case "boolean":
      return fc.constantFrom("0", "1", "True", "FALSE", "7");
    case "float":
      return fc.constantFrom("0", "1.5", "1e3", "2");
    case "string":
      return quoted;
    case "bytes":
    case "protocol":
      return fc.oneof(bytesText, quoted);
    case "ether":
      return etherText;
    case "eui64":
      return fc.constant("00:11:22:33:44:55:66:77");
    case "ipv4":
      return ipv4Text;
    case "ipv6":
      return ipv6Text;
    case "absolute-time":
      return dateText;
    case "relative-time":
      return timeText;
    case "label":
      return fc.constant("1");
    default:
      return row.family satisfies never;
  }
}

const comparisonWords = operators.filter((row) => row.group === "comparison").flatMap((row) => row.spellings);
const rangeText = fc.oneof(
  fc.integer({ min: -4, max: 20 }).map(String),
  fc
    .tuple(fc.integer({ min: -4, max: 20 }), fc.integer({ min: 1, max: 6 }))
    .map(([from, count]) => `${from}:${count}`),
  fc
    .tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 6 }))
    .map(([from, more]) => `${from}-${from + more}`),
  fc.constantFrom(":", ":2", "1:", "-3:"),
);
const layerText = fc.oneof(
  { weight: 6, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: fc.constantFrom("#1", "#2", "#[-1]", "#[1:2]") },
);
const patternText = fc.constantFrom(
  "a",
  "^.",
  "[0-9]+$",
  "(ab|c)*d",
  "\\\\x00",
  "a{2,3}",
  "(?-i)Z",
  "\\\\w\\\\b",
);

/** Relations, tests and logic that compile, over the fields given. */
export function wellTyped(fields: readonly FieldInfo[]): fc.Arbitrary<string> {
  const field = fc.constantFrom(...fields);
  const named = fc.tuple(field, layerText).map(([info, layer]) => ({ info, text: `${info.name}${layer}` }));
  const numbers = fields.filter((info) => can(info.type, "modulo"));
  const relation = named.chain(({ info, text }): fc.Arbitrary<string> => {
    const bare = fc.constant(text);
    if (!can(info.type, "compare")) return bare;
    const constant = constantFor(info);
    const operator = fc.constantFrom(...comparisonWords);
    const quantifier = fc.constantFrom("", "", "", "any ", "all ");
    const peer = fc.oneof(
      constant,
      fc.constantFrom(...fields.filter((other) => other.type === info.type)).map((other) => other.name),
    );
    const forms: fc.Arbitrary<string>[] = [
      bare,
      fc.tuple(quantifier, operator, peer).map(([word, op, right]) => `${word}${text} ${op} ${right}`),
      fc
        .tuple(
          fc.array(
            fc.oneof(
              constant,
              fc.tuple(constant, constant).map((pair) => pair.join(" .. ")),
            ),
            { minLength: 1, maxLength: 3 },
          ),
          fc.constantFrom("in", "not in"),
        )
        .map(([items, op]) => `${text} ${op} {${items.join(", ")}}`),
      fc.tuple(operator, constant).map(([op, right]) => `max(${info.name}) ${op} ${right}`),
      fc
        .tuple(fc.constantFrom("len", "count"), operator, fc.integer({ min: 0, max: 20 }))
        .map(([name, op, right]) => `${name}(${text}) ${op} ${right}`),
    ];
    if (can(info.type, "slice"))
      forms.push(
        fc
          .tuple(rangeText, operator, bytesText)
          .map(([range, op, right]) => `${text}[${range}] ${op} ${right}`),
        rangeText.map((range) => `${text}[${range}]`),
      );
    if (can(info.type, "contains") && info.type !== "FT_ETHER")
      forms.push(
        fc
          .oneof(quoted, bytesText)
          .map(
            (right) =>
              `${text} contains ${info.type === "FT_STRING" ? `"${right.replaceAll('"', "")}"` : right}`,
          ),
      );
    if (can(info.type, "matches")) forms.push(patternText.map((pattern) => `${text} matches "${pattern}"`));
    if (can(info.type, "modulo"))
      forms.push(
        fc
          .tuple(
            fc.constantFrom("+", "-", "*", "/", "%", "&"),
            fc.integer({ min: 0, max: 100 }),
            operator,
            fc.integer({ min: 0, max: 100 }),
          )
          .map(([op, a, compare, b]) => `${text} ${op} ${a} ${compare} ${b}`),
        fc
          .tuple(fc.constantFrom(...numbers), fc.constantFrom("+", "-"))
          .map(([other, op]) => `${text} ${op} ${other.name} > 0`),
        fc.constant(`-${text} < 0`),
        fc.integer({ min: 1, max: 127 }).map((mask) => `${text} & ${mask}`),
      );
    return fc.oneof(...forms);
  });
  const { test } = fc.letrec<{ test: string }>((tie) => ({
    test: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 4, arbitrary: relation },
      {
        weight: 1,
        arbitrary: fc
          .tuple(tie("test"), fc.constantFrom("and", "or", "&&", "||", "xor"), tie("test"))
          .map((parts) => parts.join(" ")),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom("not ", "!"), tie("test"))
          .map(([word, inner]) => `${word}(${inner})`),
      },
    ),
  }));
  return test;
}

/** Tokens in any order, most of them in places where they may not stand. */
export function tokenSoup(fields: readonly FieldInfo[]): fc.Arbitrary<string> {
  const token = fc.oneof(
    fc.constantFrom(...fields.map((info) => info.name)),
    fc.constantFrom(...fields.map((info) => info.name)).map((name) => `${name}[0:2]`),
    fc.constantFrom(...operators.flatMap((row) => row.spellings)),
    fc.constantFrom(...functions.map((row) => `${row.name}(`)),
    fc.constantFrom(
      "(",
      ")",
      "{",
      "}",
      ",",
      "..",
      "#1",
      "#[-1]",
      "[0]",
      "[1-3,5]",
      "${",
      `\${ip.src}`,
      "$",
      ".",
      ".tcp",
      "@",
      ":",
    ),
    fc.constantFrom(
      "0",
      "1",
      "080",
      "0x1f",
      "1.5",
      "10.0.0.1/8",
      "::1",
      "ff:ee",
      "-",
      "\u00e9",
      "nope",
      "'a'",
      "'\\q'",
      '"',
    ),
    quoted,
  );
  return fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join(" "));
}

/** A legal filter in which something was cut out or put in. */
export function damaged(fields: readonly FieldInfo[]): fc.Arbitrary<string> {
  return fc
    .tuple(wellTyped(fields), fc.nat(), fc.nat(8), fc.string({ maxLength: 3 }))
    .map(([text, place, count, insert]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + insert + text.slice(at + count);
    });
}

/** A value of the field's type, in the form that sources deliver. */
export function valueFor(info: FieldInfo): fc.Arbitrary<RawValue> {
  const row = types[info.type];
  const bytes = (minLength: number, maxLength: number): fc.Arbitrary<RawValue> =>
    fc.uint8Array({ minLength, maxLength });
  switch (row.family) {
    case "label":
      return fc.constant(true);
    case "boolean":
      return fc.boolean();
    case "integer": {
      const maximum = (1n << BigInt(row.signed ? row.bits - 1 : row.bits)) - 1n;
      const value = fc.oneof(
        fc.bigInt(row.signed ? -maximum - 1n : 0n, maximum),
        fc.bigInt(0n, maximum < 40n ? maximum : 40n),
      );
      return row.bits > 32 ? value : value.map(Number);
    }
    case "float":
      return fc.double();
    case "string":
      return fc.string({ unit: "grapheme", maxLength: 8 });
    case "absolute-time":
    case "relative-time":
      return fc.bigInt(-(10n ** 18n), 10n ** 18n);
    case "bytes":
    case "protocol":
      return bytes(0, 24);
    default:
      return bytes(row.size, row.size);
  }
}

/** Random occurrences of the fields given; other names do not occur. */
export function frames(fields: readonly FieldInfo[]): fc.Arbitrary<FieldSource> {
  const occurrences = fields.map((info): fc.Arbitrary<readonly [string, readonly Occurrence[]]> => {
    const bytes = fc.uint8Array({ maxLength: 12 });
    const occurrence = fc.record({
      value: valueFor(info),
      layer: fc.integer({ min: 1, max: 3 }),
      bytes,
      buffer: bytes,
    });
    return fc.array(occurrence, { maxLength: 3 }).map((list) => [info.name, list] as const);
  });
  return fc.tuple(...occurrences).map((entries) => {
    const byName = new Map(entries);
    return (name) => byName.get(name) ?? [];
  });
}

/** One field of each type, and some more that share types, layers and value strings. */
export function sampleFields(table: FieldTable): readonly FieldInfo[] {
  const names =
    `frame tcp ip mptcp tcp.srcport tcp.port tcp.option_kind tcp.flags tcp.flags.syn arp.isgratuitous ip.src ip.addr
ipv6.src eth.src eth.addr tcp.payload tcp.options tcp.flags.str frame.protocols frame.time frame.time_delta frame.number
tcp.analysis.acks_frame tcp.options.mptcp.sendkey tcp.options.mptcp.subtype tcp.window_size_scalefactor frame.file_off
tcp.analysis.duplicate_ack ip.ttl tcp.len`.split(/\s+/);
  return names.flatMap((name) => table.get(name) ?? []);
}

/** Layouts made by hand, for tests of back ends that must not hang on the schema files. */
import type {
  AddressField,
  BytesField,
  FieldIR,
  FlagField,
  GroupField,
  Guard,
  Layout,
  OptionsField,
  RepeatField,
  Size,
  UintField,
  Variant,
  View,
} from "../../src/ir/nodes.ts";

const common = (
  name: string,
): {
  name: string;
  label: string;
  when: Guard;
  optional: boolean;
  views: readonly View[];
  under: readonly View[];
} => ({ name, label: name, when: [], optional: false, views: [], under: [] });

export function uint(name: string, bits: UintField["bits"], more: Partial<UintField> = {}): UintField {
  const wide = typeof bits !== "number" || bits > 32;
  return {
    ...common(name),
    kind: "uint",
    bits,
    endian: "big",
    signed: false,
    wide,
    scale: 1,
    bias: 0,
    reserved: false,
    ...more,
  };
}

export function flag(name: string, more: Partial<FlagField> = {}): FlagField {
  return { ...common(name), kind: "flag", ...more };
}

export function bytes(name: string, size: Size, more: Partial<BytesField> = {}): BytesField {
  return { ...common(name), kind: "bytes", size, format: "bytes", ...more };
}

export function address(
  name: string,
  family: AddressField["family"],
  more: Partial<AddressField> = {},
): AddressField {
  return { ...common(name), kind: "address", family, ...more };
}

export function repeat(name: string, item: readonly FieldIR[], more: Partial<RepeatField> = {}): RepeatField {
  return {
    ...common(name),
    kind: "repeat",
    item,
    scalar: false,
    min: 0,
    max: 255,
    size: { kind: "rest" },
    ...more,
  };
}

export function group(name: string, fields: readonly FieldIR[], more: Partial<GroupField> = {}): GroupField {
  return { ...common(name), kind: "group", fields, ...more };
}

export function options(name: string, more: Partial<OptionsField> = {}): OptionsField {
  return { ...common(name), kind: "options", envelope: "tcp.option", size: { kind: "rest" }, ...more };
}

export const fixed = (count: number): Size => ({ kind: "fixed", bytes: count });
export const rest: Size = { kind: "rest" };
export const when = (field: string, value = 1): Guard => [{ field, value }];

export function variant(name: string, fields: readonly FieldIR[], more: Partial<Variant> = {}): Variant {
  return { name, lengths: [], where: [], versions: [], contexts: [], fields, ...more };
}

export function layout(id: string, variants: readonly Variant[], more: Partial<Layout> = {}): Layout {
  return {
    kind: "layout",
    id,
    role: "option",
    title: id,
    spec: "",
    description: "",
    matches: [],
    variants,
    single: false,
    ...more,
  };
}

const kind = uint("kind", 8);
const length = uint("length", 8, { compute: { kind: "size" } });
const subtype = uint("subtype", 4, { strings: "mptcp.subtype" });

/** RFC 8684 section 3.3: presence and widths hang on four flags, the checksum on what is left. */
export const dss: Layout = layout(
  "mptcp.dss",
  [
    variant("", [
      kind,
      length,
      subtype,
      group("flags", [
        uint("reserved", 7, { reserved: true }),
        flag("dataFin"),
        flag("dsn8"),
        flag("dsnPresent"),
        flag("ack8"),
        flag("ackPresent"),
      ]),
      uint("dataAck", { flag: "ack8", set: 64, clear: 32 }, { when: when("ackPresent") }),
      uint("dataSequenceNumber", { flag: "dsn8", set: 64, clear: 32 }, { when: when("dsnPresent") }),
      uint("subflowSequenceNumber", 32, { when: when("dsnPresent") }),
      uint("dataLevelLength", 16, { when: when("dsnPresent") }),
      uint("checksum", 16, { when: when("dsnPresent"), optional: true }),
    ]),
  ],
  { title: "Data Sequence Signal", spec: "RFC 8684 section 3.3" },
);

/** RFC 8684 section 3.4.1: forms told apart by length. */
export const addAddr: Layout = layout(
  "mptcp.addAddr",
  [
    variant(
      "ipv4",
      [
        kind,
        length,
        subtype,
        uint("reserved", 3, { reserved: true }),
        flag("echo"),
        uint("addressId", 8),
        address("address", "ipv4"),
        uint("port", 16, { optional: true }),
        bytes("hmac", fixed(8), { when: when("echo", 0) }),
      ],
      {
        lengths: [
          [8, 8],
          [10, 10],
          [16, 16],
          [18, 18],
        ],
      },
    ),
    variant(
      "ipv6",
      [
        kind,
        length,
        subtype,
        uint("reserved", 3, { reserved: true }),
        flag("echo"),
        uint("addressId", 8),
        address("address", "ipv6"),
        uint("port", 16, { optional: true }),
        bytes("hmac", fixed(8), { when: when("echo", 0) }),
      ],
      {
        lengths: [
          [20, 20],
          [22, 22],
          [28, 28],
          [30, 30],
        ],
      },
    ),
  ],
  { title: "Add Address", spec: "RFC 8684 section 3.4.1" },
);

/** RFC 2018: pairs of sequence numbers. */
export const sack: Layout = layout(
  "tcp.sack",
  [variant("", [kind, length, repeat("blocks", [uint("left", 32), uint("right", 32)], { min: 1, max: 4 })])],
  { title: "Selective Acknowledgment", spec: "RFC 2018 section 3" },
);

/** RFC 791: a header that states its own length, in units of four bytes. */
export const ipv4: Layout = layout(
  "ipv4",
  [
    variant("", [
      uint("version", 4),
      uint("headerLength", 4, { scale: 4 }),
      group("dsField", [uint("dscp", 6), uint("ecn", 2)]),
      uint("totalLength", 16),
      uint("identification", 16),
      flag("reservedBit"),
      flag("dontFragment"),
      flag("moreFragments"),
      uint("fragmentOffset", 13),
      uint("timeToLive", 8),
      uint("protocol", 8),
      uint("checksum", 16),
      address("source", "ipv4"),
      address("destination", "ipv4"),
      options("options"),
    ]),
  ],
  {
    role: "header",
    title: "Internet Protocol Version 4",
    spec: "RFC 791 section 3.1",
    headerLength: { kind: "linear", field: "headerLength", scale: 1, bias: 0 },
  },
);

import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeBits } from "../../src/bytes/bits.ts";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { CraftError } from "../../src/errors.ts";
import type { Layout } from "../../src/ir/nodes.ts";
import { layouts, readValue, serializerOf } from "./serializer-support.ts";

const hex = (id: string, value: Record<string, unknown>, how = {}): string =>
  toHex(serializerOf(id).serialize(value, how));
const refusal = (id: string, value: Record<string, unknown>, how = {}): unknown => {
  try {
    return hex(id, value, how);
  } catch (error) {
    if (!(error instanceof CraftError)) throw error;
    return `${error.code} ${error.path}`;
  }
};

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly variant?: string;
}

const vectors = ["mptcp", "tcp"].flatMap((folder) => {
  const url = new URL(`../vectors/${folder}/`, import.meta.url);
  return readdirSync(url).flatMap((file) => {
    const id = `${folder}.${file.replace(".json", "").replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}`;
    // Vector files are lists of such objects; those of other kinds have no schema of their name.
    const list = JSON.parse(readFileSync(new URL(file, url), "utf8")) as readonly Vector[];
    return layouts.get(id)?.role === "option" ? list.map((vector) => ({ id, file, ...vector })) : [];
  });
});

describe("vectors", () => {
  test.each(vectors)("$file: $name comes back", ({ id, hex: text }) => {
    const bytes = fromHex(text);
    if (bytes === undefined) return;
    const value = readValue(id, bytes);
    if (value === undefined) return;
    expect(hex(id, value)).toBe(text);
    expect(hex(id, value, { fix: "keep" })).toBe(text);
  });
});

const options = [...layouts.values()].filter((layout) => layout.role === "option");

/** Puts the keys of an option and of its envelopes, and its length, into noise; false where no length tells so many bytes. */
function stamp(layout: Layout, bytes: Uint8Array): boolean {
  for (let inner = layout; inner.within !== undefined; ) {
    const outer = layouts.get(inner.within);
    if (outer?.envelope === undefined) return true;
    const { table, keyBitOffset, keyBits, lengthField, lengthUnit, lengthBias, parent } = outer.envelope;
    const match = inner.matches.find((one) => one.table === table);
    if (match === undefined || keyBitOffset + keyBits > bytes.length * 8) return true;
    writeBits(bytes, keyBitOffset, keyBits, BigInt(match.key[0]));
    const magic = fromHex(match.magic) ?? new Uint8Array(0);
    const place = (keyBitOffset + keyBits) / 8;
    if (magic.length > 0 && place + magic.length <= bytes.length) bytes.set(magic, place);
    // A family that stands alone has one byte of kind and one of length, or two of length before the kind (RFC 4884).
    if (parent === undefined && lengthField !== "" && bytes.length > 1) {
      bytes[1] = (bytes.length - lengthBias) / lengthUnit;
      if (outer.envelope?.keyBitOffset === 16) bytes[0] = 0;
    }
    if (lengthUnit > 1 && bytes.length % lengthUnit !== 0) return false;
    inner = outer;
  }
  return true;
}

describe("options", () => {
  test.each(options.map((layout) => [layout.id, layout] as const))(
    "%s: what is read is written",
    (id, layout) => {
      const lengths = layout.variants.flatMap((variant) => variant.lengths);
      let read = 0;
      fc.assert(
        fc.property(
          fc.uint8Array({ minLength: 40, maxLength: 40 }),
          fc.nat(),
          fc.nat(),
          (noise, which, more) => {
            const [low, high] = lengths[which % (lengths.length || 1)] ?? [2, 40];
            const bytes = noise.slice(0, low + (more % (Math.min(40, high) - low + 1)));
            if (!stamp(layout, bytes)) return;
            const value = readValue(id, bytes);
            if (value === undefined) return;
            read++;
            expect(toHex(serializerOf(id).serialize(value))).toBe(toHex(bytes));
          },
        ),
        { numRuns: 400 },
      );
      expect(read).toBeGreaterThan(0);
    },
  );
});

/** RFC 8684 section 3.3, figure 9: A = 01, a = 02, M = 04, m = 08, F = 10. */
describe("DSS: flags follow from what is there", () => {
  const map = { subflowSequenceNumber: 1, dataLevelLength: 100 };
  test.each<[string, Record<string, unknown>, string]>([
    ["nothing", {}, "1e042000"],
    ["a small Data ACK takes 4 bytes", { dataAck: 5n }, "1e08200100000005"],
    ["a large one 8", { dataAck: 0x1_0000_0000n }, "1e0c20030000000100000000"],
    ["a given flag decides", { dataAck: 5n, dataAck8: true }, "1e0c20030000000000000005"],
    ["`a` without `A` is kept", { dataAck8: true }, "1e042002"],
    ["mapping", { dataSequenceNumber: 7n, ...map }, "1e0e2004000000070000000100" + "64"],
    [
      "mapping with checksum",
      { dataSequenceNumber: 7n, ...map, checksum: 0xabcd },
      "1e1020040000000700000001" + "0064abcd",
    ],
    ["DATA_FIN", { dataFin: true, dataAck: 1n }, "1e08201100000001"],
    ["reserved bits are kept", { reserved: 15, reservedFlags: 7 }, "1e042fe0"],
  ])("%s", (_title, value, bytes) => {
    expect(hex("mptcp.dss", value)).toBe(bytes);
  });
  test.each<[string, Record<string, unknown>, string]>([
    ["flag set, field absent", { dataAckPresent: true }, "guard-conflict mptcp.dss.dataAck"],
    ["flag clear, field given", { dataAckPresent: false, dataAck: 1n }, "guard-conflict mptcp.dss.dataAck"],
    ["half a mapping", { dataSequenceNumber: 7n }, "missing-field mptcp.dss.subflowSequenceNumber"],
    ["flag says 4 bytes", { dataAck: 1n << 32n, dataAck8: false }, "out-of-range mptcp.dss.dataAck"],
    ["more than 64 bits", { dataAck: 1n << 64n }, "out-of-range mptcp.dss.dataAck"],
    ["negative", { dataAck: -1n }, "out-of-range mptcp.dss.dataAck"],
    ["text", { dataAck: "5" }, "bad-type mptcp.dss.dataAck"],
    ["unknown field", { dataAk: 5n }, "unknown-field mptcp.dss.dataAk"],
    [
      "17 bits",
      { dataSequenceNumber: 7n, subflowSequenceNumber: 1, dataLevelLength: 65536 },
      "out-of-range mptcp.dss.dataLevelLength",
    ],
    [
      "fraction",
      { dataSequenceNumber: 7n, subflowSequenceNumber: 1.5, dataLevelLength: 6 },
      "out-of-range mptcp.dss.subflowSequenceNumber",
    ],
    ["another kind", { kind: 31 }, "out-of-range mptcp.dss.kind"],
    ["inherited name", { constructor: 1 }, "unknown-field mptcp.dss.constructor"],
  ])("refused: %s", (title, value, expected) => {
    expect(refusal("mptcp.dss", value)).toBe(
      title === "fraction" ? expected.replace("out-of-range", "bad-type") : expected,
    );
  });
});

describe("forms", () => {
  const address = { addressId: 1, address: "10.0.2.2" };
  test("the fields given tell the form", () => {
    // RFC 8684 section 3.4.1: an echo has no HMAC.
    expect(hex("mptcp.addAddr", { ...address, echo: true })).toBe("1e0831010a000202");
    expect(hex("mptcp.addAddr", { ...address, truncatedHmac: 0x428c337b567ed12en })).toBe(
      "1e1030010a000202428c337b567ed12e",
    );
    expect(hex("mptcp.addAddr", { ...address, ipVersion: 4 })).toBe("1e0834010a000202");
    expect(hex("mptcp.addAddr", { ...address, port: 9100, echo: true })).toBe("1e0a31010a000202238c");
    expect(hex("mptcp.mpCapable", { senderKey: 1n })).toBe("1e0c01010000000000000001");
    expect(hex("mptcp.mpCapable", { senderKey: 1n, version: 0 })).toBe("1e0c00010000000000000001");
    expect(hex("mptcp.mpCapable", {})).toBe("1e040101");
  });
  test("a form that no RFC allows must be named", () => {
    const value = { ...address, echo: false };
    expect(refusal("mptcp.addAddr", value)).toBe("no-variant mptcp.addAddr");
    expect(hex("mptcp.addAddr", { ...value, variant: "ipv4WithoutHmac" })).toBe("1e0830010a000202");
  });
  test("several forms fit", () => {
    expect(refusal("mptcp.addAddr", address)).toBe("no-variant mptcp.addAddr");
    expect(hex("mptcp.addAddr", { ...address, variant: "ipv4V0" })).toBe("1e0834010a000202");
  });
  test("refusals", () => {
    expect(refusal("mptcp.addAddr", { variant: "ipx" })).toBe("no-variant mptcp.addAddr.variant");
    expect(refusal("mptcp.addAddr", { ...address, variant: "ipv4V0", ipVersion: 6 })).toBe(
      "out-of-range mptcp.addAddr.ipVersion",
    );
    expect(refusal("mptcp.addAddr", { variant: "ipv4V0", address: "10.0.0.256", addressId: 1 })).toBe(
      "bad-type mptcp.addAddr.address",
    );
    expect(refusal("mptcp.addAddr", { nothing: 1 })).toBe("unknown-field mptcp.addAddr.nothing");
    expect(refusal("tcp.mss", {})).toBe("missing-field tcp.mss.mss");
  });
});

describe("lengths", () => {
  test("are derived whatever is given", () => {
    expect(hex("tcp.mss", { mss: 1460 })).toBe("020405b4");
    expect(hex("tcp.mss", { mss: 1460, length: 9 })).toBe("020405b4");
  });
  test("are written as given on demand", () => {
    expect(hex("tcp.mss", { mss: 1460, length: 9 }, { fix: "keep" })).toBe("020905b4");
    expect(hex("tcp.mss", { mss: 1460 }, { fix: { length: 5 } })).toBe("020505b4");
    expect(refusal("tcp.mss", { mss: 1460 }, { fix: { length: 256 } })).toBe("out-of-range tcp.mss.length");
    expect(refusal("tcp.mss", { mss: 1460 }, { fix: { len: 5 } })).toBe("unknown-field tcp.mss.len");
  });
  test("must be a form's length", () => {
    expect(refusal("tcp.fastOpen", { cookie: new Uint8Array(3) })).toBe("no-variant tcp.fastOpen");
    expect(refusal("tcp.fastOpen", { variant: "cookie", cookie: new Uint8Array(3) })).toBe(
      "bad-size tcp.fastOpen",
    );
    expect(hex("tcp.fastOpen", { variant: "oddCookie", cookie: new Uint8Array(3) })).toBe("2205000000");
  });
});

describe("single bytes", () => {
  test("have no length", () => {
    expect(hex("tcp.nop", {})).toBe("01");
    expect(hex("tcp.eol", {})).toBe("00");
    expect(hex("tcp.option", { kind: 1 })).toBe("01");
  });
});

describe("areas", () => {
  const tcp = { sourcePort: 1, destinationPort: 2 };
  test("headers are filled up with zeros to a multiple of 4 bytes", () => {
    // RFC 9293 section 3.1: data offset 6 words, padding of zeros.
    const bytes = hex("tcp", {
      ...tcp,
      syn: true,
      options: [{ id: "tcp.windowScale", value: { shift: 7 } }],
    });
    expect(bytes.slice(24, 28)).toBe("6002");
    expect(bytes.slice(40)).toBe("03030700");
  });
  test("entries without a value are written as they are", () => {
    const options = [{ id: "tcp.nop" }, { id: "padding", raw: new Uint8Array([9, 9, 9]) }];
    expect(hex("tcp", { ...tcp, options }).slice(40)).toBe("01090909");
  });
  test("errors name the entry", () => {
    const options = [{ id: "tcp.nop" }, { id: "tcp.mss", value: { mss: 70000 } }];
    expect(refusal("tcp", { ...tcp, options })).toBe("out-of-range tcp.options[1](tcp.mss).mss");
    expect(refusal("tcp", { ...tcp, options: [{ id: "tcp.zzz", value: {} }] })).toBe(
      "unknown-id tcp.options[0]",
    );
    expect(refusal("tcp", { ...tcp, options: [{ id: "ipv4", value: {} }] })).toBe("bad-input tcp.options[0]");
    expect(refusal("tcp", { ...tcp, options: [7] })).toBe("bad-type tcp.options[0]");
  });
  test("more than fits is refused", () => {
    const options = Array.from({ length: 41 }, () => ({ id: "tcp.nop" }));
    expect(refusal("tcp", { ...tcp, options })).toBe("too-long tcp.headerLength");
  });
});

describe("headers", () => {
  const payload = new Uint8Array([1, 2, 3]);
  test("IPv4: version, lengths, next protocol and header checksum", () => {
    const zeros = { dscp: 0, ecn: 0, identification: 0, fragmentOffset: 0 };
    const value = { ...zeros, source: "192.0.2.1", destination: "192.0.2.2" };
    // 4500 0017 0000 0000 4006 + checksum: by hand, the sum is 4500+0017+4006+c000+0201+c000+0202 = 2_0920 → 0922 → f6dd.
    const bytes = hex("ipv4", value, { context: { payload, nextKey: 6 } });
    expect(bytes).toBe("4500001700000000" + "4006f6dd" + "c0000201c0000202");
  });
  test("a UDP checksum of zero is sent as all ones (RFC 768)", () => {
    const pseudoHeader = (): Uint8Array => new Uint8Array(0);
    const value = { sourcePort: 0xffff - 16, destinationPort: 0 };
    const bytes = hex("udp", value, { context: { payload: new Uint8Array(0), pseudoHeader } });
    expect(bytes).toBe("ffef00000008" + "0008");
  });
  test("without a payload, what hangs on it is written as given", () => {
    expect(hex("udp", { sourcePort: 1, destinationPort: 2, length: 99, checksum: 0x1234 })).toBe(
      "0001000200631234",
    );
  });
});

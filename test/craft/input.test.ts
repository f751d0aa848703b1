/** Options and packets from texts, and their output in other languages. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { toHex } from "../../src/bytes/hex.ts";
import { createCraftInput } from "../../src/craft/input.ts";
import { parseShortForms } from "../../src/craft/option-text.ts";
import { dumpOption } from "../../src/craft/output/dump.ts";
import { FORMATS, render, renderOptions } from "../../src/craft/output/formats.ts";
import { readDocument } from "../../src/craft/read-text.ts";
import { CraftError } from "../../src/index.ts";

const input = createCraftInput();
const hexOf = async (given: unknown): Promise<string> =>
  (await input.options(given)).map(({ bytes }) => toHex(bytes)).join("");

describe("options", () => {
  // Bytes by the figures of RFC 8684, written out by hand.
  const cases: readonly (readonly [unknown, string])[] = [
    [
      "mptcp.dss{dataAck=0x1122334455667788,dsn=5,ssn=1,length=100}",
      "1e16 2007 1122334455667788 00000005 00000001 0064",
    ],
    ["tcp.nop tcp.nop,tcp.timestamps{value=1,echoReply=0xffffffff}", "01 01 080a 00000001 ffffffff"],
    ["mptcp.mpTcprst{transient,reason=3}", "1e04 81 03"],
    ["mptcp.removeAddr{addressIds=[1, 2,3]}", "1e06 40 010203"],
    ["mptcp.addAddr{address=10.0.0.1,addressId=7,echo=true}", "1e08 31 07 0a000001"],
    [
      { id: "mptcp.mpFail", value: { dataSequenceNumber: "18446744073709551615" } },
      "1e0c 6000 ffffffffffffffff",
    ],
    [{ id: "mptcp.mpPrio", value: { backup: true }, fix: { length: 5 } }, "1e05 51"],
    ["mptcp.mpPrio{backup,fix={length=0}}", "1e00 51"],
    ["tcp.option{raw=fd04aabb}", "fd04 aabb"],
    [["tcp.mss{mss=1460}", { id: "tcp.windowScale", value: { shift: 7 } }], "0204 05b4 0303 07"],
  ];
  test.each(cases)("%j", async (given, hex) => {
    expect(await hexOf(given)).toBe(hex.replaceAll(" ", ""));
  });

  test("YAML keeps 64-bit numbers", async () => {
    const given = await readDocument(
      "id: mptcp.mpFail\nvalue: { dataSequenceNumber: 0xfedcba9876543211 }\n",
      "text",
    );
    expect(await hexOf(given)).toBe("1e0c6000fedcba9876543211");
  });

  const wrong: readonly (readonly [unknown, string, string])[] = [
    ["mptcp.dss{", "bad-input", "options"],
    ["mptcp.nothing", "unknown-id", "options.id"],
    ["mptcp.dss{dataAck=1,length=70000,dsn=1,ssn=1}", "out-of-range", "options(mptcp.dss).dataLevelLength"],
    ["mptcp.mpPrio{backup=maybe}", "bad-type", "options(mptcp.mpPrio).backup"],
    [["tcp.nop", "tcp.mss{mss=1,size=2}"], "unknown-field", "options[1](tcp.mss).size"],
    [{ id: "tcp.nop", values: {} }, "unknown-field", "options.values"],
    [["tcp.nop", { id: "tcp.nop", raw: "0g" }], "bad-type", "options[1].raw"],
    ["mptcp.removeAddr{addressIds=[1],addressIds=[2]}", "bad-input", "options"],
  ];
  test.each(wrong)("refused: %j", async (given, code, path) => {
    const thrown = await input.options(given).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(CraftError);
    expect(thrown).toMatchObject({ code, path });
  });

  test("short names serve in JSON too, and a misspelt name is said to be unknown, not missing", async () => {
    const option = await input.option({ id: "mptcp.mpFail", value: { dsn: "0x0102030405060708" } });
    expect(toHex(option.bytes)).toBe("1e0c60000102030405060708");
    await expect(input.option("mptcp.mpFail{dsm=5}")).rejects.toMatchObject({
      code: "unknown-field",
      path: "option(mptcp.mpFail).dsm",
    });
  });

  test("digits are bytes where the field is bytes, and a number where it is one", async () => {
    const hmac = "0011223344556677889900112233445566778899";
    expect(toHex((await input.option(`mptcp.mpJoin{variant=ack,hmac=${hmac}}`)).bytes)).toBe(
      `1e181000${hmac}`,
    );
    expect(toHex((await input.option("tcp.fastOpen{cookie=00112233}")).bytes)).toBe("220600112233");
    expect(toHex((await input.option("tcp.mss{mss=01460}")).bytes)).toBe("020405b4");
    await expect(input.option("tcp.mss{mss=70000}")).rejects.toMatchObject({
      code: "out-of-range",
      message: "option(tcp.mss).mss: 70000 does not fit in 16 bits: 0 to 65535",
    });
  });

  test("short forms nest and quote", () => {
    expect(parseShortForms('a.b{c={d=[1,"x,y"],e},f=0x10}')).toEqual([
      { id: "a.b", value: { c: { d: ["1", "x,y"], e: true }, f: "0x10" } },
    ]);
  });
});

describe("packets", () => {
  test("lengths and checksums are derived; forced ones come out wrong as asked", async () => {
    const text =
      "ipv4{source=192.0.2.1,destination=192.0.2.2} tcp{sourcePort=1,destinationPort=2,syn,options=[{id=tcp.mss,value={mss=1400}}]}";
    const bytes = await input.packet(text);
    expect(bytes.length).toBe(44);
    expect(toHex(bytes.subarray(2, 4))).toBe("002c");
    expect(bytes[32]).toBe(0x60);
    const forced = await input.packet([
      { id: "ipv4", value: { source: "192.0.2.1", destination: "192.0.2.2" }, fix: { totalLength: 9 } },
      { id: "udp", value: { sourcePort: 1, destinationPort: 2 }, payload: "00ff", fix: { checksum: 1 } },
    ]);
    expect(toHex(forced.subarray(2, 4))).toBe("0009");
    expect(toHex(forced.subarray(26, 30))).toBe("000100ff");
  });
});

describe("outputs", () => {
  const bytes = Uint8Array.from({ length: 30 }, (_, index) => (index * 37) & 255);

  test.each(FORMATS.filter((format) => format !== "dump" && format !== "packetdrill"))(
    "%s holds the bytes",
    (format) => {
      const text = render(bytes, format, "sample");
      if (format === "base64") {
        expect(Buffer.from(text, "base64").equals(bytes)).toBe(true);
        return;
      }
      const digits =
        format === "hex" || format === "raw"
          ? text
          : (/"([0-9a-f]+)"/.exec(text)?.[1] ??
            [...text.matchAll(/0x([0-9a-f]{2}),/g)].map((one) => one[1]).join(""));
      expect(digits).toBe(toHex(bytes));
    },
  );

  test("names that are none are refused", () => {
    expect(() => render(bytes, "c", "x[]; evil")).toThrow(CraftError);
  });

  test("Python and scapy expressions are Python", async () => {
    const options = await input.options("tcp.mss{mss=1400} tcp.nop mptcp.mpTcprst{reason=1}");
    const scapy = renderOptions(input, options, "scapy");
    const program = `${render(bytes, "python", "x")}\nTCP = lambda **k: k["options"]\nprint(x.hex(), ${scapy})`;
    const text = execFileSync("python3", ["-c", program], { encoding: "utf8" });
    expect(text.trim()).toBe(`${toHex(bytes)} [('MSS', 1400), ('NOP', None), (30, b'\\x80\\x01')]`);
  });

  test("packetdrill has words for MPTCP", async () => {
    const text = "tcp.nop tcp.nop mptcp.dss{dataAck=3,dsn=1,ssn=1,length=100}";
    expect(renderOptions(input, await input.options(text), "packetdrill")).toBe(
      "<nop, nop, dss dack4=3 dsn4=1 ssn=1 dll=100 nocs>",
    );
  });

  test("the dump names every field with its offset", async () => {
    const lines = dumpOption(input, await input.option("mptcp.mpTcprst{reason=3}"));
    expect(lines[0]).toBe("mptcp.mpTcprst  4 bytes");
    expect(lines.at(-1)).toMatch(/^0003 {2}03 +reason = 0x03$/);
  });
});

test("options are filled up to the unit of their header", async () => {
  // RFC 8200 sections 4.2 and 4.3: Pad1 up to eight bytes; RFC 9293 section 3.1: NOP up to four.
  const ipv6 = { id: "ipv6", value: { source: "2001:db8::1", destination: "2001:db8::2" } };
  const hop = { id: "ipv6.hopByHop", value: { options: ["ipv6.routerAlert{value=0}"] } };
  const tcp = { id: "tcp", value: { sourcePort: 1, destinationPort: 2, options: ["mptcp.mpPrio"] } };
  const hex = toHex(await input.packet([ipv6, hop, tcp]));
  expect(hex.slice(80, 96)).toBe("0600050200000000");
  expect(hex.slice(96 + 40)).toBe("1e035001");
});

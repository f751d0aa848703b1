import { describe, expect, test } from "vitest";
import { createConversation, createEngine, frameOf } from "../../src/index.ts";
import "../../src/testing/vitest.ts";
import { readFileSync } from "node:fs";
import { fromHex } from "../../src/bytes/hex.ts";

const engine = createEngine();
const conversation = createConversation({
  client: { addresses: ["192.0.2.1"] },
  server: { addresses: ["192.0.2.2"] },
});
conversation.connect();
const [syn, synAck] = conversation.frames;
if (syn === undefined || synAck === undefined) throw new RangeError("a handshake has three frames");

function messageOf(run: () => void): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "";
}

describe("toHaveOption", () => {
  test("takes frames, option areas and lists", () => {
    expect(syn).toHaveOption("mptcp.mpCapable");
    expect(syn).toHaveOption("mptcp.mpCapable", { variant: "syn", version: 1 });
    expect(syn).toHaveOption("tcp.mss", { mss: expect.any(Number) });
    expect(syn).not.toHaveOption("mptcp.mpCapable", { version: 0 });
    expect(synAck.data).toHaveOption("mptcp.mpCapable", { variant: "synAck" });
    expect({ data: syn.data.subarray(14), linkType: 101 }).toHaveOption("tcp.sackPermitted");
    const area = fromHex("020405b41e045185") ?? new Uint8Array(0);
    expect(area).toHaveOption("mptcp.mpPrio", { backup: true, addressId: 0x85 });
    expect(engine.parseOptions(area)).toHaveOption("tcp.mss", { mss: 1460 });
    expect(frameOf(new Uint8Array(60))).not.toHaveOption("tcp.mss");
  });

  test("says what is there", () => {
    const area = fromHex("020405b41e0c2003755b841c96b9cf551e050001ff") ?? new Uint8Array(0);
    expect(messageOf(() => expect(area).toHaveOption("tcp.mss", { mss: 1400 }))).toBe(
      [
        "expected option",
        "  tcp.mss { mss: 1400 }",
        "found",
        "  tcp.mss { kind: 2, length: 4, mss: 1460 }",
        "  mptcp.dss { kind: 30, length: 12, subtype: 2, reserved: 0, reservedFlags: 0, dataFin: false, dataSequenceNumber8: false, mappingPresent: false, dataAck8: true, dataAckPresent: true, dataAck: 0x755b841c96b9cf55 }",
        "  mptcp.option { kind: 30, length: 5, subtype: 0, nibble: 0, data: 01ff } <illegal-length>",
        "which differs in mss",
      ].join("\n"),
    );
    expect(messageOf(() => expect(syn).not.toHaveOption("tcp.mss"))).toMatch(
      /^expected no option\n {2}tcp\.mss\nfound\n/,
    );
    expect(messageOf(() => expect(5).toHaveOption("tcp.mss"))).toMatch(
      /wants a frame, an option area or a list/,
    );
  });
});

describe("toMatchFilter", () => {
  test("takes frames and bytes", () => {
    expect(syn).toMatchFilter("tcp.flags.syn == 1 && tcp.options.mptcp.subtype == 0");
    expect(syn.data).toMatchFilter("ip.src == 192.0.2.1");
    expect(syn).not.toMatchFilter("tcp.flags.ack == 1");
    expect(syn).toMatchFilter("tcp.stream == 0");
  });

  test("says what the fields are", () => {
    expect(
      messageOf(() => expect(syn).toMatchFilter("tcp.flags.ack == 1 || tcp.options.mptcp.recvkey == 1")),
    ).toBe(
      [
        "expected the frame to match",
        "  tcp.flags.ack == 1 || tcp.options.mptcp.recvkey == 1",
        "it has",
        "  tcp.flags.ack = 0",
        "  tcp.options.mptcp.recvkey = (not there)",
      ].join("\n"),
    );
    expect(messageOf(() => expect(syn).toMatchFilter("tcp.flagz"))).toMatch(/tcp\.flagz/);
  });
});

describe("toEqualBytes", () => {
  test("compares with bytes and with hex digits", () => {
    expect(Uint8Array.of(30, 3, 0x51)).toEqualBytes("1e 03 51");
    expect(Buffer.of(30, 3, 0x51)).toEqualBytes(Uint8Array.of(30, 3, 0x51));
    expect(Uint8Array.of(30, 3, 0x51)).not.toEqualBytes("1e0350");
    expect(syn).toEqualBytes(syn.data);
  });

  test("names the fields of an option area that differ", () => {
    const received = fromHex("1e0c2003755b841c96b9cf55") ?? new Uint8Array(0);
    expect(messageOf(() => expect(received).toEqualBytes("1e0c2013755b841c96b9cf56"))).toBe(
      [
        "bytes differ",
        "0000  1e 0c 20 03 75 5b 84 1c 96 b9 cf 55             received",
        "      1e 0c 20 13 75 5b 84 1c 96 b9 cf 56             expected",
        "               ^^                      ^^",
        "",
        "0003  mptcp.dss.flags.dataFin  received 0, expected 1",
        "0004  mptcp.dss.dataAck  received 8456497983640948565, expected 8456497983640948566",
      ].join("\n"),
    );
  });

  test("names the fields of a frame that differ, and what one side lacks", () => {
    const changed = syn.data.slice();
    changed[22] = 63;
    const message = messageOf(() => expect(changed).toEqualBytes(syn.data));
    expect(message).toMatch(/0016 {2}ipv4\.timeToLive {2}received 63, expected 64/);
    const shorter = messageOf(() => expect(Uint8Array.of(2, 4, 5, 180)).toEqualBytes("020405b4040201"));
    expect(shorter).toMatch(/bytes differ \(4 received, 7 expected\)/);
    expect(shorter).toMatch(/0004 {2}tcp\.sackPermitted\.kind {2}received \(not there\), expected 4/);
  });
});

test("the package brings the matchers with one import", () => {
  const { exports, sideEffects } = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  );
  expect(exports["./testing/vitest"].default).toBe("./dist/lib/testing/vitest.js");
  // Bundlers drop a module that is imported for its effect alone, unless it is named here.
  expect(sideEffects).toEqual(["./dist/lib/testing/vitest.js"]);
});

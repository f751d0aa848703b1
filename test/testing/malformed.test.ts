/** Every fault of every option is reported by the code that is announced. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { builtin } from "../../dissectors/index.ts";
import {
  analyzeCapture,
  createConversation,
  createEngine,
  type Frame,
  type ParsedOption,
  type ProblemCode,
} from "../../src/index.ts";
import { FAULTS, malformedVariants, optionArbitrary } from "../../src/testing/index.ts";

const engine = createEngine();
const ids = builtin
  .flatMap((dissector) => dissector.layouts ?? [])
  .filter(({ role }) => role === "option")
  .map(({ id }) => id);
const inTcp = (id: string): boolean => /^(tcp|mptcp)\./.test(id);

function codesOf(bytes: Uint8Array, tcpFlags: number | undefined): ProblemCode[] {
  return engine
    .parseOptions(bytes, { tcpFlags })
    .flatMap(({ problems = [] }) => problems.map(({ code }) => code));
}

describe.each(ids.filter(inTcp))("%s", (id) => {
  test("each fault has its problem, and a name of its own", () => {
    fc.assert(
      fc.property(optionArbitrary(id, { illegal: false, reserved: false }), (option) => {
        const variants = malformedVariants(option);
        expect(new Set(variants.map(({ name }) => name)).size).toBe(variants.length);
        for (const { name, bytes, tcpFlags, problem } of variants) {
          const codes = codesOf(bytes, tcpFlags);
          if (problem === undefined) expect(codes, name).toEqual([]);
          else expect(codes, name).toContain(problem);
        }
      }),
      { numRuns: 60 },
    );
  });
});

const names = (option: ParsedOption): readonly string[] => malformedVariants(option).map(({ name }) => name);

test("a DSS has them all but those of handshakes", () => {
  const value = {
    dataAck: 1n,
    dataSequenceNumber: 2n,
    subflowSequenceNumber: 3,
    dataLevelLength: 4,
    checksum: 5,
  };
  expect(names({ id: "mptcp.dss", value })).toEqual([
    "length-0",
    "length-1",
    "length-2",
    "past-the-header",
    "short-by-one",
    "long-by-one",
    "length-under-data",
    "length-over-data",
    "cut",
    "duplicate",
    "reserved-bits reserved",
    "reserved-bits reservedFlags",
    "flags-against-length dataSequenceNumber8",
    "flags-against-length mappingPresent",
    "flags-against-length dataAck8",
    "flags-against-length dataAckPresent",
    "unknown-subtype",
    "wrong-context",
    "bad-checksum",
  ]);
});

test("every fault exists", () => {
  const made = fc
    .sample(fc.oneof(...ids.filter(inTcp).map((id) => optionArbitrary(id, { illegal: false }))), {
      numRuns: 400,
      seed: 1,
    })
    .flatMap((option) => malformedVariants(option).map(({ fault }) => fault));
  expect([...new Set(made)].toSorted()).toEqual(FAULTS.toSorted());
});

test("options of one byte have no length to lie about", () => {
  expect(names({ id: "tcp.nop" })).toEqual(["duplicate"]);
});

/** What only keys and data tell: the fault in the place of the right option makes the check fail. */
describe("in a connection", () => {
  const conversation = createConversation({
    checksum: true,
    engine,
    client: { addresses: ["192.0.2.1", "192.0.2.65"] },
    server: { addresses: ["198.51.100.1", "198.51.100.2"] },
  });
  conversation.connect();
  conversation.send({ from: "client", bytes: 100 });
  conversation.join({ client: 1 });
  conversation.addAddress({ from: "server", address: "198.51.100.2", subflow: 0 });
  conversation.send({ from: "client", bytes: 100, subflow: 0 });
  conversation.close();
  const { frames } = conversation;

  async function badChecks(list: readonly Frame[]): Promise<Record<string, number>> {
    async function* each(): AsyncGenerator<Frame> {
      yield* list;
    }
    const { connections } = await analyzeCapture(engine, each());
    return Object.fromEntries(
      connections.flatMap(({ checks }) =>
        Object.entries(checks).flatMap(([kind, verdicts]) =>
          verdicts.bad > 0 ? [[kind, verdicts.bad]] : [],
        ),
      ),
    );
  }

  test("nothing is bad before", async () => {
    expect(await badChecks(frames)).toEqual({});
  });

  test.each(["join-syn-ack-hmac", "join-ack-hmac", "add-addr-hmac", "dss-checksum"] as const)(
    "%s",
    async (wanted) => {
      let tried = 0;
      for (const [index, frame] of frames.entries()) {
        const tcp = engine.dissect(frame).layers.find(({ id }) => id === "tcp");
        const options = (tcp?.value["options"] ?? []) as ParsedOption[];
        for (const [at, { id, value }] of options.entries()) {
          if (!id.startsWith("mptcp.") || value === undefined) continue;
          const variant = malformedVariants({ id, value }).find(({ check }) => check === wanted);
          if (variant === undefined) continue;
          const before = engine.serializeOptions(options.slice(0, at)).length;
          const changed = frame.data.slice();
          changed.set(variant.bytes, (tcp?.start ?? 0) + 20 + before);
          const list = frames.map((one, other) => (other === index ? { ...one, data: changed } : one));
          expect(Object.keys(await badChecks(list))).toEqual([wanted]);
          tried++;
        }
      }
      expect(tried).toBeGreaterThan(0);
    },
  );
});

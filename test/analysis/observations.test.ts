/** Each observation is made of a conversation that has the event, and of none that lacks it. */
import { describe, expect, it } from "vitest";
import { analyzeCapture } from "../../src/analysis/analyze.ts";
import { createEngine } from "../../src/default-engine.ts";
import { type Conversation, createConversation, type Frame, openCapture } from "../../src/index.ts";
import { captureFiles } from "../shared.ts";

const engine = createEngine();

async function* each(frames: readonly Frame[]): AsyncGenerator<Frame> {
  yield* frames;
}

async function said(frames: AsyncIterable<Frame>): Promise<string[]> {
  const { connections } = await analyzeCapture(engine, frames);
  return connections.flatMap(({ observations }) => observations.map(({ text }) => text));
}

interface Options {
  readonly version?: 0 | 1;
  readonly serverSum?: boolean;
  readonly wide?: boolean;
  readonly secondMss?: number;
}

function talk(steps: (conversation: Conversation) => void, options: Options = {}): readonly Frame[] {
  const { version = 0, serverSum = false, wide = false, secondMss = 1460 } = options;
  const numbers = { longDataAck: wide, longDataSequence: wide };
  const conversation = createConversation({
    engine,
    version,
    tap: "client",
    client: {
      addresses: [
        { address: "10.0.0.1", mss: 1410 },
        { address: "10.1.0.1", mss: secondMss },
      ],
      ...numbers,
    },
    server: { addresses: ["10.9.0.1", "10.9.0.2"], port: 9000, checksum: serverSum, ...numbers },
  });
  conversation.connect();
  conversation.send({ from: "server", bytes: 6000 });
  steps(conversation);
  return conversation.frames;
}

const nothing = (conversation: Conversation): void => {
  conversation.wait(1);
};
const join = (backup: boolean) => (conversation: Conversation) => {
  conversation.join({ backup });
};
const joinAndUse = (conversation: Conversation): void => {
  conversation.join();
  conversation.send({ from: "server", bytes: 9000, subflow: 1 });
};

/** The text, a conversation that has it, one that lacks just that. */
const cases: readonly (readonly [string, RegExp, readonly Frame[], readonly Frame[]])[] = [
  [
    "who asks for checksums",
    /the server asks for them, the client does not/,
    talk(nothing, { serverSum: true }),
    talk(nothing),
  ],
  [
    "no checksums",
    /DSS checksums are off: neither side asks/,
    talk(nothing),
    talk(nothing, { serverSum: true }),
  ],
  [
    "a confirmed handshake",
    /repeats both keys and confirms the handshake, checksums with it/,
    talk(nothing, { serverSum: true }),
    talk(nothing),
  ],
  [
    "right checksums",
    /All \d+ DSS checksums .* are right/,
    talk(nothing, { serverSum: true }),
    talk(nothing),
  ],
  [
    "version 1's key in the third ACK",
    /Version 1: the client's key travels in the third ACK/,
    talk(nothing, { version: 1 }),
    talk(nothing),
  ],
  [
    "widths of numbers",
    /sequence numbers are 4 bytes wide, DATA_ACKs 4/,
    talk(nothing),
    talk(nothing, { wide: true }),
  ],
  [
    "a join",
    /joins with address id 1, the server's token and the backup flag clear/,
    talk(join(false)),
    talk(nothing),
  ],
  ["a join as backup", /joins as backup .* the backup flag set/, talk(join(true)), talk(join(false))],
  ["an idle backup", /backup subflow \(stream 1\) carries no data/, talk(join(true)), talk(joinAndUse)],
  ["first use of a join", /Stream 1 carries new data .*(in|into) use/, talk(joinAndUse), talk(join(false))],
  [
    "longer segments",
    /offers longer segments .* 1460 bytes, not 1410, with the same window scale/,
    talk(join(false)),
    talk(join(false), { secondMss: 1410 }),
  ],
  [
    "a refused join",
    /refuses the join/,
    talk((one) => one.join({ refuse: 3 }), { version: 1 }),
    talk(join(false), { version: 1 }),
  ],
  [
    "a priority",
    /makes the subflow a backup/,
    talk((one) => one.priority({ from: "client", backup: true })),
    talk(nothing),
  ],
  [
    "an address",
    /announces 10\.9\.0\.2 as address id 1/,
    talk((one) => one.addAddress({ from: "server", address: 1 })),
    talk(nothing),
  ],
  [
    "a removed address",
    /removes address id 1/,
    talk((one) => one.removeAddress({ from: "server", addresses: [1] })),
    talk(nothing),
  ],
  [
    "a handover",
    /Data move from stream 0 to stream 1/,
    talk((one) => {
      one.send({ from: "server", bytes: 40_000 });
      one.join();
      for (let count = 0; count < 5; count++) {
        one.wait(0.2);
        one.send({ from: "server", bytes: 20_000, subflow: 1 });
      }
    }),
    talk((one) => {
      one.send({ from: "server", bytes: 40_000 });
      one.join();
      for (let count = 0; count < 5; count++) {
        one.wait(0.2);
        one.send({ from: "server", bytes: 20_000, subflow: 1 });
        one.send({ from: "server", bytes: 20_000 });
      }
    }),
  ],
  ["shares", /The server's data travel on stream 0 .* stream 1/, talk(joinAndUse), talk(join(false))],
  [
    "reinjection",
    /server sends 2000 bytes again on another subflow in 2 segments/,
    // Seen where the data are sent.
    talkAtServer((one) => one.reinject({ from: "server", of: 0, on: 1 })),
    talkAtServer((one) => one.retransmit({ from: "server" })),
  ],
  [
    "reordering",
    /wait out of order at a time/,
    talk((one) =>
      one.send({ from: "server", bytes: 4000, sizes: [1000, 1000, 1000, 1000], order: [1, 2, 3, 0] }),
    ),
    talk((one) => one.send({ from: "server", bytes: 4000, sizes: [1000, 1000, 1000, 1000] })),
  ],
  [
    "DATA_ACKs that stand still",
    /DATA_ACKs of the server's data stand still/,
    talk((one) => {
      one.send({ from: "server", bytes: 5000, lose: [1] });
      one.wait(0.4);
      one.retransmit({ from: "server" });
    }),
    talk((one) => one.send({ from: "server", bytes: 5000 })),
  ],
  [
    "a zero window",
    /closes its window once/,
    talk((one) => {
      one.window({ from: "client", size: 0 });
      one.window({ from: "client", size: 60_000 });
    }),
    talk((one) => one.window({ from: "client", size: 60_000 })),
  ],
  [
    "a reset",
    /10\.0\.0\.1:\d+ resets the subflow/,
    talk((one) => one.reset({ from: "client" })),
    talk((one) => one.close()),
  ],
  [
    "data under way to a reset",
    /resets the subflow with 3000 bytes under way to it/,
    talkAtServer((one) => one.reset({ from: "client" })),
    talk((one) => one.reset({ from: "client" })),
  ],
  [
    "data behind a reset",
    /3000 bytes were under way and arrive behind it/,
    talk((one) => {
      one.send({ from: "server", bytes: 3000, lose: [0, 1, 2], ack: "none", sizes: [1000, 1000, 1000] });
      one.reset({ from: "client", inFlight: true });
    }),
    talk((one) => one.reset({ from: "client" })),
  ],
  [
    "a fast close",
    /aborts the connection \(MP_FASTCLOSE\)/,
    talk((one) => one.fastClose({ from: "client" })),
    talk((one) => one.close()),
  ],
  [
    "what was not seen",
    /Not seen in this connection: .*MP_FASTCLOSE/,
    talk(nothing),
    talk((one) => one.fastClose({ from: "client" })),
  ],
  [
    "a failed checksum",
    /MP_FAIL: a DSS checksum was wrong/,
    talk((one) => one.fail({ from: "client" }), { serverSum: true }),
    talk(nothing, { serverSum: true }),
  ],
  [
    "a wrong HMAC",
    /Wrong HMAC of MP_JOIN in the third ACK/,
    talk((one) => one.join({ wrong: "hmac" })),
    talk(join(false)),
  ],
  [
    "an infinite mapping",
    /Mapping without end/,
    talk((one) => one.send({ from: "server", bytes: 100, mapping: "infinite" })),
    talk(nothing),
  ],
  ["a late capture", /does not hold the handshake/, talk(nothing).slice(4), talk(nothing)],
];

/** The server sends 5000 bytes of which 2000 are lost, captured there. */
function talkAtServer(steps: (conversation: Conversation) => void): readonly Frame[] {
  const conversation = createConversation({
    engine,
    version: 0,
    tap: "server",
    client: { addresses: ["10.0.0.1", "10.1.0.1"] },
    server: { addresses: ["10.9.0.1"], port: 9000 },
  });
  conversation.connect();
  conversation.join();
  conversation.send({ from: "server", bytes: 5000, sizes: [1000, 1000, 1000, 1000, 1000], lose: [2, 3] });
  steps(conversation);
  return conversation.frames;
}

describe("an observation", () => {
  it.each(cases)("of %s", async (_, pattern, having, lacking) => {
    expect((await said(each(having))).filter((text) => pattern.test(text))).not.toEqual([]);
    expect((await said(each(lacking))).filter((text) => pattern.test(text))).toEqual([]);
  });
});

describe("the trace of the blog post", () => {
  it("says, unprompted, each thing that was found by hand", async () => {
    const texts = (await said(await openCapture("examples/captures/ios11-handover.pcap"))).join("\n");
    for (const pattern of [
      /the server asks for them, the client does not/,
      /third ACK's MP_CAPABLE repeats both keys and confirms the handshake, checksums with it/,
      /At 45\.1 ms: 10\.33\.72\.119:55105 makes the subflow a backup/,
      /sequence numbers are 4 bytes wide, DATA_ACKs 4/,
      /All \d+ DSS checksums whose data were captured whole are right/,
      /At 4\.740 s: 192\.168\.0\.12:62769 joins with address id 1, the server's token and the backup flag clear/,
      /longer segments than the first subflow: 1460 bytes, not 1410, with the same window scale \(6\)/,
      /Stream 1 carries new data (as soon as it is in use|\d+ [mµ]s after)/,
      /Data move from stream 0 to stream 1/,
      /closes its window once/,
      /resets the subflow.*; \d+ bytes were under way and arrive behind it/,
      /The server sends 5480 bytes again on another subflow/,
      /wait out of order at a time/,
      /DATA_ACKs of the server's data stand still/,
      /Not seen in this connection: ADD_ADDR, REMOVE_ADDR, MP_FAIL, MP_FASTCLOSE/,
    ]) {
      expect(texts).toMatch(pattern);
    }
  });

  const handover = captureFiles().find((path) => path.endsWith("handover/client.pcap"));
  it.skipIf(handover === undefined)("and of a handover of Linux", async () => {
    const texts = (await said(await openCapture(handover ?? ""))).join("\n");
    for (const pattern of [
      /DSS checksums are off/,
      /Version 1: the client's key/,
      /makes the subflow a backup/,
      /joins with address id 2, the server's token and the backup flag clear/,
      /Stream 1 carries new data/,
      /Data move from stream 0 to stream 1/,
      /resets the subflow/,
      /again on another subflow in \d+ segments/,
      /wait out of order at a time/,
      /DATA_ACKs of the server's data stand still/,
      /Not seen in this connection: ADD_ADDR, REMOVE_ADDR/,
    ]) {
      expect(texts).toMatch(pattern);
    }
  });
});

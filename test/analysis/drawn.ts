/**
 * Conversations drawn from a seed for the analysis. Each payload is made of words that say their place in the sender's data, so
 * that a reader of raw bytes can tell what a segment carries without knowing MPTCP.
 */
import { type Conversation, createConversation } from "../../src/craft/conversation/conversation.ts";
import type { ConversationOptions, Side } from "../../src/craft/conversation/types.ts";
import { createRandom } from "../../src/craft/random.ts";
import type { Engine } from "../../src/index.ts";
import { drawnAddresses } from "../craft/random-conversation.ts";

/** Keys whose IDSN (RFC 8684 section 3.2) has low 32 bits that end less than 5600 bytes before they wrap. */
const WRAPPING: Readonly<Record<0 | 1, readonly bigint[]>> = {
  0: [0xd0064143d9f58f70n, 0x2e33a037aa2c4633n, 0x30d70455eeab7f82n, 0xaedf8c1a4d04f0den],
  1: [0x761de55edab1799an, 0x8792680bb59527a6n, 0xc1ea2fe191399216n, 0xd2f5f5f00f9c4a11n],
};

/** What a step must show as. */
export interface Meant {
  readonly seed: number;
  readonly options: ConversationOptions;
  readonly conversation: Conversation;
  readonly steps: readonly string[];
  /** Events by `kind side`, such as `priority 0`. */
  readonly events: Readonly<Record<string, number>>;
  /** Streams in the order in which they were opened: whether they came into use, and the last word on backup. */
  readonly subflows: readonly { established: boolean; backup: boolean; elsewhere: boolean }[];
  readonly bad: Readonly<Record<string, number>>;
}

export const numberOf = (side: Side): 0 | 1 => (side === "client" ? 0 : 1);

/** Words that count in fours from `offset`. */
function words(offset: number, bytes: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(bytes));
  for (let at = 0; at < bytes; at += 4) view.setUint32(at, offset + at);
  return new Uint8Array(view.buffer);
}

export function drawConversation(seed: number, engine: Engine): Meant {
  const random = createRandom(`analysis ${seed}`);
  const chance = (percent: number): boolean => random.between(0, 99) < percent;
  const side = (): Side => (chance(50) ? "client" : "server");
  const v6 = chance(30);
  const version = chance(60) ? 1 : 0;
  const wraps = chance(40);
  const host = (name: Side, number: number) => ({
    addresses: drawnAddresses(seed, number, v6),
    checksum: chance(40),
    longDataAck: chance(50),
    longDataSequence: chance(50),
    sack: chance(80),
    timestamps: chance(80),
    windowScale: chance(90) ? random.between(0, 14) : null,
    ...(wraps ? { key: WRAPPING[version][random.between(0, 1) + 2 * (number - 1)] } : {}),
    ...(chance(30) ? { isn: 0x1_0000_0000 - random.between(1, 20_000) } : {}),
    ...(name === "server" ? { port: 9000 } : {}),
  });
  const options: ConversationOptions = {
    version,
    seed,
    client: host("client", 1),
    server: host("server", 2),
    tap: side(),
    link: "ethernet",
    roundTrip: random.between(1, 200) / 1000,
    start: BigInt(seed) * 1000n * 1_000_000_000n,
    engine,
  };
  const conversation = createConversation(options);
  const steps: string[] = [];
  const events: Record<string, number> = {};
  const bad: Record<string, number> = {};
  const subflows: { established: boolean; backup: boolean; elsewhere: boolean }[] = [];
  const open: number[] = [];
  const sent = { client: 0, server: 0 };
  const count = (kind: string, from: Side): void => {
    const name = `${kind} ${numberOf(from)}`;
    events[name] = (events[name] ?? 0) + 1;
  };
  const opened = (established: boolean, backup = false, elsewhere = false): void => {
    subflows.push({ established, backup, elsewhere });
  };
  const payload = (from: Side, bytes: number): Uint8Array => {
    const made = words(sent[from], bytes);
    sent[from] += bytes;
    return made;
  };
  const any = (): number => open[random.between(0, open.length - 1)] ?? 0;
  const size = (most: number): number => 4 * random.between(1, most / 4);
  const join = (): void => {
    const backup = chance(30);
    const from = chance(75) ? "client" : "server";
    const stream = conversation.join({
      from,
      client: random.between(0, 2),
      server: random.between(0, 2),
      backup,
      roundTrip: 0.05,
    });
    count("join", from);
    count("join-established", from === "client" ? "server" : "client");
    opened(true, backup);
    open.push(stream);
  };
  const ways: Readonly<Record<string, () => void>> = {
    send() {
      const from = side();
      const mapping = (["segment", "first", "repeat"] as const)[random.between(0, 2)];
      conversation.send({ from, payload: payload(from, size(12_000)), subflow: any(), mapping });
    },
    "lose and retransmit"() {
      const from = side();
      const subflow = any();
      conversation.send({
        from,
        payload: payload(from, 9000),
        subflow,
        mapping: (["segment", "first"] as const)[random.between(0, 1)],
        lose: [random.between(0, 2), 4],
      });
      conversation.retransmit({ from, subflow });
    },
    "needless retransmission"() {
      const from = side();
      const subflow = any();
      conversation.send({ from, payload: payload(from, size(3000)), subflow });
      conversation.retransmit({ from, subflow, spurious: true });
    },
    reorder() {
      const from = side();
      conversation.send({
        from,
        payload: payload(from, 4000),
        sizes: [1000, 1000, 1000, 1000],
        subflow: any(),
        order: [1, 0, 3, 2],
      });
    },
    join,
    "refused join"() {
      const wrong = (["token", "hmac", "synAckHmac"] as const)[random.between(0, 2)];
      conversation.join({ client: 1, wrong });
      // A token that nobody has belongs to no connection that is known.
      opened(false, false, wrong === "token");
      if (wrong === "token") return;
      const kind = wrong === "hmac" ? "join-ack-hmac" : "join-syn-ack-hmac";
      bad[kind] = (bad[kind] ?? 0) + 1;
      count("join", "client");
      count("join-refused", wrong === "hmac" ? "server" : "client");
    },
    "add address"() {
      const from = side();
      const wrongHmac = version === 1 && chance(20);
      conversation.addAddress({
        from,
        subflow: any(),
        address: 1,
        wrongHmac,
        ...(v6 ? {} : { port: 7000 }),
      });
      count("announce", from);
      if (wrongHmac) bad["add-addr-hmac"] = (bad["add-addr-hmac"] ?? 0) + 1;
      else if (version === 1) count("echo", from === "client" ? "server" : "client");
    },
    priority() {
      const from = side();
      const subflow = any();
      const backup = chance(50);
      conversation.priority({ from, subflow, backup });
      count("priority", from);
      const one = subflows[subflow];
      if (one !== undefined) one.backup = backup;
    },
    "remove address"() {
      const from = side();
      conversation.removeAddress({ from, subflow: any(), addresses: [2] });
      count("remove", from);
    },
    "zero window"() {
      const from = side();
      const subflow = any();
      conversation.window({ from, subflow, size: 0 });
      conversation.window({ from, subflow, size: 200_000 });
      count("zero-window", from);
    },
    reinject() {
      if (open.length < 2) join();
      const from = side();
      const subflow = any();
      const on = open.find((one) => one !== subflow) ?? 0;
      const lose = chance(50) ? [1, 2] : [0];
      conversation.send({
        from,
        payload: payload(from, 5000),
        sizes: [1000, 1000, 1000, 1000, 1000],
        subflow,
        lose,
      });
      conversation.reinject({ from, of: subflow, on });
      if (chance(70)) conversation.retransmit({ from, subflow });
    },
    "reset a subflow"() {
      if (open.length < 2) join();
      const stream = open.splice(random.between(0, open.length - 1), 1)[0] ?? 0;
      const from = side();
      conversation.reset({
        from,
        subflow: stream,
        ...(version === 1 ? { reason: random.between(0, 6) } : {}),
      });
      count("reset", from);
    },
  };
  const run = (name: string, act: () => void): void => {
    steps.push(name);
    act();
    if (chance(20)) conversation.wait(random.between(0, 3000) / 1000);
  };
  run("connect", () => {
    open.push(conversation.connect({ lostSyns: chance(10) ? 1 : 0 }));
    opened(true);
    count("open", "client");
  });
  run("first data", () => {
    const from = side();
    conversation.send({ from, payload: payload(from, size(4000)) });
  });
  const names = Object.keys(ways);
  for (let left = random.between(1, 10); left > 0; left--) {
    const name = names[random.between(0, names.length - 1)] ?? "send";
    run(name, ways[name] ?? join);
  }
  const from = side();
  const peer = from === "client" ? "server" : "client";
  if (chance(20)) {
    const on = version === 1 && chance(50) ? "rst" : "ack";
    run("fast close", () => conversation.fastClose({ from, on, subflow: any() }));
    if (on === "ack") count("fast-close", from);
    open.forEach((_, index) => {
      // The peer answers MP_FASTCLOSE on an ACK with a reset; the other subflows go with the connection.
      if (on === "ack") count("reset", index === 0 ? peer : from);
      else count("fast-close", from);
      if (on === "rst") count("reset", from);
    });
  } else {
    run("close", () => conversation.close({ first: from }));
    for (const one of ["client", "server"] as const) {
      count("data-fin", one);
      for (const _ of open) count("fin", one);
    }
  }
  return { seed, options, conversation, steps, events, subflows, bad };
}

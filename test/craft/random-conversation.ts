/** Conversations drawn from a seed, with what was meant: for tests that ask other tools what they see. */
import { type Conversation, createConversation } from "../../src/craft/conversation/conversation.ts";
import type { ConversationOptions, Side } from "../../src/craft/conversation/types.ts";
import { createRandom } from "../../src/craft/random.ts";
import type { Engine } from "../../src/index.ts";

export interface Meant {
  readonly seed: number;
  readonly options: ConversationOptions;
  readonly conversation: Conversation;
  readonly steps: readonly string[];
  /** Subflows that were opened, refused ones included. */
  readonly subflows: number;
}

/** Three addresses of a drawn host. */
export function drawnAddresses(seed: number, host: number, v6: boolean): string[] {
  return [1, 2, 3].map((index) =>
    v6
      ? `2001:db8:${seed.toString(16)}:${host}::${index}`
      : `10.${(seed >> 6) & 255}.${((seed & 63) << 2) | index}.${host}`,
  );
}

export function randomConversation(seed: number, engine: Engine): Meant {
  const random = createRandom(`conversation ${seed}`);
  const chance = (percent: number): boolean => random.between(0, 99) < percent;
  const side = (): Side => (chance(50) ? "client" : "server");
  const v6 = chance(30);
  const version = chance(50) ? 1 : 0;
  const host = (name: Side, number: number) => ({
    addresses: drawnAddresses(seed, number, v6),
    checksum: chance(30),
    longDataAck: chance(70),
    longDataSequence: chance(70),
    sack: chance(80),
    timestamps: chance(80),
    windowScale: chance(90) ? random.between(0, 14) : null,
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
  const open: number[] = [];
  let subflows = 1;
  const step = (text: string, run: () => void): void => {
    steps.push(text);
    run();
  };
  step("connect", () => open.push(conversation.connect({ lostSyns: chance(10) ? 1 : 0 })));
  step("first data", () => conversation.send({ from: side(), bytes: random.between(1, 4000) }));
  for (let count = random.between(1, 6); count > 0; count--) {
    const subflow = open[random.between(0, open.length - 1)] ?? 0;
    const from = side();
    const bytes = random.between(1, 12_000);
    const mapping = (["segment", "first", "repeat"] as const)[random.between(0, 2)];
    switch (random.between(0, 8)) {
      case 0:
      case 1:
        step("send", () => conversation.send({ from, bytes, subflow, mapping }));
        break;
      case 2:
        step("lose and retransmit", () => {
          conversation.send({ from, bytes: 9000, subflow, lose: [random.between(0, 2), 4] });
          conversation.retransmit({ from, subflow });
        });
        break;
      case 3:
        step("reorder", () =>
          conversation.send({
            from,
            bytes: 4000,
            sizes: [1000, 1000, 1000, 1000],
            subflow,
            order: [1, 0, 3, 2],
          }),
        );
        break;
      case 4:
        step("join", () => {
          const client = random.between(0, 2);
          open.push(
            conversation.join({ client, server: random.between(0, 2), backup: chance(30), roundTrip: 0.05 }),
          );
          subflows++;
        });
        break;
      case 5:
        step("refused join", () => {
          conversation.join({
            client: 1,
            wrong: (["token", "hmac", "synAckHmac"] as const)[random.between(0, 2)],
          });
          subflows++;
        });
        break;
      case 6:
        step("add address", () =>
          conversation.addAddress({ from, subflow, address: 1, ...(v6 ? {} : { port: 7000 }) }),
        );
        break;
      case 7:
        step("priority, remove", () => {
          conversation.priority({ from, subflow, backup: chance(50) });
          conversation.removeAddress({ from, subflow, addresses: [2] });
        });
        break;
      default:
        if (open.length < 2) break;
        step("reinject", () => {
          const other = open.find((one) => one !== subflow) ?? 0;
          conversation.send({ from, bytes: 5000, subflow, lose: [1, 2] });
          conversation.reinject({ from, of: subflow, on: other });
          conversation.retransmit({ from, subflow });
        });
    }
    if (chance(20)) conversation.wait(random.between(0, 3000) / 1000);
  }
  const ending = random.between(0, 3);
  if (ending === 0)
    step("fast close", () =>
      conversation.fastClose({ from: side(), on: version === 1 && chance(50) ? "rst" : "ack" }),
    );
  else if (ending === 1 && version === 1)
    step("reset", () => conversation.reset({ from: side(), reason: random.between(0, 6) }));
  else step("close", () => conversation.close({ first: side() }));
  return { seed, options, conversation, steps, subflows };
}

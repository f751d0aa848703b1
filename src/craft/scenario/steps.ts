/** The steps of scenario files: their keys, and the call that each stands for. */
import type { ParsedOption } from "../../engine/api.ts";
import type { Conversation } from "../conversation/conversation.ts";
import type {
  AddAddressStep,
  CloseStep,
  ConnectStep,
  FailStep,
  FastCloseStep,
  JoinStep,
  OnSubflow,
  PriorityStep,
  ReinjectStep,
  RemoveAddressStep,
  ResetStep,
  RetransmitStep,
  SegmentStep,
  SendStep,
  Stripped,
  WindowStep,
} from "../conversation/types.ts";
import type { CraftInput } from "../input.ts";
import type { Checked, Kind, Shape } from "./check.ts";

export interface StepKind {
  readonly title: string;
  /** Keys of the step; a single kind where the step takes a value itself (`wait: 0.5`). */
  readonly keys: Shape | Kind;
  readonly required: readonly string[];
  /** `value` has passed the checks of `keys`: the casts below rest on them. */
  readonly run: (
    conversation: Conversation,
    value: Checked,
    input: CraftInput,
    path: string,
  ) => void | Promise<void>;
}

const ON = { from: "side", subflow: "count" } as const;
const ACK = ["delayed", "each", "last", "none"] as const;
const STRIPPED = ["syn", "synAck", "ack", "data"] as const;

function kind<Step>(
  title: string,
  keys: Shape,
  required: readonly (keyof Step & string)[],
  run: (conversation: Conversation, step: Step) => unknown,
): StepKind {
  return {
    title,
    keys,
    required,
    run: (conversation, value) => {
      run(conversation, value as Step);
    },
  };
}

export const STEPS: Readonly<Record<string, StepKind>> = {
  connect: kind<ConnectStep>(
    "The first subflow, by MP_CAPABLE",
    {
      client: "address",
      server: "address",
      port: "count",
      roundTrip: "seconds",
      lostSyns: "count",
      plainFrom: "count",
      plainServer: "flag",
      answerVersion: "count",
      loseAck: "flag",
    },
    [],
    (conversation, step) => conversation.connect(step),
  ),
  join: kind<JoinStep>(
    "Another subflow, by MP_JOIN",
    {
      from: "side",
      client: "address",
      server: "address",
      port: "count",
      backup: "flag",
      peerBackup: "flag",
      roundTrip: "seconds",
      nonce: "count",
      peerNonce: "count",
      wrong: ["token", "hmac", "synAckHmac"],
      refuse: "count",
    },
    [],
    (conversation, step) => conversation.join(step),
  ),
  send: kind<SendStep>(
    "Data on a subflow",
    {
      ...ON,
      bytes: "count",
      text: "text",
      payload: "bytes",
      sizes: "counts",
      mapping: ["segment", "first", "repeat", "infinite"],
      lose: "counts",
      order: "counts",
      corrupt: "counts",
      ack: ACK,
      gap: "seconds",
      dataFin: "flag",
    },
    ["from"],
    (conversation, step) => conversation.send(step),
  ),
  retransmit: kind<RetransmitStep>(
    "What was lost, again on its subflow",
    { ...ON, spurious: "flag", ack: ACK },
    ["from"],
    (conversation, step) => conversation.retransmit(step),
  ),
  reinject: kind<ReinjectStep>(
    "What was lost on one subflow, on another",
    { from: "side", of: "count", on: "count", ack: ACK },
    ["from", "of", "on"],
    (conversation, step) => conversation.reinject(step),
  ),
  acknowledge: kind<OnSubflow>("A pure acknowledgement", ON, ["from"], (conversation, step) =>
    conversation.acknowledge(step),
  ),
  addAddress: kind<AddAddressStep>(
    "ADD_ADDR and, in version 1, its echo",
    { ...ON, address: "address", port: "count", echo: "flag", wrongHmac: "flag" },
    ["from", "address"],
    (conversation, step) => conversation.addAddress(step),
  ),
  removeAddress: kind<RemoveAddressStep>(
    "REMOVE_ADDR",
    { ...ON, addresses: "addresses" },
    ["from", "addresses"],
    (conversation, step) => conversation.removeAddress(step),
  ),
  priority: kind<PriorityStep>(
    "MP_PRIO",
    { ...ON, backup: "flag", address: "address" },
    ["from", "backup"],
    (conversation, step) => conversation.priority(step),
  ),
  fail: kind<FailStep>("MP_FAIL", { ...ON, reset: "flag" }, ["from"], (conversation, step) =>
    conversation.fail(step),
  ),
  reset: kind<ResetStep>(
    "A reset, in version 1 with a reason",
    { ...ON, reason: "count", transient: "flag", inFlight: "flag" },
    ["from"],
    (conversation, step) => conversation.reset(step),
  ),
  fastClose: kind<FastCloseStep>(
    "MP_FASTCLOSE",
    { ...ON, on: ["ack", "rst"] },
    ["from"],
    (conversation, step) => conversation.fastClose(step),
  ),
  window: kind<WindowStep>(
    "The receive window of one side",
    { ...ON, size: "count", announce: "flag" },
    ["from", "size"],
    (conversation, step) => conversation.window(step),
  ),
  dataFin: kind<OnSubflow>("DATA_FIN without data", ON, ["from"], (conversation, step) =>
    conversation.dataFin(step),
  ),
  close: kind<CloseStep>(
    "DATA_FINs, then FINs of all subflows",
    { first: "side" },
    [],
    (conversation, step) => conversation.close(step),
  ),
  segment: {
    title: "A segment with options of your own",
    keys: { ...ON, flags: { words: ["syn", "ack", "fin", "rst", "psh"] }, payload: "bytes", options: "any" },
    required: ["from"],
    run: async (conversation, value, input, path) => {
      const { options, ...step } = value;
      const crafted = options === undefined ? [] : await input.options(options, `${path}.options`);
      conversation.segment({
        ...(step as unknown as SegmentStep),
        options: crafted.map(({ id, bytes }): ParsedOption => ({ id, raw: bytes })),
      });
    },
  },
  wait: {
    title: "Seconds in which nothing happens",
    keys: "seconds",
    required: [],
    run: (conversation, value) => conversation.wait(value["value"] as number),
  },
  at: {
    title: "Moves on to a time in seconds from the first frame",
    keys: "seconds",
    required: [],
    run: (conversation, value) => conversation.at(value["value"] as number),
  },
  middlebox: {
    title: "Takes MPTCP options out of these segments from now on",
    keys: { words: STRIPPED },
    required: [],
    run: (conversation, value) => conversation.middlebox(value["value"] as readonly Stripped[]),
  },
};

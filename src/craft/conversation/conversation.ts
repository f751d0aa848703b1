/** Builds a Multipath TCP conversation step by step; the result is frames as a capture would hold them. */
import { idsnOf, tokenOf } from "../../../dissectors/mptcp-crypto.ts";
import { CraftError } from "../../errors.ts";
import type { Frame } from "../../ir/frame.ts";
import * as control from "./control.ts";
import * as data from "./data.ts";
import { connect, join } from "./handshake.ts";
import { acknowledge } from "./receive.ts";
import type {
  AddAddressStep,
  CloseStep,
  ConnectStep,
  ConversationOptions,
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
  Side,
  Stripped,
  WindowStep,
} from "./types.ts";
import { createWorld, findSubflow, seconds } from "./world.ts";

/** What one side's key makes (RFC 8684 section 3.2). */
export interface HostFacts {
  readonly key: bigint;
  readonly token: number;
  readonly idsn: bigint;
  /** Whether it still uses MPTCP. */
  readonly mptcp: boolean;
}

/**
 * Each method is a step: it adds frames and moves the clock on. Sequence numbers, acknowledgements, mappings, HMACs, checksums,
 * timestamps and SACK blocks follow from the steps before. Every method throws CraftError, with the step's field as its path, for
 * what cannot be.
 */
export interface Conversation {
  /** So far, in order of time. */
  readonly frames: readonly Frame[];
  /** Nanoseconds since the epoch. */
  readonly now: bigint;
  facts(side: Side): HostFacts;
  /** Three packets with MP_CAPABLE. @returns the number of the subflow, 0. */
  connect(step?: ConnectStep): number;
  /** Another subflow by MP_JOIN, four packets. @returns its number, also if it was refused. */
  join(step?: JoinStep): number;
  send(step: SendStep): void;
  retransmit(step: RetransmitStep): void;
  reinject(step: ReinjectStep): void;
  /** A pure acknowledgement. */
  acknowledge(step: OnSubflow): void;
  addAddress(step: AddAddressStep): void;
  removeAddress(step: RemoveAddressStep): void;
  priority(step: PriorityStep): void;
  fail(step: FailStep): void;
  reset(step: ResetStep): void;
  fastClose(step: FastCloseStep): void;
  window(step: WindowStep): void;
  segment(step: SegmentStep): void;
  dataFin(step: OnSubflow): void;
  close(step?: CloseStep): void;
  /** Seconds in which nothing happens. */
  wait(duration: number): void;
  /** Moves on to a time, in seconds since the first frame. */
  at(time: number): void;
  /** From now on a middlebox between the hosts takes MPTCP options out of these segments. */
  middlebox(strip: readonly Stripped[]): void;
}

/**
 * Starts a conversation between two hosts. The same options and steps give the same bytes.
 *
 * @throws CraftError for addresses and numbers that do not fit.
 */
export function createConversation(options: ConversationOptions): Conversation {
  const world = createWorld(options);
  return {
    frames: world.frames,
    get now() {
      return world.now;
    },
    facts(side) {
      const { key, mptcp } = world.hosts[side];
      return { key, token: tokenOf(key, world.version), idsn: idsnOf(key, world.version), mptcp };
    },
    connect: (step = {}) => connect(world, step),
    join: (step = {}) => join(world, step),
    send: (step) => data.send(world, step),
    retransmit: (step) => data.retransmit(world, step),
    reinject: (step) => data.reinject(world, step),
    acknowledge(step) {
      const subflow = findSubflow(world, step.subflow, "acknowledge");
      acknowledge(world, subflow, subflow.ends[step.from]);
    },
    addAddress: (step) => control.addAddress(world, step),
    removeAddress: (step) => control.removeAddress(world, step),
    priority: (step) => control.setPriority(world, step),
    fail: (step) => control.fail(world, step),
    reset: (step) => control.reset(world, step),
    fastClose: (step) => control.fastClose(world, step),
    window: (step) => control.setWindow(world, step),
    segment: (step) => control.sendSegment(world, step),
    dataFin: (step) => data.dataFin(world, step),
    close: (step = {}) => control.close(world, step),
    wait(duration) {
      if (!(duration >= 0)) throw new CraftError("out-of-range", "wait", `${duration} is no time to wait`);
      world.now += seconds(duration);
    },
    at(time) {
      const moment = world.start + seconds(time);
      if (moment < world.now)
        throw new CraftError("out-of-range", "at", `${time} s is before the last frame`);
      world.now = moment;
      world.exact = true;
    },
    middlebox(strip) {
      world.stripped.clear();
      for (const kind of strip) world.stripped.add(kind);
    },
  };
}

/** Cryptographic checks: which were made, and how they came out. */
import {
  addAddrHmac,
  joinAckHmac,
  joinSynAckHmac,
  legacyAddAddrHmac,
  type MptcpVersion,
} from "../../dissectors/mptcp-crypto.ts";
import type { AddAddrOption } from "../../dissectors/trackers/mptcp-options.ts";
import type { Check, CheckKind, Verdict } from "./types.ts";

export const CHECK_KINDS: readonly CheckKind[] = [
  "key-echo",
  "join-token",
  "join-syn-ack-hmac",
  "join-ack-hmac",
  "add-addr-hmac",
  "dss-checksum",
  "fast-close-key",
];
const VERDICTS: readonly Verdict[] = ["good", "legacy", "bad", "unchecked"];
/** Checks that are kept one by one; the rest is counted. */
const MAX_NOTABLE = 200;

/** One more; how many there were. Names that stand in the code are found faster than one in a variable. */
function countOne(counts: Record<Verdict, number>, verdict: Verdict): number {
  switch (verdict) {
    case "good":
      return counts.good++;
    case "legacy":
      return counts.legacy++;
    case "bad":
      return counts.bad++;
    case "unchecked":
      return counts.unchecked++;
    default:
      return verdict satisfies never;
  }
}

export class CheckList {
  readonly counts: Record<CheckKind, Record<Verdict, number>>;
  readonly notable: Check[] = [];
  readonly #watch: ((check: Check) => void) | undefined;
  /** Of what was checked last: one kind is checked with nearly every segment, and others now and then. */
  #kind: CheckKind = "dss-checksum";
  #ofKind: Record<Verdict, number>;

  /** `watch` is told of every check that is made. */
  constructor(watch?: (check: Check) => void) {
    this.#watch = watch;
    const entries = CHECK_KINDS.map((kind) => [kind, { good: 0, legacy: 0, bad: 0, unchecked: 0 }]);
    // The entries are made of all kinds of the closed list.
    this.counts = Object.fromEntries(entries) as Record<CheckKind, Record<Verdict, number>>;
    this.#ofKind = this.counts[this.#kind];
  }

  add(kind: CheckKind, frame: number, stream: number, verdict: Verdict, detail?: string): void {
    this.#watch?.({ kind, frame, stream, verdict, detail });
    if (kind !== this.#kind) {
      this.#kind = kind;
      this.#ofKind = this.counts[kind];
    }
    const before = countOne(this.#ofKind, verdict);
    if ((verdict === "good" || verdict === "unchecked") && before > 0) return;
    if (this.notable.length < MAX_NOTABLE) this.notable.push({ kind, frame, stream, verdict, detail });
  }

  takeOver(other: CheckList): void {
    this.notable.push(...other.notable);
    for (const kind of CHECK_KINDS)
      for (const verdict of VERDICTS) this.counts[kind][verdict] += other.counts[kind][verdict];
  }
}

/** Keys and nonces of a JOIN, as far as they were seen; "A" sent the SYN. */
export interface JoinHandshake {
  readonly version: MptcpVersion;
  readonly keyA: bigint | undefined;
  readonly keyB: bigint | undefined;
  readonly nonceA: number | undefined;
  readonly nonceB: number | undefined;
}

export interface Outcome {
  readonly verdict: Verdict;
  readonly detail?: string;
}

const NO_KEYS: Outcome = { verdict: "unchecked", detail: "the keys are not in the capture" };
const NO_NONCE: Outcome = { verdict: "unchecked", detail: "the handshake is not whole" };
const WRONG: Outcome = { verdict: "bad", detail: "the HMAC is not what the keys make" };

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** HMAC of the SYN/ACK (RFC 8684 section 3.2, figure 6). */
export function checkJoinSynAck(join: JoinHandshake, hmac: bigint): Outcome {
  const { version, keyA, keyB, nonceA, nonceB } = join;
  if (keyA === undefined || keyB === undefined) return NO_KEYS;
  if (nonceA === undefined || nonceB === undefined) return NO_NONCE;
  const secrets = { ownKey: keyB, peerKey: keyA, ownNonce: nonceB, peerNonce: nonceA };
  return joinSynAckHmac(secrets, version) === hmac ? { verdict: "good" } : WRONG;
}

/** HMAC of the third ACK (RFC 8684 section 3.2, figure 7). */
export function checkJoinAck(join: JoinHandshake, hmac: Uint8Array): Outcome {
  const { version, keyA, keyB, nonceA, nonceB } = join;
  if (keyA === undefined || keyB === undefined) return NO_KEYS;
  if (nonceA === undefined || nonceB === undefined) return NO_NONCE;
  const secrets = { ownKey: keyA, peerKey: keyB, ownNonce: nonceA, peerNonce: nonceB };
  return equalBytes(joinAckHmac(secrets, version), hmac) ? { verdict: "good" } : WRONG;
}

/** HMAC of an ADD_ADDR, in the RFC's form or one that older stacks sent (RFC 8684 section 3.4.1). */
export function checkAddAddr(
  option: AddAddrOption,
  ownKey: bigint | undefined,
  peerKey: bigint | undefined,
): Outcome | undefined {
  const { hmac, addressId, address, port } = option;
  if (hmac === undefined) return undefined;
  if (ownKey === undefined || peerKey === undefined) return NO_KEYS;
  const announced = { ownKey, peerKey, addressId, address, port: port ?? 0 };
  if (addAddrHmac(announced) === hmac) return { verdict: "good" };
  const legacy = (detail: string): Outcome => ({ verdict: "legacy", detail });
  if (legacyAddAddrHmac(announced) === hmac) return legacy("leftmost 64 bits of the HMAC, as early Linux");
  if (announced.port === 0) return WRONG;
  const portless = { ...announced, port: 0 };
  if (addAddrHmac(portless) === hmac) return legacy("made without the port, as early Linux");
  if (legacyAddAddrHmac(portless) === hmac) {
    return legacy("leftmost 64 bits, and made without the port, as early Linux");
  }
  return WRONG;
}

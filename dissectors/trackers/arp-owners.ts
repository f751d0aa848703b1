/** Who uses an IPv4 address: a second hardware address that claims it is told (RFC 5227 section 2.4). */
import type { Preferences, Provide, Row, Tracker, TrackerState } from "../../src/plugin.ts";
import { BoundedMap, maxStreams, type Touchable } from "./bounded-map.ts";
import { bytesAt, isZero } from "./derived.ts";
import { numberAt, provided } from "./provided.ts";

const OPERATION = 0;
const SENDER_IP = 1;
const SENDER_MAC = 2;
const TARGET_IP = 3;
const TARGET_MAC = 4;

const FRAME = 0;
const SECONDS = 1;
const DETECTED = 2;

const REQUEST = 1;
const REPLY = 2;
/** Group bit of an Ethernet address (IEEE 802): no interface has such an address of its own. */
const GROUP = 0x01;
const SECOND = 1_000_000_000n;

interface Owner extends Touchable {
  readonly mac: string;
  /** Where the address was last seen with this owner. */
  frame: number;
  seconds: bigint;
}

const key = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

class Owners implements TrackerState {
  readonly #owners: BoundedMap<string, Owner>;

  constructor(preferences: Preferences) {
    this.#owners = new BoundedMap(maxStreams(preferences));
  }

  get forgotten(): number {
    return this.#owners.forgotten;
  }

  update(row: Row, provide: Provide): void {
    const count = row.count(OPERATION);
    for (let index = 0; index < count; index++) {
      const operation = numberAt(row, OPERATION, index);
      if (operation !== REQUEST && operation !== REPLY) continue;
      const sender = bytesAt(row, SENDER_IP, index);
      this.#claim(row, sender, bytesAt(row, SENDER_MAC, index), index, provide);
      const target = bytesAt(row, TARGET_IP, index);
      // A request does not know the target's hardware address yet.
      if (operation !== REPLY || sender === undefined || target === undefined || key(sender) === key(target))
        continue;
      this.#claim(row, target, bytesAt(row, TARGET_MAC, index), index, provide);
    }
  }

  #claim(
    row: Row,
    ip: Uint8Array | undefined,
    mac: Uint8Array | undefined,
    index: number,
    provide: Provide,
  ): void {
    if (ip === undefined || mac === undefined) return;
    // A probe has no address yet (RFC 5227 section 2.1.1).
    if (((mac[0] ?? 0) & GROUP) !== 0 || isZero(mac) || isZero(ip)) return;
    const seconds = (row.timestamp ?? 0n) / SECOND;
    const owner = this.#owners.get(key(ip));
    if (owner === undefined) {
      this.#owners.set(key(ip), { mac: key(mac), frame: row.frameNumber, seconds, touched: false });
    } else if (owner.mac === key(mac)) {
      owner.frame = row.frameNumber;
      owner.seconds = seconds;
    } else {
      provide(FRAME, owner.frame, index);
      provide(SECONDS, Number(seconds - owner.seconds) >>> 0, index);
      provide(DETECTED, true, index);
    }
  }
}

/** The first owner of an address stays its owner. Preference: `subflow.max_streams` bounds the addresses. */
export const arpOwners: Tracker = {
  id: "arp.owners",
  requires: ["arp.opcode", "arp.src.proto_ipv4", "arp.src.hw_mac", "arp.dst.proto_ipv4", "arp.dst.hw_mac"],
  provides: [
    provided(
      "arp.duplicate-address-frame",
      "FT_FRAMENUM",
      "Frame in which another station used the address",
      {},
    ),
    provided("arp.seconds-since-duplicate-address-frame", "FT_UINT32", "Whole seconds since that frame", {}),
    provided("arp.duplicate-address-detected", "FT_NONE", "Two stations use one address", {}),
  ],
  create: (preferences) => new Owners(preferences),
};

/** What an ARP packet is for, by the addresses in it (RFC 5227 section 1.1). */
import type { Tracker } from "../../src/plugin.ts";
import { areEqual, bytesAt, derived, isZero } from "./derived.ts";
import { numberAt, provided } from "./provided.ts";

const OPERATION = 0;
const SENDER_IP = 1;
const TARGET_IP = 2;
const TARGET_MAC = 3;
const SENDER_OTHER = 4;
const TARGET_OTHER = 5;

const REQUEST = 1;
const REPLY = 2;

const GRATUITOUS = 0;
const PROBE = 1;
const ANNOUNCEMENT = 2;

const after = { after: "arp.opcode" };

/** Each name exists, as true, where it applies. */
export const derivedArp: Tracker = derived(
  "arp.purpose",
  [
    "arp.opcode",
    "arp.src.proto_ipv4",
    "arp.dst.proto_ipv4",
    "arp.dst.hw_mac",
    "arp.src.proto",
    "arp.dst.proto",
  ],
  [
    provided("arp.isgratuitous", "FT_BOOLEAN", "Sender and target are the same", after),
    provided("arp.isprobe", "FT_BOOLEAN", "Asks whether an address is taken", after, {
      spec: "RFC 5227 section 2.1.1",
    }),
    provided("arp.isannouncement", "FT_BOOLEAN", "Says that an address is taken", after, {
      spec: "RFC 5227 section 2.3",
    }),
  ],
  (row, provide) => {
    for (let index = 0; index < row.count(OPERATION); index++) {
      const operation = numberAt(row, OPERATION, index);
      const sender = bytesAt(row, SENDER_IP, index) ?? bytesAt(row, SENDER_OTHER, index);
      const target = bytesAt(row, TARGET_IP, index) ?? bytesAt(row, TARGET_OTHER, index);
      if (sender === undefined || target === undefined) continue;
      const asks =
        operation === REQUEST && isZero(bytesAt(row, TARGET_MAC, index) ?? new Uint8Array(1).fill(1));
      const same = areEqual(sender, target);
      if (same && (operation === REQUEST || operation === REPLY)) provide(GRATUITOUS, true, index);
      if (asks && !same && isZero(sender)) provide(PROBE, true, index);
      if (asks && same) provide(ANNOUNCEMENT, true, index);
    }
  },
);

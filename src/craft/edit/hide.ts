/** Replacing addresses and secrets by others that a secret text decides: the same value always becomes the same. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, toHex } from "../../bytes/hex.ts";

export interface Hider {
  /** Prefix-preserving: two addresses share as many leading bits as before. */
  address(bytes: Uint8Array): Uint8Array;
  ether(bytes: Uint8Array): Uint8Array;
  /** As many other bytes. */
  bytes(value: Uint8Array, purpose: string): Uint8Array;
}

/** Leading bits that are kept, so that multicast, link-local and global addresses stay what they are. */
const KEPT_BITS: Readonly<Record<number, number>> = { 4: 4, 16: 10 };

/** Addresses that stand for no one: unspecified, loopback, multicast, broadcast. */
function isSpecial(bytes: Uint8Array): boolean {
  const [first = 0] = bytes;
  if (bytes.every((byte) => byte === 0) || bytes.every((byte) => byte === 255)) return true;
  if (bytes.length === 4) return first === 127 || first >= 224;
  return first === 255 || (bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1);
}

export function createHider(secret: string): Hider {
  const key = sha256(new TextEncoder().encode(secret));
  const digest = (purpose: string, value: Uint8Array): Uint8Array =>
    hmac(sha256, key, concatBytes([new TextEncoder().encode(`${purpose}\0`), value]));
  const known = new Map<string, Uint8Array>();
  /** Each bit is turned over or not by a function of the bits before it (the construction of Crypto-PAn). */
  const prefixPreserving = (bytes: Uint8Array): Uint8Array => {
    const hidden = bytes.slice();
    const prefix = new Uint8Array(bytes.length + 1);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const at = bit >> 3;
      const mask = 0x80 >> (bit & 7);
      prefix[bytes.length] = bit;
      if (bit >= (KEPT_BITS[bytes.length] ?? 0) && ((digest("address", prefix)[0] ?? 0) & 1) === 1)
        hidden[at] = (hidden[at] ?? 0) ^ mask;
      prefix[at] = (prefix[at] ?? 0) | ((bytes[at] ?? 0) & mask);
    }
    return hidden;
  };
  return {
    address(bytes) {
      if (isSpecial(bytes)) return bytes;
      const name = toHex(bytes);
      const found = known.get(name) ?? prefixPreserving(bytes);
      known.set(name, found);
      return found;
    },
    ether(bytes) {
      // Group addresses say what a frame is; others become locally administered ones (IEEE 802 section 8.2).
      if (((bytes[0] ?? 0) & 1) === 1 || bytes.every((byte) => byte === 0)) return bytes;
      const hidden = digest("ether", bytes).slice(0, bytes.length);
      hidden[0] = ((hidden[0] ?? 0) & 0xfc) | 2;
      return hidden;
    },
    bytes(value, purpose) {
      const blocks: Uint8Array[] = [];
      for (let size = 0; size < value.length; size += 32) blocks.push(digest(`${purpose} ${size}`, value));
      return concatBytes(blocks).slice(0, value.length);
    },
  };
}

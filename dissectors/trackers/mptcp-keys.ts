/** Keys that a capture lacks, given by hand. */
import type { Preferences } from "../../src/plugin.ts";

/**
 * The preference `subflow.mptcp_keys`: `TOKEN=KEY`, both hexadecimal, with commas between several. Words of another form
 * are passed over.
 */
export function givenKeys(preferences: Preferences): ReadonlyMap<number, bigint> {
  const text = String(preferences.get("subflow.mptcp_keys") ?? "");
  const keys = new Map<number, bigint>();
  for (const [, token = "", key = ""] of text.matchAll(
    /(?:^|,)(?:0x)?([0-9a-f]{1,8})=(?:0x)?([0-9a-f]{1,16})(?=,|$)/gi,
  )) {
    keys.set(Number.parseInt(token, 16), BigInt(`0x${key}`));
  }
  return keys;
}

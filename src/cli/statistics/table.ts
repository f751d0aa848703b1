/** What the tables of statistics share. */
import type { EndType } from "../../analysis/conversations.ts";

/** Above and below a table. */
export const LINE: string = "=".repeat(80);

export const END_TYPES: readonly EndType[] = ["eth", "ip", "ipv6", "tcp", "udp"];

/** Names of the types in headings. */
export const TITLES: Readonly<Record<EndType | "mptcp", string>> = {
  eth: "Ethernet",
  ip: "IPv4",
  ipv6: "IPv6",
  tcp: "TCP",
  udp: "UDP",
  mptcp: "MPTCP",
};

/** Seconds with so many digits behind the point, rounded. */
export function fixed(nanoseconds: bigint, digits: number): string {
  if (nanoseconds < 0n) return `-${fixed(-nanoseconds, digits)}`;
  const unit = 10n ** BigInt(9 - digits);
  const rounded = (nanoseconds + unit / 2n) / unit;
  const scale = 10n ** BigInt(digits);
  return digits === 0
    ? String(rounded)
    : `${rounded / scale}.${String(rounded % scale).padStart(digits, "0")}`;
}

/** For JSON. */
export function seconds(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e9;
}

// Generated from schemas/ by `npm run generate`. Do not edit.
import type { ArpShapes } from "./arp.ts";
import type { EthernetShapes } from "./ethernet.ts";
import type { FrameShapes } from "./frame.ts";
import type { IcmpShapes } from "./icmp.ts";
import type { IpShapes } from "./ip.ts";
import type { LinkShapes } from "./link.ts";
import type { MptcpShapes } from "./mptcp.ts";
import type { TcpShapes } from "./tcp.ts";
import type { UdpShapes } from "./udp.ts";

export type * from "./arp.ts";
export type * from "./ethernet.ts";
export type * from "./frame.ts";
export type * from "./icmp.ts";
export type * from "./ip.ts";
export type * from "./link.ts";
export type * from "./mptcp.ts";
export type * from "./tcp.ts";
export type * from "./udp.ts";

/** Types of all built-in schemas by id. */
export interface BuiltinShapes extends ArpShapes, EthernetShapes, FrameShapes, IcmpShapes, IpShapes, LinkShapes, MptcpShapes, TcpShapes, UdpShapes {}

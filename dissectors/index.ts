/** The built-in dissectors, in the order in which they are registered: families of options before what stands in them. */

import type { Dissector } from "../src/plugin.ts";
import { arp } from "./arp.ts";
import { ethernet } from "./ethernet.ts";
import { frame } from "./frame.ts";
import { icmp } from "./icmp.ts";
import { ip } from "./ip.ts";
import { link } from "./link.ts";
import { mptcp } from "./mptcp.ts";
import { tcp } from "./tcp.ts";
import { udp } from "./udp.ts";

export const builtin: readonly Dissector[] = [frame, ethernet, link, ip, tcp, mptcp, udp, icmp, arp];

import { type Dissector, defineDissector } from "../src/plugin.ts";
import { layouts } from "./generated/layouts/link.ts";

/** Link layers other than Ethernet: Linux cooked, BSD loopback, PPP, PKTAP. */
export const link: Dissector = defineDissector({ name: "link", layouts });

/** What the name of a header or option is as a field. */
import type { FieldType } from "./fields.ts";
import type { Layout } from "./nodes.ts";

/** A header's name is a protocol, and so is that of an option which opens a layer (`mptcp`); other options are bytes. */
export function protocolType({ role, protocol }: Layout): FieldType {
  return protocol?.layer === true || role === "header" || role === "metadata" ? "FT_PROTOCOL" : "FT_BYTES";
}

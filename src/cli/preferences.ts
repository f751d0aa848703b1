/** `-o NAME:VALUE`: the settings that trackers read. */
import type { FilterLimits } from "../engine/api.ts";
import { CliError } from "./errors.ts";

type Value = string | number | boolean;

/** Wireshark's names where it has the setting. Add a tracker's setting here when it learns one. */
const KNOWN: Readonly<Record<string, "boolean" | "number" | "text">> = {
  "tcp.relative_sequence_numbers": "boolean",
  "tcp.analyze_sequence_numbers": "boolean",
  "arp.detect_request_storms": "boolean",
  "arp.detect_storm_number_of_packets": "number",
  "arp.detect_storm_period": "number",
  "frame.generate_md5_hash": "boolean",
  "ip.check_checksum": "boolean",
  "tcp.check_checksum": "boolean",
  "udp.check_checksum": "boolean",
  "ip.decode_tos_as_diffserv": "boolean",
  "ip.security_flag": "boolean",
  "vlan.version": "text",
  "tcp.read_seq_as_syn_cookie": "boolean",
  "mptcp.analyze_mappings": "boolean",
  "mptcp.intersubflows_retransmission": "boolean",
  "mptcp.relative_sequence_numbers": "boolean",
  "subflow.max_streams": "number",
  "subflow.filter_nesting": "number",
  "subflow.filter_length": "number",
  "subflow.filter_set_size": "number",
  "subflow.mptcp_keys": "text",
};

/** What is never done: these settings may say so, and nothing else. */
const NEVER: ReadonlySet<string> = new Set([
  "ip.defragment",
  "ipv6.defragment",
  "tcp.desegment_tcp_streams",
  "tcp.reassemble_out_of_order",
]);

/** As in Wireshark, a boolean is true only when it says so. */
function typedValue(type: "boolean" | "number" | "text" | undefined, text: string): Value {
  if (type === "boolean") return text.toLowerCase() === "true";
  if (type === "text") return text;
  if (/^\d+$/.test(text)) return Number(text);
  if (type === "number") throw new CliError(`-o: "${text}" is not a number`);
  return /^(?:true|false)$/i.test(text) ? text.toLowerCase() === "true" : text;
}

/** `plugins`: names of loaded dissectors; what begins with one of them is theirs to know. */
export function readPreferences(
  settings: readonly string[],
  plugins: readonly string[],
): Readonly<Record<string, Value>> {
  const preferences: Record<string, Value> = {};
  for (const setting of settings) {
    const colon = setting.indexOf(":");
    if (colon < 1) throw new CliError(`Invalid -o flag "${setting}"`);
    const name = setting.slice(0, colon);
    if (NEVER.has(name)) {
      if (typedValue("boolean", setting.slice(colon + 1).trim()) !== true) continue;
      throw new CliError(`-o ${setting}: frames are not put together, each is shown as it came`);
    }
    const type = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
    if (type === undefined && !plugins.some((plugin) => name.startsWith(`${plugin}.`))) {
      throw new CliError(`-o flag "${setting}" specifies unknown preference`);
    }
    preferences[name] = typedValue(type, setting.slice(colon + 1).trim());
  }
  return preferences;
}

/** Limits of a filter's text, where `subflow.filter_nesting`, `subflow.filter_length` or `subflow.filter_set_size` say so. */
export function filterLimits(preferences: Readonly<Record<string, Value>>): FilterLimits {
  const limit = (name: string): number | undefined => {
    const value = preferences[`subflow.filter_${name}`];
    return typeof value === "number" ? value : undefined;
  };
  const [nesting, length, setSize] = [limit("nesting"), limit("length"), limit("set_size")];
  return {
    ...(nesting === undefined ? {} : { nesting }),
    ...(length === undefined ? {} : { length }),
    ...(setSize === undefined ? {} : { setSize }),
  };
}

/**
 * Options in the language of packetdrill with the MPTCP extension (multipath-tcp/packetdrill). Its numbers of the data level are
 * relative to the initial ones and its keys are variables, so numbers stand as given and keys become `name=value`.
 */
import { toHex } from "../../bytes/hex.ts";
import { CraftError } from "../../errors.ts";
import type { CraftedOption, CraftInput } from "../input.ts";

type Value = Readonly<Record<string, unknown>>;
type Writer = (value: Value) => string;

function words(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => typeof part === "string" && part !== "").join(" ");
}

function has(value: Value, key: string): boolean {
  return value[key] !== undefined;
}

function capable(value: Value): string {
  const flags = [
    ["checksumRequired", "flag_a"],
    ["extensibility", "flag_b"],
    ["noMoreSubflows", "flag_c"],
    ["hmacSha", "flag_h"],
  ].flatMap(([key = "", name = ""]) => (value[key] === true ? [name] : []));
  const keys = words(
    has(value, "senderKey") && `ckey=${String(value["senderKey"])}`,
    has(value, "receiverKey") && `skey=${String(value["receiverKey"])}`,
  ).replace(" ", ", ");
  return words(
    `mpcapable v${String(value["version"])} flags[${flags.join(",")}]`,
    keys === "" ? "nokey" : `key[${keys}]`,
    has(value, "dataLevelLength") && `mpcdatalen ${String(value["dataLevelLength"])}`,
  );
}

function dss(value: Value): string {
  return words(
    "dss",
    has(value, "dataAck") && `dack${value["dataAck8"] === true ? 8 : 4}=${String(value["dataAck"])}`,
    has(value, "dataSequenceNumber") &&
      `dsn${value["dataSequenceNumber8"] === true ? 8 : 4}=${String(value["dataSequenceNumber"])}`,
    has(value, "subflowSequenceNumber") && `ssn=${String(value["subflowSequenceNumber"])}`,
    has(value, "dataLevelLength") && `dll=${String(value["dataLevelLength"])}`,
    has(value, "checksum") ? `checksum=${String(value["checksum"])}` : "nocs",
    value["dataFin"] === true && "fin",
  );
}

function join(value: Value): string {
  const backup = value["backup"] === true && "backup=1";
  const id = `address_id=${String(value["addressId"])}`;
  switch (value["variant"]) {
    case "syn":
      return words("mp_join_syn", backup, id, `token=${String(value["token"])}`);
    case "synAck":
      return words("mp_join_syn_ack", backup, id, `sender_hmac=${String(value["truncatedHmac"])}`);
    default:
      return "mp_join_ack sender_hmac=auto";
  }
}

function addAddress(value: Value): string {
  const address = String(value["address"]);
  const family = address.includes(":") ? "inet6_addr" : "inet_addr";
  return words(
    `add_address address_id=${String(value["addressId"])} addr[ep=${family}("${address}")]`,
    has(value, "port") && `port=${String(value["port"])}`,
    value["echo"] === true && "addr_echo",
    has(value, "truncatedHmac") && `hmac=${String(value["truncatedHmac"])}`,
  );
}

const WRITERS: Readonly<Record<string, Writer>> = {
  "tcp.nop": () => "nop",
  "tcp.eol": () => "eol",
  "tcp.mss": (value) => `mss ${String(value["mss"])}`,
  "tcp.windowScale": (value) => `wscale ${String(value["shift"])}`,
  "tcp.sackPermitted": () => "sackOK",
  "tcp.timestamps": (value) => `TS val ${String(value["value"])} ecr ${String(value["echoReply"])}`,
  "mptcp.mpCapable": capable,
  "mptcp.mpJoin": join,
  "mptcp.dss": dss,
  "mptcp.addAddr": addAddress,
  "mptcp.removeAddr": (value) => `remove_address address_id=[${String(value["addressIds"])}]`,
  "mptcp.mpPrio": (value) =>
    words(
      `mp_prio backup=${value["backup"] === true ? 1 : 0}`,
      has(value, "addressId") && `address_id=${String(value["addressId"])}`,
    ),
  "mptcp.mpFail": (value) => `mp_fail dsn8=${String(value["dataSequenceNumber"])}`,
  "mptcp.mpFastclose": (value) => `mp_fastclose ckey=${String(value["receiverKey"])}`,
  "mptcp.mpTcprst": (value) => `mp_reset ${String(value["reason"])}`,
};

/** @throws CraftError `bad-input` for options that packetdrill has no word for. */
export function packetdrillOption(input: CraftInput, option: CraftedOption): string {
  const { layout, value } = input.read(option);
  const writer = Object.hasOwn(WRITERS, layout.id) ? WRITERS[layout.id] : undefined;
  if (writer === undefined)
    throw new CraftError("bad-input", option.id, `packetdrill has no word for ${toHex(option.bytes)}`);
  return writer(value);
}

/** What tcpdump 4.99 prints of an option whose values are right: `tcpdump -n -v -S` shows a list of these texts. */
import { spawnSync } from "node:child_process";
import { toHex } from "../../src/bytes/hex.ts";
import type { ParsedOption } from "../../src/index.ts";

/** tcpdump is there. */
export const hasTcpdump: boolean = spawnSync("tcpdump", ["--version"]).status === 0;

/** The option list of each frame; undefined where tcpdump shows none. */
export function tcpdumpOptions(file: string): (string | undefined)[] {
  const run = spawnSync("tcpdump", ["-n", "-v", "-S", "-r", file], { encoding: "utf8", maxBuffer: 1 << 30 });
  return run.stdout
    .split("\n")
    .filter((line) => line.includes(" Flags ["))
    .map((line) => / options \[(.*)\]/.exec(line)?.[1]);
}

type Values = Readonly<Record<string, unknown>>;
type Print = (value: Values, bytes: Uint8Array) => string;

const words = (...parts: readonly (string | false)[]): string =>
  parts.filter((part) => part !== false).join(" ");
const given = (value: Values, key: string, print: (text: unknown) => string): string | false =>
  value[key] !== undefined && print(value[key]);
const hex = (value: unknown): string => `0x${BigInt(value as bigint | number).toString(16)}`;

function checksum(value: Values): string | false {
  return given(value, "checksum", (one) => `csum ${hex(one)}`);
}

const capable: Print = (value) => {
  const keys = [value["senderKey"], value["receiverKey"]].filter((key) => key !== undefined).map(hex);
  return words(
    `capable v${value["version"]}`,
    value["checksumRequired"] === true && "csum",
    keys.length > 0 && `{${keys.join(",")}}`,
    given(value, "dataLevelLength", (length) => `len ${length}`),
    checksum(value),
  );
};

const joining: Print = (value) =>
  value["variant"] === "ack"
    ? `join hmac 0x${toHex(value["hmac"] as Uint8Array)}`
    : words(
        "join",
        value["backup"] === true && "backup",
        `id ${value["addressId"]}`,
        given(value, "token", (token) => `token ${hex(token)}`),
        given(value, "truncatedHmac", (mac) => `hmac ${hex(mac)}`),
        `nonce ${hex(value["nonce"])}`,
      );

const addAddress: Print = (value) => {
  const variant = String(value["variant"]);
  const form = variant.endsWith("V0")
    ? `v0-ip${value["ipVersion"]}`
    : value["echo"] === true
      ? "v1-echo"
      : "v1";
  const port = value["port"] === undefined ? "" : `:${value["port"]}`;
  return words(
    `add-addr ${form} id ${value["addressId"]} ${value["address"]}${port}`,
    given(value, "truncatedHmac", (mac) => `hmac ${hex(mac)}`),
  );
};

const MPTCP: Readonly<Record<string, Print>> = {
  "mptcp.mpCapable": capable,
  "mptcp.mpJoin": joining,
  "mptcp.dss": (value) =>
    words(
      "dss",
      value["dataFin"] === true && "fin",
      given(value, "dataAck", (ack) => `ack ${ack}`),
      given(value, "dataSequenceNumber", (dsn) => `seq ${dsn}`),
      given(value, "subflowSequenceNumber", (ssn) => `subseq ${ssn}`),
      given(value, "dataLevelLength", (length) => `len ${length}`),
      checksum(value),
    ),
  "mptcp.addAddr": addAddress,
  "mptcp.removeAddr": (value) => `rem-addr id ${(value["addressIds"] as readonly number[]).join(" ")}`,
  "mptcp.mpPrio": (value) =>
    words(
      value["backup"] === true ? "prio backup" : "prio non-backup",
      given(value, "addressId", (id) => `id ${id}`),
    ),
  "mptcp.mpFail": (value) => `fail seq ${value["dataSequenceNumber"]}`,
  "mptcp.mpFastclose": (value) => `fast-close key ${hex(value["receiverKey"])}`,
};

const number =
  (word: string, key: string): Print =>
  (value) =>
    `${word} ${value[key]}`;

const TCP: Readonly<Record<string, Print>> = {
  "tcp.nop": () => "nop",
  "tcp.eol": () => "eol",
  "tcp.mss": number("mss", "mss"),
  "tcp.windowScale": number("wscale", "shift"),
  "tcp.sackPermitted": () => "sackOK",
  "tcp.sack": (value) => {
    const blocks = value["blocks"] as readonly { readonly left: number; readonly right: number }[];
    return `sack ${blocks.length} ${blocks.map(({ left, right }) => `{${left}:${right}}`).join("")}`;
  },
  "tcp.timestamps": (value) => `TS val ${value["value"]} ecr ${value["echoReply"]}`,
  "tcp.echo": number("echo", "value"),
  "tcp.echoReply": number("echoreply", "value"),
  "tcp.cc": number("cc", "count"),
  "tcp.ccNew": number("ccnew", "count"),
  "tcp.ccEcho": number("ccecho", "count"),
  "tcp.md5": (value) =>
    `md5 shared secret not supplied with -M, can't check - ${toHex(value["digest"] as Uint8Array)}`,
  "tcp.ao": (value) =>
    words(
      `tcp-ao keyid ${value["keyId"]} rnextkeyid ${value["receiveNextKeyId"]}`,
      given(value, "mac", (mac) => `mac 0x${toHex(mac as Uint8Array)}`),
    ),
  "tcp.scps": (value, bytes) => `scps cap ${toHex(bytes.subarray(2, 3))} id ${value["connectionId"]}`,
  "tcp.userTimeout": (value, bytes) => {
    const word = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
    return `uto ${hex(word)} ${Number(value["timeout"]) * (value["minutes"] === true ? 60 : 1)}`;
  },
  "tcp.fastOpen": (value) =>
    `tfo  ${value["cookie"] === undefined ? "cookiereq" : `cookie ${toHex(value["cookie"] as Uint8Array)}`}`,
};

/** Options that tcpdump has no words for are shown as kind and bytes. */
function opaque(bytes: Uint8Array): string {
  const data = toHex(bytes.subarray(2));
  return data === "" ? `unknown-${bytes[0]}` : `unknown-${bytes[0]} 0x${data}`;
}

/** Kind 254 is shown with its ExID; kind 253 as any unknown kind. */
function experimental(value: Values, bytes: Uint8Array): string {
  if (bytes[0] !== 254) return opaque(bytes);
  const id = toHex(bytes.subarray(2, 4));
  if (id !== "f989") return `exp-${id}`;
  return value["cookie"] === undefined
    ? "exp-tfo cookiereq"
    : `exp-tfo cookie ${toHex(value["cookie"] as Uint8Array)}`;
}

/** The text for one option, from the values that were put in. */
export function tcpdumpText({ id, value = {} }: ParsedOption, bytes: Uint8Array): string {
  const mptcp = MPTCP[id];
  if (mptcp !== undefined) return `mptcp ${bytes.length} ${mptcp(value, bytes)}`;
  // Of MP_TCPRST and MP_EXPERIMENTAL it tells the length only.
  if (id.startsWith("mptcp.")) return `mptcp ${bytes.length} unknown`;
  if (id.startsWith("tcp.experimental")) return experimental(value, bytes);
  return TCP[id]?.(value, bytes) ?? opaque(bytes);
}

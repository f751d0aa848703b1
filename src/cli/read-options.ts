/** The options of the main command, with tshark's letters and meaning. */

import { tokenOf } from "../../dissectors/mptcp-crypto.ts";
import type { CaptureFormat } from "../capture/types.ts";
import { CliError } from "./errors.ts";
import { type OptionSpec, parseOptions } from "./getopt.ts";
import { defaultSeparators, type FieldsStyle, setFieldsStyle } from "./output/fields-style.ts";
import { parseTimeFormat, type TimeFormat } from "./output/time-column.ts";

const OUTPUTS = ["text", "fields", "json", "jsonraw", "ek", "pdml"] as const;
export type OutputKind = (typeof OUTPUTS)[number];
export const outputNames: readonly string[] = OUTPUTS;

export interface ReadOptions {
  readonly files: readonly string[];
  /** Two readings, of which the second knows what the first saw. */
  readonly twice: boolean;
  readonly filter: string | undefined;
  readonly output: OutputKind;
  readonly fields: readonly string[];
  readonly style: FieldsStyle;
  readonly tree: boolean;
  readonly hex: boolean;
  readonly summary: boolean;
  readonly write: string | undefined;
  readonly writeFormat: CaptureFormat | undefined;
  readonly limit: number | undefined;
  /** Threads that scan; undefined leaves it to the size of the file. */
  readonly jobs: number | undefined;
  readonly quiet: boolean;
  readonly count: boolean;
  readonly time: TimeFormat;
  readonly lineBuffered: boolean;
  /** `NAME:VALUE`, as given. */
  readonly preferences: readonly string[];
  readonly decodeAs: readonly string[];
  readonly plugins: readonly string[];
  readonly macros: string | undefined;
  readonly selectedFrame: number | undefined;
  readonly duplicateKeys: boolean;
  /** Arguments of `-z`, as given. */
  readonly statistics: readonly string[];
  readonly statisticsFormat: "text" | "json";
  /** `--key TOKEN=KEY`: keys of Multipath TCP connections by token. */
  readonly keys: ReadonlyMap<number, bigint>;
}

/** Accepted for scripts' sake: names are never resolved. */
const WITHOUT_EFFECT = ["n"];

const SPECS: readonly OptionSpec[] = [
  ...["r", "Y", "T", "e", "E", "w", "F", "c", "t", "o", "d", "z"].map((name) => ({ name, argument: true })),
  ...["V", "x", "q", "l", "P", "2", ...WITHOUT_EFFECT].map((name) => ({ name, argument: false })),
  ...["plugin", "macros", "selected-frame", "format", "key", "jobs"].map((name) => ({
    name,
    argument: true,
  })),
  ...["count", "no-duplicate-keys", "two-pass"].map((name) => ({ name, argument: false })),
  { name: "read-file", argument: true, same: "r" },
  { name: "display-filter", argument: true, same: "Y" },
  { name: "print", argument: false, same: "P" },
];

/** Names of the options, without dashes. */
export function optionNames(): readonly string[] {
  return SPECS.map(({ name }) => name);
}

/** Options that tshark has and subflow has not: refused by name, so that nobody relies on them by mistake. */
const TSHARK_ONLY = new Set(
  (
    "i f s p I B y D L a b M R N H j J O S K G g U u W X C Q interface capture-filter snapshot-length " +
    "no-promiscuous-mode monitor-mode buffer-size linktype time-stamp-type list-interfaces list-data-link-types " +
    "list-time-stamp-types autostop ring-buffer read-filter enable-protocol disable-protocol enable-heuristic " +
    "disable-heuristic export-objects export-tls-session-keys color elastic-mapping-filter temp-dir log-level " +
    "log-fatal log-domains log-debug log-noisy log-file capture-comment only-protocols disable-all-protocols"
  ).split(" "),
);

function refuse(name: string): never {
  const dashed = name.length === 1 ? `-${name}` : `--${name}`;
  throw new CliError(
    TSHARK_ONLY.has(name) ? `tshark's option ${dashed} is not supported` : `unrecognized option: ${name}`,
  );
}

function parseOutput(text: string): OutputKind {
  const output = OUTPUTS.find((name) => name === text);
  if (output !== undefined) return output;
  throw new CliError(`Invalid -T parameter "${text}"; it must be one of: ${OUTPUTS.join(", ")}`);
}

function parseCaptureFormat(text: string): CaptureFormat {
  if (text === "pcap" || text === "pcapng" || text === "nsecpcap") return text;
  throw new CliError(`"${text}" isn't a valid capture file type; it must be one of: pcap, pcapng, nsecpcap`);
}

function parseLimit(text: string): number {
  if (/^-\d+$/.test(text)) throw new CliError(`The specified packet count "${text}" is a negative number`);
  if (!/^\+?\d+$/.test(text))
    throw new CliError(`The specified packet count "${text}" isn't a decimal number`);
  if (Number(text) > 2 ** 31 - 1) {
    throw new CliError(`The specified packet count "${text}" is too large (greater than 2147483647)`);
  }
  if (Number(text) === 0) throw new CliError("The specified packet count is zero");
  return Number(text);
}

function parseFrameNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new CliError(`"${text}" is not a valid frame number`);
  return Number(text);
}

function parseJobs(text: string): number {
  const jobs = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (jobs < 1 || jobs > 64) throw new CliError(`--jobs takes a number from 1 to 64, not "${text}"`);
  return jobs;
}

function parseStatisticsFormat(text = "text"): "text" | "json" {
  if (text === "text" || text === "json") return text;
  throw new CliError(`--format of -z is text or json, not "${text}"`);
}

const hex32 = (value: number): string => `0x${value.toString(16).padStart(8, "0")}`;

/** `TOKEN=KEY`, both hexadecimal, as MPTCP's tools print them. The token is made of the key (RFC 8684 section 3.2). */
export function readKey(text: string): readonly [number, bigint] {
  const match = /^(?:0x)?([0-9a-f]{1,8})=(?:0x)?([0-9a-f]{1,16})$/i.exec(text);
  if (match === null) throw new CliError(`--key takes TOKEN=KEY in hexadecimal, not "${text}"`);
  const token = Number.parseInt(match[1] ?? "", 16);
  const key = BigInt(`0x${match[2]}`);
  const own = tokenOf(key, 1);
  const old = tokenOf(key, 0);
  if (token !== own && token !== old)
    throw new CliError(
      `--key ${text}: the key's token is ${hex32(own)}, in version 0 ${hex32(old)}, not ${hex32(token)}`,
    );
  return [token, key];
}

function keysText(keys: readonly (readonly [number, bigint])[]): string {
  return keys.map(([token, key]) => `${token.toString(16)}=${key.toString(16)}`).join(",");
}

/** Reads the command line of `subflow -r …`. Throws CliError with tshark's message where it has one. */
export function parseReadOptions(args: readonly string[]): ReadOptions {
  const { options, rest } = parseOptions(args, SPECS, refuse);
  const all = (name: string): string[] =>
    options.filter((given) => given.name === name).map((given) => given.value);
  const last = (name: string): string | undefined => all(name).at(-1);
  const has = (name: string): boolean => options.some((given) => given.name === name);
  const given = last("Y");
  if (given !== undefined && rest.length > 0) {
    throw new CliError(
      'Display filters were specified both with "-Y" and with additional command-line arguments.',
    );
  }
  const output = parseOutput(last("T") ?? "text");
  const fields = all("e");
  if (output === "fields" && fields.length === 0) {
    throw new CliError('"-Tfields" was specified, but no fields were specified with "-e".');
  }
  if ((output === "text" || output === "jsonraw") && fields.length > 0) {
    throw new CliError(
      'Output fields were specified with "-e", but "-Tek, -Tfields, -Tjson or -Tpdml" was not specified.',
    );
  }
  if (has("x") && (output === "fields" || output === "pdml")) {
    throw new CliError("Raw packet hex data can only be printed as text, JSON, JSONRAW or EK JSON");
  }
  const style = all("E").reduce(setFieldsStyle, defaultSeparators);
  const format = last("F");
  const limit = last("c");
  const jobs = last("jobs");
  const selected = last("selected-frame");
  const write = last("w");
  const printsAnyway = has("P") || has("V") || has("x") || last("T") !== undefined;
  if (write === "-" && printsAnyway) {
    throw new CliError("You can't write both raw packet data and dissected packets to the standard output.");
  }
  const files = all("r");
  if (files.length === 0) {
    const hint = rest.length > 0 ? "; the name of a command stands before all options" : "";
    throw new CliError(`no capture to read: name one with -r (subflow does not capture)${hint}`);
  }
  const twice = has("2") || has("two-pass");
  if (twice && files.includes("-"))
    throw new CliError("-2 reads captures twice, and standard input can be read but once");
  if (twice && has("z")) throw new CliError("statistics (-z) are of one reading: leave -2 out");
  return {
    files,
    twice,
    filter: given ?? (rest.length > 0 ? rest.join(" ") : undefined),
    output,
    fields,
    style,
    tree: has("V"),
    hex: has("x"),
    summary: has("P"),
    write,
    writeFormat: format === undefined ? undefined : parseCaptureFormat(format),
    limit: limit === undefined ? undefined : parseLimit(limit),
    jobs: jobs === undefined ? undefined : parseJobs(jobs),
    quiet: (has("q") || write !== undefined) && !printsAnyway,
    count: has("count"),
    time: parseTimeFormat(last("t") ?? "r"),
    lineBuffered: has("l"),
    // Keys are a setting of the trackers that know connections.
    preferences: [
      ...all("o"),
      ...(has("key") ? [`subflow.mptcp_keys:${keysText(all("key").map(readKey))}`] : []),
    ],
    decodeAs: all("d"),
    plugins: all("plugin"),
    macros: last("macros"),
    selectedFrame: selected === undefined ? undefined : parseFrameNumber(selected),
    duplicateKeys: !has("no-duplicate-keys"),
    statistics: all("z"),
    statisticsFormat: parseStatisticsFormat(last("format")),
    keys: new Map(all("key").map(readKey)),
  };
}

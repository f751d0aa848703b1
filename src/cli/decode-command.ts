/** `subflow decode HEX`: a TCP option area, or a whole frame, as a tree beside its bytes. */
import { fromHex, toHex } from "../bytes/hex.ts";
import type { Engine, ParsedOption } from "../engine/api.ts";
import { CliError, EXIT } from "./errors.ts";
import { unknownOption } from "./fields-command.ts";
import { parseOptions } from "./getopt.ts";
import { hexDump } from "./output/hexdump.ts";
import { treeText } from "./output/tree.ts";
import { createSetup, type Setup } from "./setup.ts";
import { standardOutput } from "./standard-output.ts";

/** LINKTYPE_ETHERNET and LINKTYPE_RAW (tcpdump.org registry). */
const ETHERNET = 1;
const RAW_IP = 101;
/** RFC 9293 section 3.1: the data offset leaves 40 bytes for options. */
const LONGEST_AREA = 40;

const SPECS = [
  ...["plugin", "link"].map((name) => ({ name, argument: true })),
  ...["options", "frame"].map((name) => ({ name, argument: false })),
];

/** Whether the bytes begin as an IP header does whose length fits. */
function looksLikeIp(bytes: Uint8Array): boolean {
  const [first = 0] = bytes;
  if (first >> 4 === 4)
    return (
      (first & 15) >= 5 && bytes.length >= 20 && (((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)) === bytes.length
    );
  return (
    first >> 4 === 6 && bytes.length >= 40 && (((bytes[4] ?? 0) << 8) | (bytes[5] ?? 0)) + 40 === bytes.length
  );
}

function valueLines(value: unknown, key: string, depth: number): string[] {
  const pad = "    ".repeat(depth);
  if (value instanceof Uint8Array) return [`${pad}${key}: ${toHex(value)}`];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => valueLines(item, `${key}[${index}]`, depth));
  }
  if (typeof value === "object" && value !== null) {
    return [
      `${pad}${key}`,
      ...Object.entries(value).flatMap(([name, inner]) => valueLines(inner, name, depth + 1)),
    ];
  }
  const wide = typeof value === "bigint" ? ` (0x${value.toString(16).padStart(16, "0")})` : "";
  return [`${pad}${key}: ${String(value)}${wide}`];
}

/** Each option with its bytes; `serializeOptions` of one option gives the bytes that it was read from. */
function optionLines(engine: Engine, option: ParsedOption): string[] {
  const bytes = option.raw ?? engine.serializeOptions([option]);
  return [
    `${option.id}  ${toHex(bytes, " ")}`,
    ...Object.entries(option.value ?? {}).flatMap(([key, value]) => valueLines(value, key, 1)),
    ...(option.problems ?? []).map(
      (problem) => `    [${problem.severity}: ${problem.code}: ${problem.message}]`,
    ),
  ];
}

function frameLines({ engine, plugins }: Setup, data: Uint8Array, linkType: number): string[] {
  const size = data.length;
  const frame = {
    data,
    number: 1,
    timestamp: undefined,
    capturedLength: size,
    originalLength: size,
    linkType,
  };
  const timing = { absolute: undefined, sinceFirst: 0n, sinceCaptured: 0n, sinceDisplayed: 0n, precision: 6 };
  const catalog = new Map(engine.fields().map((field) => [field.name, field]));
  const context = { catalog, plugins, time: "r", color: false } as const;
  return [treeText({ frame, timing, dissection: engine.dissect(frame) }, context), ...hexDump(data)];
}

async function readInput(words: readonly string[]): Promise<string> {
  if (words.length !== 1 || words[0] !== "-") return words.join("");
  const { text } = await import("node:stream/consumers");
  return text(process.stdin);
}

export async function runDecode(args: readonly string[]): Promise<number> {
  const { options, rest } = parseOptions(args, SPECS, unknownOption);
  const has = (name: string): boolean => options.some((given) => given.name === name);
  const values = (name: string): string[] =>
    options.filter((given) => given.name === name).map((given) => given.value);
  if (rest.length === 0) throw new CliError("usage: subflow decode [--options | --frame [--link N]] HEX");
  const bytes = fromHex(await readInput(rest));
  if (bytes === undefined) throw new CliError("decode takes pairs of hexadecimal digits");
  const link = values("link").at(-1);
  if (link !== undefined && !/^\d+$/.test(link)) throw new CliError(`"${link}" is not a link type`);
  const setup = await createSetup({ plugins: values("plugin") });
  const isIp = looksLikeIp(bytes);
  const asFrame =
    has("frame") || link !== undefined || (!has("options") && (bytes.length > LONGEST_AREA || isIp));
  const lines = asFrame
    ? frameLines(setup, bytes, link === undefined ? (isIp ? RAW_IP : ETHERNET) : Number(link))
    : setup.engine.parseOptions(bytes).flatMap((option) => optionLines(setup.engine, option));
  standardOutput().write(`${lines.join("\n")}\n`);
  return EXIT.done;
}

/** `subflow craft`: options, packets and whole conversations from JSON, YAML or short forms. */
import { text as readStream } from "node:stream/consumers";
import { bitDiagram } from "../backends/diagram.ts";
import { createCaptureWriter } from "../capture/writer.ts";
import { type CraftedOption, type CraftInput, createCraftInput, isRecord } from "../craft/input.ts";
import { dumpOption } from "../craft/output/dump.ts";
import { FORMATS, type Format, isFormat } from "../craft/output/formats.ts";
import { readDocument } from "../craft/read-text.ts";
import { runScenario } from "../craft/scenario/scenario.ts";
import { CaptureError } from "../errors.ts";
import { type Frame, frameOf } from "../ir/frame.ts";
import type { Dissector } from "../plugin.ts";
import { CliError, EXIT, FileError } from "./errors.ts";
import { unknownOption } from "./fields-command.ts";
import { parseOptions } from "./getopt.ts";
import { refuseOverwrite } from "./overwrite.ts";
import { createSetup, readJson, readText } from "./setup.ts";
import { standardOutput } from "./standard-output.ts";

const SPECS = [
  ...["plugin", "scenario", "w", "F", "format", "name", "input", "link", "corpus"].map((name) => ({
    name,
    argument: true,
  })),
  ...["packet", "layout", "pad"].map((name) => ({ name, argument: false })),
];

const USAGE = `usage: subflow craft [--format ${FORMATS.join("|")}] [--name NAME] [--pad] [--layout] OPTION...
       subflow craft --packet [--link N] [-w FILE] LAYER...
       subflow craft --scenario FILE -w FILE
       subflow craft --corpus FOLDER
OPTION is mptcp.dss{dataAck=0x1122,dsn=5,ssn=1,length=100}, JSON, YAML or "-" for standard input;
--input FILE reads JSON or YAML from a file`;

async function craftInput(plugins: readonly string[]): Promise<CraftInput> {
  const modules: string[] = [];
  const schemas: unknown[] = [];
  for (const path of plugins) {
    if (path.endsWith(".json")) schemas.push(await readJson(path));
    else modules.push(path);
  }
  const dissectors: readonly Dissector[] =
    modules.length === 0 ? [] : (await createSetup({ plugins: modules })).plugins;
  return createCraftInput({ dissectors, schemas });
}

/** JSON and YAML begin with what no short form begins with, or hold `id:` lines. */
function looksLikeDocument(text: string): boolean {
  return /^\s*(?:[[{]|-\s|---|(?:id|layers|options|value)\s*:)/.test(text);
}

async function readInput(words: readonly string[], files: readonly string[]): Promise<readonly unknown[]> {
  const list: unknown[] = [];
  for (const file of files) list.push(await readDocument(await readText(file), file));
  for (const word of words) {
    const given = word === "-" ? await readStream(process.stdin) : word;
    list.push(
      looksLikeDocument(given)
        ? await readDocument(given, word === "-" ? "standard input" : "argument")
        : given,
    );
  }
  return list.flatMap((one) => (isRecord(one) && Array.isArray(one["options"]) ? one["options"] : one));
}

/** Writes frames as a capture; the ending of the name decides the format unless it is given. */
export async function writeFrames(frames: readonly Frame[], path: string, format?: string): Promise<void> {
  const chosen = format ?? (/\.pcap$/i.test(path) ? "pcap" : "pcapng");
  if (chosen !== "pcap" && chosen !== "pcapng" && chosen !== "nsecpcap")
    throw new CliError(`"${chosen}" isn't a capture format: pcap, pcapng, nsecpcap`);
  const writer = createCaptureWriter(path, { format: chosen, loss: "accept" });
  try {
    for (const frame of frames) await writer.write(frame);
    await writer.close();
  } catch (thrown) {
    throw thrown instanceof CaptureError ? new FileError(thrown, path) : thrown;
  }
}

function layoutText(input: CraftInput, option: CraftedOption): string {
  const { layout, variant, value } = input.read(option);
  return `${layout.title}\n${bitDiagram(variant, value)}`;
}

async function output(bytes: Uint8Array, format: Format, name: string): Promise<void> {
  const { render } = await import("../craft/output/formats.ts");
  if (format === "raw") {
    await new Promise<void>((resolve) => standardOutput().write(bytes, () => resolve()));
    return;
  }
  standardOutput().write(`${render(bytes, format, name)}\n`);
}

export async function runCraft(args: readonly string[]): Promise<number> {
  const { options, rest } = parseOptions(args, SPECS, unknownOption);
  const values = (name: string): string[] =>
    options.filter((one) => one.name === name).map((one) => one.value);
  const last = (name: string): string | undefined => values(name).at(-1);
  const has = (name: string): boolean => options.some((one) => one.name === name);
  const input = await craftInput(values("plugin"));
  const scenario = last("scenario");
  const target = last("w");
  if (target !== undefined) refuseOverwrite([...values("scenario"), ...values("input")], target);
  if (scenario !== undefined) {
    if (target === undefined) throw new CliError("--scenario needs -w FILE");
    const { frames } = await runScenario(await readDocument(await readText(scenario), scenario), input);
    await writeFrames(frames, target, last("F"));
    return EXIT.done;
  }
  const corpus = last("corpus");
  if (corpus !== undefined) {
    const { writeCorpus } = await import("./craft-corpus.ts");
    return writeCorpus(corpus, input);
  }
  const format = last("format") ?? "hex";
  if (!isFormat(format)) throw new CliError(`there is no format "${format}": ${FORMATS.join(", ")}`);
  const given = await readInput(rest, values("input"));
  if (given.length === 0) throw new CliError(USAGE);
  const name = last("name") ?? "option";
  if (has("packet")) {
    const bytes = await input.packet(given.length === 1 ? given[0] : given);
    if (target === undefined) await output(bytes, format, name);
    else await writeFrames([frameOf(bytes, Number(last("link") ?? "1"))], target, last("F"));
    return EXIT.done;
  }
  const crafted = await input.options(given.length === 1 ? given[0] : given);
  if (has("layout")) {
    standardOutput().write(`${crafted.map((one) => layoutText(input, one)).join("\n\n")}\n`);
    return EXIT.done;
  }
  if (format === "dump" || format === "scapy" || format === "packetdrill") {
    const { renderOptions } = await import("../craft/output/formats.ts");
    const text =
      format === "dump"
        ? crafted.flatMap((one) => dumpOption(input, one)).join("\n")
        : renderOptions(input, crafted, format);
    standardOutput().write(`${text}\n`);
    return EXIT.done;
  }
  const size = crafted.reduce((sum, one) => sum + one.bytes.length, 0);
  const area = new Uint8Array(has("pad") ? (size + 3) & ~3 : size).fill(1);
  let at = 0;
  for (const { bytes } of crafted) {
    area.set(bytes, at);
    at += bytes.length;
  }
  await output(area, format, name);
  return EXIT.done;
}

/** `subflow report FILE`: the MPTCP connections of a capture, checked and described. */
import { basename } from "node:path";
import { analyzeCapture, busiestConnections } from "../analysis/analyze.ts";
import { FIGURES, htmlReport } from "../analysis/report-html.ts";
import { jsonPieces, markdownPieces, textPieces } from "../analysis/report-text.ts";
import type { CaptureAnalysis, ConnectionAnalysis } from "../analysis/types.ts";
import type { Engine } from "../engine/api.ts";
import { type CollectOptions, collectPoints } from "../plot/collect.ts";
import { dsnChart } from "../plot/kinds.ts";
import { renderSvg } from "../plot/svg.ts";
import { CliError, EXIT } from "./errors.ts";
import { unknownOption } from "./fields-command.ts";
import { parseOptions } from "./getopt.ts";
import { openInput } from "./input.ts";
import { readKey } from "./read-options.ts";
import { createSetup } from "./setup.ts";
import { Sink } from "./sink.ts";

const FORMATS = ["text", "markdown", "html", "json"] as const;
type Format = (typeof FORMATS)[number];

function formatOf(text: string): Format {
  const format = FORMATS.find((one) => one === text);
  if (format === undefined) throw new CliError(`--format is one of ${FORMATS.join(", ")}`);
  return format;
}

export function readNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new CliError(`--${name}: "${text}" is not a number`);
  return Number(text);
}

function onlyStream(analysis: CaptureAnalysis, stream: number | undefined): CaptureAnalysis {
  if (stream === undefined) return analysis;
  const connections = analysis.connections.filter((one) => one.index === stream);
  if (connections.length === 0) throw new CliError(`there is no MPTCP connection ${stream}`, EXIT.badInput);
  return { ...analysis, connections };
}

/** Which points to keep: a picture has room for a few thousand, and only the connections that carried most have one. */
async function pictured(engine: Engine, paths: readonly string[]): Promise<CollectOptions> {
  const most = 150_000;
  if (paths.includes("-")) return { most };
  const { source } = await openInput(paths);
  const busiest = source === undefined ? [] : await busiestConnections(engine, source);
  if (busiest.length <= FIGURES) return { most };
  // Connections that only a whole reading finds to be one may be among them under another number: some more are kept.
  const kept = new Set(busiest.slice(0, FIGURES * 2));
  return { most, only: (index) => index === undefined || kept.has(index) };
}

export async function runReport(args: readonly string[]): Promise<number> {
  const { options, rest } = parseOptions(
    args,
    [
      { name: "r", argument: true },
      { name: "format", argument: true },
      { name: "stream", argument: true },
      { name: "key", argument: true },
    ],
    unknownOption,
  );
  const all = (name: string): readonly string[] =>
    options.filter((option) => option.name === name).map((option) => option.value);
  const paths = [...all("r"), ...rest];
  if (paths.length === 0) throw new CliError("report takes a capture file: subflow report FILE");
  const format = formatOf(all("format").at(-1) ?? "text");
  const stream = all("stream").at(-1);
  const { engine } = await createSetup();
  const points = format === "html" ? collectPoints(await pictured(engine, paths)) : undefined;
  const { source, name } = await openInput(paths);
  const found = await analyzeCapture(engine, source ?? empty(), {
    keys: new Map(all("key").map(readKey)),
    sink: points?.sink,
  });
  const analysis = onlyStream(found, stream === undefined ? undefined : readNumber("stream", stream));
  const title = name
    .split(", ")
    .map((path) => basename(path))
    .join(", ");
  const sink = new Sink();
  if (format === "html" && points !== undefined) {
    const figure = (connection: ConnectionAnalysis): string | undefined =>
      points.has(connection.number)
        ? renderSvg(dsnChart(points.of(connection.number), connection))
        : undefined;
    await sink.write(htmlReport(analysis, title, { figure }));
  } else {
    const write = { json: jsonPieces, markdown: markdownPieces, text: textPieces, html: textPieces }[format];
    for (const piece of write(analysis, title)) await sink.write(piece);
  }
  await sink.flush();
  sink.release();
  return EXIT.done;
}

/** An empty file is a capture without packets. */
export async function* empty(): AsyncGenerator<never> {}

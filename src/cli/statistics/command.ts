/** `-z`: tables over a whole capture, behind the packets unless `-q` is given. */
import { Analyzer } from "../../analysis/analyzer.ts";
import { mptcpConversations, TcpConversations } from "../../analysis/conversations.ts";
import type { Tracker } from "../../plugin.ts";
import { CliError, EXIT } from "../errors.ts";
import { openInput } from "../input.ts";
import { readPreferences } from "../preferences.ts";
import { parseReadOptions, type ReadOptions } from "../read-options.ts";
import { createSetup } from "../setup.ts";
import { Sink } from "../sink.ts";
import { conversationTable } from "./conversations.ts";

/** One table: what it watches, and its text once all is read. */
interface Tap {
  readonly tracker: Tracker;
  readonly filter: string | undefined;
  text(start: bigint): string;
}

/** Characters that a name takes in the table. */
const WIDTH = { tcp: 26, mptcp: 20 } as const;

function makeTap(text: string): Tap {
  const [kind, protocol, ...rest] = text.split(",");
  const filter = rest.length === 0 ? undefined : rest.join(",");
  if (kind === "conv" && protocol === "tcp") {
    const conversations = new TcpConversations();
    return {
      tracker: conversations.tracker,
      filter,
      text: (start) => conversationTable("TCP", filter, conversations.result, start, WIDTH.tcp),
    };
  }
  if (kind === "conv" && protocol === "mptcp") {
    const analyzer = new Analyzer();
    return {
      tracker: analyzer.tracker,
      filter,
      text: (start) => {
        const rows = mptcpConversations(analyzer.finish().connections);
        return conversationTable("MPTCP", filter, rows, start, WIDTH.mptcp);
      },
    };
  }
  throw new CliError(`Invalid -z argument "${text}"; it must be conv,tcp or conv,mptcp`);
}

/** Takes `-z` out of a command line, also where it ends a cluster of letters (`-qz`). */
function split(args: readonly string[]): {
  readonly wanted: readonly string[];
  readonly rest: readonly string[];
} {
  const wanted: string[] = [];
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? "";
    const match = /^-([nq2]*)z(.*)$/.exec(word);
    if (match === null) {
      rest.push(word);
      continue;
    }
    const value = match[2] === "" ? args[++at] : match[2];
    if (value === undefined) throw new CliError("option requires an argument: z");
    wanted.push(value);
    if (match[1] !== "") rest.push(`-${match[1]}`);
  }
  return { wanted, rest };
}

/** A filter of a table sees only its own frames: each table with one gets a tracker that is called for those alone. */
async function run(options: ReadOptions, taps: readonly Tap[]): Promise<bigint> {
  const { engine, plugins } = await createSetup({ plugins: options.plugins, decodeAs: options.decodeAs });
  const preferences = readPreferences(
    options.preferences,
    plugins.map(({ name }) => name),
  );
  const passes = taps.map((tap) => ({
    pass: engine.createPass({ trackers: [tap.tracker], preferences }),
    matches: tap.filter === undefined ? undefined : engine.compileFilter(tap.filter, { preferences }),
  }));
  const { source } = await openInput(options.files);
  let start: bigint | undefined;
  let read = 0;
  for await (const frame of source ?? []) {
    start ??= frame.timestamp;
    for (const { pass, matches } of passes) if (matches === undefined || matches(frame)) pass.next(frame);
    if (++read >= (options.limit ?? Number.POSITIVE_INFINITY)) break;
  }
  return start ?? 0n;
}

/** `show` runs a command line without `-z`. */
export async function runStatistics(
  args: readonly string[],
  show: (args: readonly string[]) => Promise<number>,
): Promise<number> {
  const { wanted, rest } = split(args);
  const taps = wanted.map(makeTap);
  const options = parseReadOptions(rest);
  if (!options.quiet || options.write !== undefined) await show(rest);
  const start = await run(options, taps);
  const sink = new Sink(process.stdout, false);
  // tshark prints the table that was asked for last first.
  for (const tap of [...taps].reverse()) await sink.write(tap.text(start));
  await sink.flush();
  sink.release();
  return EXIT.done;
}

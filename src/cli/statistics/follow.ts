/** `-z follow,PROTOCOL,MODE,STREAM[,RANGE]`: the bytes that both sides of a stream sent. */
import { closeSync, openSync, writeSync } from "node:fs";
import { createFollower } from "../../analysis/follow/follow.ts";
import type { FollowProtocol, StreamPiece } from "../../analysis/follow/types.ts";
import { parseIpv4, parseIpv6 } from "../../bytes/address.ts";
import type { Filter } from "../../engine/api.ts";
import { CliError } from "../errors.ts";
import { refuseOverwrite } from "../overwrite.ts";
import {
  FOLLOW_MODES,
  type FollowMode,
  followEnd,
  followHead,
  pieceText,
  type Shown,
  shownBytes,
} from "./follow-text.ts";
import type { Tap, TapContext, TapKind } from "./tap.ts";

/** Which stream, in words that the heading repeats as a filter. */
interface Wanted {
  /** Undefined where the filter chooses the frames. */
  readonly stream: number | undefined;
  readonly filterText: string;
  readonly filter: Filter | undefined;
}

/** Pieces that are printed, counted from 1. */
interface Range {
  readonly first: number;
  readonly last: number;
}

const ALL: Range = { first: 1, last: Number.POSITIVE_INFINITY };

function fail(what: string): never {
  throw new CliError(`follow - Invalid ${what}.`);
}

function readRange(text: string | undefined): Range {
  if (text === undefined) return ALL;
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (match === null) fail("range value");
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  if (first === 0 || last < first) fail("range value");
  return { first, last };
}

/** `10.0.0.1:80` or `[fd00::1]:80`. */
function readEnd(text: string): {
  readonly family: "ip" | "ipv6";
  readonly address: string;
  readonly port: number;
} {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const six = match?.[1];
  const address = six ?? match?.[2] ?? "";
  const port = Number(match?.[3]);
  const valid = six === undefined ? parseIpv4(address) !== undefined : parseIpv6(address) !== undefined;
  if (!valid || port > 65535) fail("address");
  return { family: six === undefined ? "ip" : "ipv6", address, port };
}

/** Takes the stream's number, or both of its ends, off the words. */
function readWanted(protocol: FollowProtocol, words: string[], context: TapContext): Wanted {
  const first = words.shift();
  if (first !== undefined && /^\d+$/.test(first)) {
    return { stream: Number(first), filterText: `${protocol}.stream eq ${first}`, filter: undefined };
  }
  if (protocol === "mptcp") fail("stream");
  const a = readEnd(first ?? "");
  const b = readEnd(words.shift() ?? "");
  if (a.family !== b.family) fail("address");
  const way = (from: typeof a, to: typeof a): string =>
    `((${a.family}.src eq ${from.address} and ${protocol}.srcport eq ${from.port}) and ` +
    `(${a.family}.dst eq ${to.address} and ${protocol}.dstport eq ${to.port}))`;
  const filterText = `${way(a, b)} or ${way(b, a)}`;
  return { stream: undefined, filterText, filter: context.filter(filterText) };
}

const FILES = "files=";

/** Each side's bytes in a file of its own; missing bytes are a gap of zeros. */
class SideFiles {
  readonly #paths: readonly [string, string];
  readonly #files: [number | undefined, number | undefined] = [undefined, undefined];
  readonly written: [number, number] = [0, 0];
  readonly missing: [number, number] = [0, 0];

  constructor(prefix: string, inputs: readonly string[]) {
    this.#paths = [`${prefix}.0`, `${prefix}.1`];
    for (const path of this.#paths) refuseOverwrite(inputs, path);
    for (const side of [0, 1] as const) {
      try {
        this.#files[side] = openSync(this.#paths[side], "w");
      } catch (cause) {
        throw new CliError(`follow - ${cause instanceof Error ? cause.message : cause}`, 2);
      }
    }
  }

  take({ side, start, length, data }: StreamPiece): void {
    const file = this.#files[side];
    if (data === undefined) this.missing[side] += length;
    else if (file !== undefined) {
      for (let at = 0; at < data.length; ) at += writeSync(file, data, at, data.length - at, start + at);
      this.written[side] += data.length;
    }
  }

  close(): void {
    for (const file of this.#files) if (file !== undefined) closeSync(file);
  }

  path(side: 0 | 1): string {
    return this.#paths[side];
  }
}

function follow(protocol: FollowProtocol, rest: string | undefined, context: TapContext): Tap {
  const words = (rest ?? "").split(",");
  const modeText = words.shift() ?? "";
  const toFiles = modeText.startsWith(FILES) && modeText.length > FILES.length;
  const mode = toFiles ? "raw" : FOLLOW_MODES.find((name) => name === modeText);
  if (mode === undefined) fail("display mode");
  const wanted = readWanted(protocol, words, context);
  const range = readRange(words.shift());
  if (words.length > 0) fail("parameter");
  const files = toFiles ? new SideFiles(modeText.slice(FILES.length), context.inputs) : undefined;
  return makeTap(protocol, mode, wanted, range, files, context);
}

/**
 * Leaves out what tshark leaves out: the rest of segments that the capture cut. Of those that had waited for others it tells once
 * it shows something behind, and what comes next has waited for that rest too.
 */
function tsharkPieces(show: (piece: StreamPiece) => void): (piece: StreamPiece) => void {
  const cut: [StreamPiece | undefined, StreamPiece | undefined] = [undefined, undefined];
  const isBehind: [boolean, boolean] = [false, false];
  return (piece) => {
    const { side, missing, waited } = piece;
    if (missing === "cut") {
      if (waited || isBehind[side]) cut[side] = piece;
      return;
    }
    const before = cut[side];
    cut[side] = undefined;
    isBehind[side] = before !== undefined;
    if (before !== undefined) show(before);
    show(piece);
  };
}

function makeTap(
  protocol: FollowProtocol,
  mode: FollowMode,
  wanted: Wanted,
  range: Range,
  files: SideFiles | undefined,
  context: TapContext,
): Tap {
  const asTshark = protocol !== "mptcp" && context.format === "text" && files === undefined;
  const shown: Shown[] = [];
  const places: [number, number] = [0, 0];
  let count = 0;
  const show = (piece: StreamPiece): void => {
    const place = places[piece.side];
    // tshark counts what it prints.
    places[piece.side] += asTshark ? shownBytes(piece).length : piece.length;
    if (++count < range.first || count > range.last) return;
    if (files === undefined) shown.push({ piece, place });
    else files.take(piece);
  };
  const take = asTshark ? tsharkPieces(show) : show;
  const follower = createFollower(protocol, wanted.stream, (piece) => take(piece), { keys: context.keys });
  const finish = (): void => {
    // tshark does not show what stands behind a hole that was not acknowledged.
    if (!asTshark) follower.end();
    files?.close();
  };
  const title = { protocol, mode, filter: wanted.filterText };
  return {
    requires: follower.requires,
    filter: wanted.filter,
    watch: (row) => follower.watch(row),
    get forgotten() {
      return follower.forgotten;
    },
    *text() {
      finish();
      yield followHead(title, follower.ends);
      for (const one of shown) yield pieceText(one, mode);
      if (files !== undefined) {
        for (const side of [0, 1] as const) {
          const missing = files.missing[side] === 0 ? "" : `, ${files.missing[side]} bytes missing`;
          yield `${files.path(side)}: ${files.written[side]} bytes${missing}\n`;
        }
      }
      yield followEnd(mode);
    },
    json() {
      finish();
      const [a, b] = follower.ends;
      const pieces = shown.map(({ piece }) => ({
        side: piece.side,
        start: piece.start,
        length: piece.length,
        frame: piece.frame,
        time: Number(piece.time) / 1e9,
        stream: piece.stream,
        ...(piece.data === undefined
          ? { missing: true }
          : { data: Buffer.from(piece.data).toString("base64") }),
      }));
      const written = files === undefined ? {} : { written: files.written, missing: files.missing };
      return { nodes: [a ?? null, b ?? null], pieces, ...written };
    },
  };
}

export const followTaps: readonly TapKind[] = (["tcp", "udp", "mptcp"] as const).map((protocol) => ({
  name: `follow,${protocol}`,
  usage: `,ascii|hex|raw|yaml|files=PREFIX,STREAM${protocol === "mptcp" ? "" : "|ADDRESS:PORT,ADDRESS:PORT"}[,RANGE]`,
  create: (rest, context) => follow(protocol, rest, context),
}));

/** Bracketed character classes. */
import { escapeSet, foldCase, invert, posixSet, setOf } from "./byte-sets.ts";
import { type ByteSet, bad } from "./nodes.ts";
import { byteEscape, type PatternScanner, unknownEscape } from "./scanner.ts";

/** One item: a byte, or a set that cannot be the end of a range. */
type Item = number | ByteSet;

function readItem(scanner: PatternScanner): Item {
  const start = scanner.at;
  const name = scanner.match(/\[:(\^?)([a-zA-Z]*):\]/y);
  if (name !== undefined) {
    const set = posixSet(name[2] ?? "");
    if (set === undefined) throw bad("unknown POSIX class name", start);
    return name[1] === "^" ? invert(set) : set;
  }
  if (scanner.match(/\[([.=])[^\]]*\1\]/y) !== undefined)
    throw bad("POSIX collating elements are not supported", start);
  if (!scanner.take("\\")) return scanner.next().charCodeAt(0);
  const letter = scanner.peek();
  if (letter === "b") {
    scanner.at++;
    return 8;
  }
  const octal = scanner.match(/[0-7]{1,3}/y);
  if (octal !== undefined) {
    const value = Number.parseInt(octal[0], 8);
    if (value > 255) throw bad("a character is larger than a byte", start);
    return value;
  }
  const byte = byteEscape(scanner);
  if (byte !== undefined) return byte;
  const set = escapeSet(letter);
  if (set === undefined) return unknownEscape(letter, start);
  scanner.at++;
  return set;
}

/** Behind `[`: everything up to the closing bracket. */
export function parseClass(scanner: PatternScanner, fold: boolean): ByteSet {
  const start = scanner.at;
  const negative = scanner.take("^");
  const members = new Uint8Array(256);
  let first = true;
  let quoted = false;
  const item = (): Item => (quoted ? scanner.next().charCodeAt(0) : readItem(scanner));
  for (;;) {
    if (scanner.done) throw bad("missing terminating ] for a character class", start);
    if (quoted && scanner.take("\\E")) {
      quoted = false;
      continue;
    }
    if (!quoted && scanner.take("\\Q")) {
      quoted = true;
      continue;
    }
    if (!quoted && scanner.take("\\E")) continue;
    if (!quoted && !first && scanner.take("]")) break;
    first = false;
    const low = item();
    let high: Item = low;
    const dash = !quoted && scanner.peek() === "-" && scanner.peek(1) !== "]" && scanner.peek(1) !== "";
    if (dash) {
      scanner.at++;
      if (scanner.take("\\Q")) quoted = true;
      high = item();
      if (typeof low !== "number" || typeof high !== "number")
        throw bad("invalid range in character class", scanner.at);
      if (high < low) throw bad("range out of order in character class", scanner.at);
    }
    if (typeof low === "number" && typeof high === "number") members.fill(1, low, high + 1);
    else if (typeof low !== "number")
      for (let byte = 0; byte < 256; byte++) if (low[byte] === 1) members[byte] = 1;
  }
  const set = fold ? foldCase(members) : setOf((byte) => members[byte] === 1);
  return negative ? invert(set) : set;
}

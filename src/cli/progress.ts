/** A line on standard error that says how far a long reading is; only where standard error is a terminal. */

const EVERY_MS = 200;
/** Captures that are read faster than this get no bar. */
const QUIET_MS = 1000;

export interface ProgressTerminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export class Progress {
  readonly #terminal: () => ProgressTerminal;
  readonly #total: number | undefined;
  readonly #now: () => number;
  readonly #start: number;
  #last = 0;
  #drawn = false;

  /** `terminal` is first asked for when there is something to show. `total`: bytes of the capture, when they can be known. */
  constructor(terminal: () => ProgressTerminal, total: number | undefined, now: () => number = Date.now) {
    this.#terminal = terminal;
    this.#total = total;
    this.#now = now;
    this.#start = now();
  }

  /** Called once a batch. `offset` is a place in the file, where known. */
  update(frames: number, matched: number, offset: number | undefined): void {
    const now = this.#now();
    if (now - this.#start < QUIET_MS || now - this.#last < EVERY_MS) return;
    const terminal = this.#terminal();
    if (terminal.isTTY !== true) return;
    this.#last = now;
    this.#drawn = true;
    const part = this.#total === undefined || offset === undefined ? "" : `${bar(offset / this.#total)} `;
    terminal.write(`\r\u001b[K${part}${frames} frames, ${matched} shown`);
  }

  /** Wipes the line. */
  end(): void {
    if (this.#drawn) this.#terminal().write("\r\u001b[K");
    this.#drawn = false;
  }
}

function bar(part: number): string {
  const share = Math.min(1, Math.max(0, part));
  const full = Math.round(share * 20);
  return `[${"#".repeat(full)}${".".repeat(20 - full)}] ${Math.floor(share * 100)}%`;
}

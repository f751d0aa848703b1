/**
 * Generated code that grows with what it meets. A filter may reach dozens of schemas, and a capture holds few of them: code
 * for all would take longer to compile than most captures take to scan. So it begins with those on the way that most
 * frames go, and each other that is met is added.
 */
import type { PortableScan, RecordScan, ScanFormat, ScanState } from "../../capture/scan.ts";
import type { Layout } from "../../ir/nodes.ts";
import { type Block, compileDecide, compileScan, type Decide } from "./decide.ts";
import { packScan } from "./portable.ts";
import type { Met } from "./states.ts";
import { TieredScan } from "./tiered.ts";
import { AGAIN, COLD, IRREGULAR } from "./verdict.ts";

/** Makes code for what was met. */
export interface BlockMaker {
  make(linkType: number | undefined, met: Met): Block;
}

const NOTHING: Met = { layouts: new Set(), again: false };

/** With what a verdict of code with such states asks for; undefined where that is nothing new. */
function grown(met: Met, verdict: number, states: readonly Layout[]): Met | undefined {
  if (verdict === AGAIN) return met.again ? undefined : { ...met, again: true };
  const layout = states[verdict - COLD];
  if (layout === undefined || met.layouts.has(layout)) return undefined;
  return { ...met, layouts: new Set([...met.layouts, layout]) };
}

/** The function for single frames, made when the first is given. */
export class AdaptiveDecide {
  readonly #maker: BlockMaker;
  readonly #label: string;
  #met = NOTHING;
  #made: { readonly predicate: Block; readonly decide: Decide } | undefined;

  constructor(maker: BlockMaker, label: string) {
    this.#maker = maker;
    this.#label = label;
  }

  get #code(): { readonly predicate: Block; readonly decide: Decide } {
    if (this.#made === undefined) {
      const predicate = this.#maker.make(undefined, this.#met);
      this.#made = { predicate, decide: compileDecide(predicate, this.#label).run };
    }
    return this.#made;
  }

  /** `again`: called before a frame is begun anew. */
  run = (
    b: Uint8Array,
    v: DataView,
    start: number,
    captured: number,
    original: number,
    link: number,
    number: number,
    again?: () => void,
  ): number => {
    for (;;) {
      const { predicate, decide } = this.#code;
      const verdict = decide(b, v, start, captured, original, link, number);
      if (verdict < AGAIN) return verdict;
      const met = grown(this.#met, verdict, predicate.states);
      if (met === undefined) return IRREGULAR;
      this.#met = met;
      again?.();
      this.#made = undefined;
    }
  };
}

/** Frames that lead back are left to the function for single frames, as long as they are no more than these and one in so many. */
const FEW_BACK = 16;
const SELDOM_BACK = 256;

/** The program of threads that scan stands beside this module, bundled or not. */
const workerUrl = (): URL => new URL("./scan-worker.js", import.meta.url);

/** The scan over records. */
export function adaptiveScan(maker: BlockMaker, format: ScanFormat, label: string): RecordScan {
  let met = NOTHING;
  let back = 0;
  let passed = 0;
  let predicate = maker.make(format.linkType, met);
  let made = compileScan(predicate, format, label);
  let portable: PortableScan | undefined;
  let tiered = new TieredScan(made);
  const run = (bytes: Uint8Array, view: DataView, from: number, to: number, out: ScanState): void => {
    out.position = from;
    for (;;) {
      const begun = out.number;
      tiered.run(bytes, view, out.position, to, out);
      passed += out.number - begun;
      if (out.verdict < AGAIN) return;
      if (out.verdict === AGAIN) back++;
      const isSeldom = out.verdict === AGAIN && back <= FEW_BACK + passed / SELDOM_BACK;
      const more = isSeldom ? undefined : grown(met, out.verdict, predicate.states);
      if (more === undefined) {
        out.verdict = IRREGULAR;
        return;
      }
      met = more;
      predicate = maker.make(format.linkType, met);
      made = compileScan(predicate, format, label);
      tiered = new TieredScan(made);
      portable = undefined;
    }
  };
  return Object.assign(run, {
    portable: (): PortableScan | undefined => {
      const program = portable === undefined && predicate.alone ? packScan(made) : undefined;
      if (program !== undefined) portable = { worker: workerUrl(), program };
      return portable;
    },
  });
}

/**
 * Generated code that grows with what it meets. A filter may reach dozens of schemas, and a capture holds few of them: code
 * for all would take longer to compile than most captures take to scan. So it begins with those on the way that most
 * frames go, and each other that is met is added.
 */
import type { PortableScan, RecordScan, ScanFormat, ScanState } from "../../capture/scan.ts";
import { unlessTooLarge } from "../../codegen/code.ts";
import type { Layout } from "../../ir/nodes.ts";
import { type Block, compileDecide, compileScan, type Decide, type GeneratedScan } from "./decide.ts";
import { packBindings, type ScanProgram } from "./portable.ts";
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

interface Single {
  readonly predicate: Block;
  readonly decide: Decide;
}

/** The function for single frames, made when the first is given. Frames that there can be no code for are left to the interpreter. */
export class AdaptiveDecide {
  readonly #maker: BlockMaker;
  readonly #label: string;
  #met = NOTHING;
  #made: Single | undefined;
  /** There can be no more code. */
  #full = false;

  constructor(maker: BlockMaker, label: string) {
    this.#maker = maker;
    this.#label = label;
  }

  #make(met: Met): Single | undefined {
    if (this.#full) return undefined;
    const made = unlessTooLarge(() => {
      const predicate = this.#maker.make(undefined, met);
      return { predicate, decide: compileDecide(predicate, this.#label).run };
    });
    this.#full = made === undefined;
    return made;
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
      this.#made ??= this.#make(this.#met);
      if (this.#made === undefined) return IRREGULAR;
      const { predicate, decide } = this.#made;
      const verdict = decide(b, v, start, captured, original, link, number);
      if (verdict < AGAIN) return verdict;
      const met = grown(this.#met, verdict, predicate.states);
      const more = met && this.#make(met);
      if (met === undefined || more === undefined) return IRREGULAR;
      this.#met = met;
      this.#made = more;
      again?.();
    }
  };
}

/** Frames that lead back are left to the function for single frames, as long as they are no more than these and one in so many. */
const FEW_BACK = 16;
const SELDOM_BACK = 256;

/** The program of threads that scan stands beside this module, bundled or not. */
const workerUrl = (): URL => new URL("./scan-worker.js", import.meta.url);

/** The scan over records; undefined where there can be no code for it. */
export function adaptiveScan(maker: BlockMaker, format: ScanFormat, label: string): RecordScan | undefined {
  const make = (which: Met): { predicate: Block; made: GeneratedScan } | undefined =>
    unlessTooLarge(() => {
      const predicate = maker.make(format.linkType, which);
      return { predicate, made: compileScan(predicate, format, label) };
    });
  let met = NOTHING;
  let back = 0;
  let passed = 0;
  const first = make(met);
  if (first === undefined) return undefined;
  let { predicate, made } = first;
  let isFull = false;
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
      const wanted = isSeldom || isFull ? undefined : grown(met, out.verdict, predicate.states);
      const more = wanted && make(wanted);
      if (wanted === undefined || more === undefined) {
        isFull ||= wanted !== undefined;
        out.verdict = IRREGULAR;
        return;
      }
      met = wanted;
      ({ predicate, made } = more);
      tiered = new TieredScan(made);
      portable = undefined;
    }
  };
  return Object.assign(run, {
    portable: (): PortableScan | undefined => {
      const bindings = portable === undefined && predicate.alone ? packBindings(made.bindings) : undefined;
      if (bindings === undefined) return portable;
      const { source } = made;
      const quick = tiered;
      portable = {
        worker: workerUrl(),
        run,
        program: ({ bytes, view, ...lists }): ScanProgram => ({
          source,
          bindings,
          wasm: quick.program(bytes, view, lists),
        }),
      };
      return portable;
    },
  });
}

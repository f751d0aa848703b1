/**
 * Generated code that grows with what it meets. A filter may reach dozens of schemas, and a capture holds few of them: code
 * for all would take longer to compile than most captures take to scan. So it begins with those on the way that most
 * frames go, and each other that is met is added.
 */
import type { PortableScan, RecordScan, ScanFormat, ScanState } from "../../capture/scan.ts";
import type { Layout } from "../../ir/nodes.ts";
import { type Block, compileDecide, compileScan, type Decide } from "./decide.ts";
import { packScan } from "./portable.ts";
import { TieredScan } from "./tiered.ts";
import { COLD } from "./verdict.ts";

/** Makes code for a set of schemas. */
export interface BlockMaker {
  make(linkType: number | undefined, hot: ReadonlySet<Layout>): Block;
}

/** The function for single frames, made when the first is given. */
export class AdaptiveDecide {
  readonly #maker: BlockMaker;
  readonly #label: string;
  readonly #hot = new Set<Layout>();
  #made: { readonly predicate: Block; readonly decide: Decide } | undefined;

  constructor(maker: BlockMaker, label: string) {
    this.#maker = maker;
    this.#label = label;
  }

  get #code(): { readonly predicate: Block; readonly decide: Decide } {
    if (this.#made === undefined) {
      const predicate = this.#maker.make(undefined, this.#hot);
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
      if (verdict < COLD) return verdict;
      const layout = predicate.states[verdict - COLD];
      if (layout !== undefined) this.#hot.add(layout);
      again?.();
      this.#made = undefined;
    }
  };
}

/** The program of threads that scan stands beside this module, bundled or not. */
const workerUrl = (): URL => new URL("./scan-worker.js", import.meta.url);

/** The scan over records. */
export function adaptiveScan(maker: BlockMaker, format: ScanFormat, label: string): RecordScan {
  const hot = new Set<Layout>();
  let predicate = maker.make(format.linkType, hot);
  let made = compileScan(predicate, format, label);
  let portable: PortableScan | undefined;
  let tiered = new TieredScan(made);
  const run = (bytes: Uint8Array, view: DataView, from: number, to: number, out: ScanState): void => {
    out.position = from;
    for (;;) {
      tiered.run(bytes, view, out.position, to, out);
      if (out.verdict < COLD) return;
      const layout = predicate.states[out.verdict - COLD];
      if (layout === undefined) return;
      hot.add(layout);
      predicate = maker.make(format.linkType, hot);
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

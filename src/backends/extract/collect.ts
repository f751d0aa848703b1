/** Wanted fields of a frame without its tree: the walk notes where they stand, and occurrences are made of that. */
import { type Code, code, Name } from "../../codegen/code.ts";
import type { Occurrence } from "../../ir/fields.ts";
import type { Frame } from "../../ir/frame.ts";
import type { Layout } from "../../ir/nodes.ts";
import { AdaptiveDecide, type BlockMaker } from "./adaptive.ts";
import { notCovered } from "./coverage.ts";
import type { Block } from "./decide.ts";
import { READ_BINDINGS } from "./read.ts";
import { Scope } from "./scope.ts";
import type { Consumer, Site } from "./site.ts";
import type { Schemas } from "./tables.ts";
import { takeCode, taken } from "./take.ts";
import { WALK_NAMES, walkCode } from "./walk.ts";
import { Reach } from "./wanted.ts";

type Take = (bitOffset: number, bits: number, extra: number, layer: number) => void;

const TAKE = new Name("take");
const LAYER = new Name("layer");

/** Calls `take` at each wanted site with the site's number and its place. */
class CollectConsumer implements Consumer {
  readonly #names: ReadonlySet<string>;
  readonly #site: (site: Site) => number;
  readonly #numbering: boolean;

  constructor(names: ReadonlySet<string>, numbering: boolean, site: (site: Site) => number) {
    this.#names = names;
    this.#numbering = numbering;
    this.#site = site;
  }

  wants(filter: string): boolean {
    return this.#names.has(filter);
  }

  wantsRange(filter: string): boolean {
    return this.#names.has(filter);
  }

  at(site: Site): Code {
    const own = site.kind === "range" ? site.layer : undefined;
    const layer = this.#numbering ? (own ?? LAYER) : code`1`;
    return takeCode(site, (place) => code`${TAKE}(${this.#site(site)}, ${place});`, layer);
  }
}

export interface CollectOptions {
  /** Keep the running numbers that `#` asks for. */
  readonly numbering?: boolean;
}

/** Collects the occurrences of names, one frame at a time. */
export class Collector implements BlockMaker {
  readonly #schemas: Schemas;
  readonly #names: ReadonlySet<string>;
  readonly #numbering: boolean;
  readonly #reach: Reach;
  readonly #lists: Map<string, Occurrence[]> = new Map();
  readonly #decide: AdaptiveDecide;
  #data: Uint8Array = new Uint8Array(0);

  /** Why a name cannot be collected; undefined where it can. */
  static reason(schemas: Schemas, name: string): string | undefined {
    return notCovered(schemas, name);
  }

  constructor(schemas: Schemas, names: readonly string[], options: CollectOptions = {}) {
    this.#schemas = schemas;
    this.#names = new Set(names);
    this.#numbering = options.numbering === true;
    this.#reach = new Reach(schemas, (name) => this.#names.has(name));
    for (const name of names) this.#lists.set(name, []);
    this.#decide = new AdaptiveDecide(this, `collect/${names.join("_")}`);
  }

  make(linkType: number | undefined, hot: ReadonlySet<Layout>): Block {
    const takes: Take[] = [];
    const consumer = new CollectConsumer(
      this.#names,
      this.#numbering,
      (site) => takes.push(this.#taker(site)) - 1,
    );
    const { block, states } = walkCode({
      schemas: this.#schemas,
      consumer,
      final: code`verdict = 1;`,
      scope: new Scope(WALK_NAMES),
      linkType,
      hot,
      numbering: this.#numbering,
      reach: this.#reach,
    });
    const take = (index: number, bitOffset: number, bits: number, extra: number, layer: number): void =>
      takes[index]?.(bitOffset, bits, extra, layer);
    return { block, states, bindings: { ...READ_BINDINGS, take }, needles: [], alone: false };
  }

  #taker(site: Site): Take {
    const list = this.#lists.get(site.filter) ?? [];
    return (bitOffset, bits, extra, layer) => {
      const one = taken(site, this.#data, bitOffset, bits, extra, layer);
      if (one !== undefined) list.push(one);
    };
  }

  /** True where the frame was regular: then {@link occurrences} holds until the next call. */
  collect(frame: Frame): boolean {
    const { data } = frame;
    this.#data = data;
    for (const list of this.#lists.values()) list.length = 0;
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const verdict = this.#decide.run(
      data,
      view,
      0,
      data.length,
      frame.originalLength,
      frame.linkType,
      frame.number,
      () => {
        for (const list of this.#lists.values()) list.length = 0;
      },
    );
    return verdict === 1;
  }

  occurrences(name: string): readonly Occurrence[] {
    return this.#lists.get(name) ?? NONE;
  }
}

const NONE: readonly Occurrence[] = [];

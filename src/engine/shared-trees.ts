/** The trees of one reading, for whoever looks at one frame at a time: frames of one shape share one, as far as they are plain. */

import type { Frame } from "../ir/frame.ts";
import type { Crossing } from "./crossing.ts";
import { FrameDissection, type MutableLayer } from "./dissection.ts";
import type { Registry } from "./registry.ts";
import { RowFill } from "./row-fill.ts";
import type { GivenOrder, Rows } from "./rows.ts";
import { ShapeFinder } from "./shape.ts";
import { SharedTree } from "./shared-tree.ts";
import type { TreeColumns } from "./tree-columns.ts";

/** More are not kept: what comes then begins anew. */
const MAX_TREES = 400;
const MAX_CROSSINGS = 40_000;

/** A tree with what trackers found in it. */
interface Whole {
  readonly order: GivenOrder;
  /** Undefined until the frame has one. */
  tree: SharedTree | undefined;
}

interface Kept {
  /** Without what trackers find. */
  readonly plain: SharedTree;
  /** Takes the columns of rows. */
  readonly row: RowFill;
  /** The one that was wanted last stands first. */
  readonly wholes: Whole[];
}

/** `once`: it has been seen, and a tree will be kept when it is seen again. `odd`: its trees are not shared. */
type Known = Kept | "once" | "odd";

/** What {@link SharedTrees} needs of those whose trees they are. */
export interface TreeMaker {
  readonly rows: Rows;
  /** All columns that stand in the bytes or in the tree. */
  readonly columns: TreeColumns;
  /** A tree of its own for the frame, without what trackers find. */
  dissect(frame: Frame): FrameDissection;
  /** Shows the row to the trackers. */
  run(frame: Frame, row: RowFill): void;
  /** Puts what trackers found into the tree. */
  put(dissection: FrameDissection): SharedTree["generated"];
  /** Puts it into the tree, once those trackers have run that look at trees. */
  place(dissection: FrameDissection): void;
}

export class SharedTrees {
  readonly #registry: Registry;
  readonly #maker: TreeMaker;
  readonly #finder: ShapeFinder<Known>;
  #count = 0;
  #revision = -1;

  constructor(registry: Registry, maker: TreeMaker) {
    this.#registry = registry;
    this.#maker = maker;
    this.#finder = new ShapeFinder(registry);
  }

  #find(frame: Frame): Crossing<Known> | undefined {
    const { revision } = this.#registry;
    if (this.#count > MAX_TREES || this.#finder.made.count > MAX_CROSSINGS || revision !== this.#revision) {
      this.#finder.forget();
      this.#count = 0;
      this.#revision = revision;
    }
    return this.#finder.find(frame);
  }

  /** The tree of a frame that the trackers have seen already: one of its own. */
  own(frame: Frame): FrameDissection {
    const { dissect, place } = this.#maker;
    const dissection = dissect(frame);
    this.learn(frame, dissection);
    place(dissection);
    return dissection;
  }

  /** Takes note of a frame's own tree. */
  learn(frame: Frame, { problems }: FrameDissection): void {
    const at = this.#find(frame);
    if (at === undefined) return;
    if (problems.length > 0) at.shape = "odd";
    else if (at.shape === undefined) at.shape = "once";
    else if (at.shape === "once") at.shape = this.#keep(this.#maker.dissect(frame));
  }

  #keep(dissection: FrameDissection): Kept {
    const { rows, columns } = this.#maker;
    this.#count++;
    return {
      plain: new SharedTree(layersOf(dissection), []),
      row: new RowFill(rows.store, columns.numbers, columns.places(dissection)),
      wholes: [],
    };
  }

  /**
   * Lets the trackers see the frame, and gives its tree, which holds until the next frame is asked for. Undefined where that has not been
   * done, since no frame of its shape was seen before, or it is odd.
   */
  next(frame: Frame): FrameDissection | undefined {
    const { rows } = this.#maker;
    const kept = this.#show(frame);
    if (kept === undefined) return undefined;
    const { ends } = this.#finder;
    const whole = this.#whole(kept);
    if (whole.tree === undefined) return this.#first(frame, whole);
    whole.tree.give(frame, ends);
    rows.give(whole.tree, whole.order);
    return new FrameDissection(frame, whole.tree, [], this.#registry, whole.tree);
  }

  /** Lets the trackers see the frame, if one of its shape was seen before: then nothing is odd about it. */
  show(frame: Frame): boolean {
    return this.#show(frame) !== undefined;
  }

  #show(frame: Frame): Kept | undefined {
    const kept = this.#find(frame)?.shape;
    if (typeof kept !== "object") return undefined;
    kept.plain.give(frame, this.#finder.ends);
    this.#maker.run(frame, kept.row);
    return kept;
  }

  #whole({ wholes }: Kept): Whole {
    const { rows } = this.#maker;
    const index = wholes.findIndex(({ order }) => rows.isOrder(order));
    const known = wholes[index];
    if (index === 0 && known !== undefined) return known;
    if (known !== undefined) wholes.splice(index, 1);
    else this.#count++;
    const whole = known ?? { order: rows.order(), tree: undefined };
    wholes.unshift(whole);
    return whole;
  }

  /** A tree of its own, which is kept where there is none yet. */
  #first(frame: Frame, whole: Whole): FrameDissection {
    const dissection = this.#maker.dissect(frame);
    whole.tree = new SharedTree(layersOf(dissection), this.#maker.put(dissection));
    return dissection;
  }
}

/** Layers of a frame's own dissection are made by the engine. */
function layersOf({ layers }: FrameDissection): readonly MutableLayer[] {
  return layers as readonly MutableLayer[];
}

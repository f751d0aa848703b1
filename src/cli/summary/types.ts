/** What one layer says in the packet list. */
import type { Piece } from "./pieces.ts";

export interface Summary {
  readonly protocol: string;
  /** In pieces where these are the same for all frames of a shape. */
  readonly info: string | readonly Piece[];
}

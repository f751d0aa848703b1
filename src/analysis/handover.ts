/** Traffic that leaves one subflow for another. */
import type { SubflowState } from "./subflow-state.ts";
import type { Side } from "./types.ts";

export interface Handover {
  readonly from: SubflowState;
  readonly to: SubflowState;
  /** When the first one carried new data for the last time. */
  readonly time: number;
}

/** Shares below this one do not count as traffic, and ends this near to the connection's end are its end. */
const NOTABLE = 0.05;

/** Subflows that carried a good part of a side's data and then no more, while another went on. */
export function findHandovers(subflows: readonly SubflowState[], side: Side): readonly Handover[] {
  const total = subflows.reduce((sum, one) => sum + one.sides[side].newBytes, 0);
  const used = subflows.filter((one) => one.sides[side].newBytes > total * NOTABLE);
  const start = Math.min(...used.map((one) => one.sides[side].firstNew));
  const end = Math.max(...used.map((one) => one.sides[side].lastNew));
  const near = (end - start) * NOTABLE;
  return used.flatMap((from): Handover[] => {
    const time = from.sides[side].lastNew;
    if (end - time <= near) return [];
    const later = used
      .filter((one) => one.sides[side].lastNew > time)
      .sort((a, b) => b.sides[side].newBytes - a.sides[side].newBytes);
    const [to] = later;
    return to === undefined ? [] : [{ from, to, time }];
  });
}

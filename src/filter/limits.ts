/** Bounds on a filter's text, so that no text can exhaust stack, memory or time. */

export interface FilterLimits {
  /** Depth of nested tests, arithmetic and slices; no more than {@link MOST_NESTING} whatever is asked for. */
  readonly nesting?: number;
  /** UTF-16 code units, counted after macros are expanded. */
  readonly length?: number;
  /** Items of one set. */
  readonly setSize?: number;
}

/** What reads a filter calls itself for each level: this is far from where the stack ends. */
export const MOST_NESTING = 2000;

export const defaultLimits: Required<FilterLimits> = { nesting: 200, length: 200_000, setSize: 20_000 };

export function fillLimits(limits: FilterLimits | undefined): Required<FilterLimits> {
  return {
    nesting: Math.min(limits?.nesting ?? defaultLimits.nesting, MOST_NESTING),
    length: limits?.length ?? defaultLimits.length,
    setSize: limits?.setSize ?? defaultLimits.setSize,
  };
}

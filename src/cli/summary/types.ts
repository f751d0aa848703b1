/** What one layer says in the packet list. */
export interface Summary {
  readonly protocol: string;
  readonly info: string;
}

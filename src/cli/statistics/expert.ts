/** `-z expert[,SEVERITY][,FILTER]`: findings and problems, how often each. */
import { EXPERT_FIELDS, type ExpertItem, expertItem } from "../../engine/expert.ts";
import { lookupValueString } from "../../ir/fields.ts";
import type { Tap, TapKind } from "./tap.ts";

/** From the most serious one, with their headings and numbers. */
const SEVERITIES = [
  ["error", "Errors", 0x800000],
  ["warn", "Warns", 0x600000],
  ["note", "Notes", 0x400000],
  ["chat", "Chats", 0x200000],
  ["comment", "Comments", 0x100000],
] as const;

/** Short names of protocols that are not their filter name in capitals. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  frame: "Frame",
  eth: "Ethernet",
  ip: "IPv4",
  ipv6: "IPv6",
  icmpv6: "ICMPv6",
  arp: "ARP/RARP",
};

function protocolName(filter: string): string {
  return (Object.hasOwn(PROTOCOLS, filter) ? PROTOCOLS[filter] : undefined) ?? filter.toUpperCase();
}

const ITEM_FIELDS = ["_ws.expert.severity", "_ws.expert.group", "_ws.expert.message"];

/** Texts that are counted; messages may hold numbers and words of the capture. */
const MAX_ROWS = 100_000;

interface Row {
  count: number;
  readonly item: ExpertItem;
  readonly protocol: string;
}

const GROUP = EXPERT_FIELDS.find(({ name }) => name === "_ws.expert.group")?.strings;

function groupName(group: number): string {
  return (GROUP === undefined ? undefined : lookupValueString(GROUP, group)) ?? String(group);
}

/** The least severity that is shown, and the filter; a word that is no severity begins the filter. */
function readArguments(rest: string | undefined): { readonly least: number; readonly filterText: string } {
  const [first = "", ...words] = (rest ?? "").split(",");
  const named = SEVERITIES.find(([name]) => name === first.toLowerCase());
  if (named === undefined) return { least: 0, filterText: rest ?? "" };
  return { least: named[2], filterText: words.join(",") };
}

function* table(rows: readonly Row[]): Generator<string> {
  for (const [, title, severity] of SEVERITIES) {
    const own = rows.filter(({ item }) => item.severity === severity);
    if (own.length === 0) continue;
    const total = own.reduce((sum, { count }) => sum + count, 0);
    yield `\n${title} (${total})\n=============\n   Frequency      Group           Protocol  Summary\n`;
    for (const { count, item, protocol } of own) {
      const group = groupName(item.group).padStart(10);
      yield `${String(count).padStart(12)} ${group} ${protocol.padStart(18)}  ${item.message}\n`;
    }
  }
}

export const expert: TapKind = {
  name: "expert",
  usage: "[,error|warn|note|chat|comment][,FILTER]",
  create: (argument, context): Tap => {
    const { least, filterText } = readArguments(argument);
    const rows = new Map<string, Row>();
    const findings = context.fields.filter(({ finding }) => finding !== undefined);
    const columns = [
      ...new Set(
        findings.flatMap(({ name, protocol, finding }) =>
          finding?.about === undefined ? [name, protocol] : [name, protocol, finding.about],
        ),
      ),
    ];
    const placeOf = (name: string): number => columns.indexOf(name);
    const places = findings.map((info) => ({
      info,
      name: protocolName(info.protocol),
      own: placeOf(info.name),
      header: placeOf(info.protocol),
      about: info.finding?.about === undefined ? -1 : placeOf(info.finding.about),
    }));
    let forgotten = 0;
    /** Findings of the frame that was watched last. */
    let told = 0;
    const add = (item: ExpertItem | undefined, protocol: string, count: number): void => {
      if (item === undefined || item.severity < least) return;
      const key = `${item.severity} ${item.group} ${protocol} ${item.message}`;
      const row = rows.get(key);
      if (row !== undefined) row.count += count;
      else if (rows.size >= MAX_ROWS) forgotten++;
      else rows.set(key, { count, item, protocol });
    };
    const sorted = (): readonly Row[] => [...rows.values()];
    return {
      requires: columns,
      filter: context.filter(filterText),
      watch: (row) => {
        told = 0;
        const { firsts } = row;
        for (const { info, name, own, header, about } of places) {
          if (Number.isNaN(firsts[own])) continue;
          const found = row.count(own);
          // It counts once in each header, however often its field is shown.
          const count = Math.min(found, Math.max(1, row.count(header)));
          told += count;
          add(expertItem(info, about < 0 ? undefined : row.at(about)), name, count);
        }
      },
      dissected: (dissection) => {
        const { problems } = dissection;
        if (problems.length === 0) return;
        // Those that a field names were counted as findings; the others stand behind these.
        const [severities, groups, messages] = ITEM_FIELDS.map((name) =>
          dissection.occurrences(name).slice(told),
        );
        for (const [index, { value }] of (messages ?? []).entries()) {
          const message = String(value);
          const layer = problems.find((problem) => problem.message === message)?.layer ?? "";
          const item = {
            severity: Number(severities?.[index]?.value),
            group: Number(groups?.[index]?.value),
            message,
          };
          add(item, protocolName(layer.split(".", 1)[0] ?? ""), 1);
        }
      },
      text: () => table(sorted()),
      json: () =>
        sorted().map(({ count, item, protocol }) => ({
          severity: SEVERITIES.find(([, , number]) => number === item.severity)?.[0],
          group: groupName(item.group),
          protocol,
          summary: item.message,
          count,
        })),
      get forgotten() {
        return forgotten;
      },
    };
  },
};

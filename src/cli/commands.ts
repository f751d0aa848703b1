/** What is called by a name of its own; the rest of the command line language is reading. */
import type { Commands } from "./main.ts";

export const COMMANDS: Commands = {
  fields: async () => (await import("./fields-command.ts")).runFields,
  explain: async () => (await import("./explain-command.ts")).runExplain,
  decode: async () => (await import("./decode-command.ts")).runDecode,
  schema: async () => (await import("./schema-command.ts")).runSchema,
  craft: async () => (await import("./craft-command.ts")).runCraft,
  edit: async () => (await import("./edit-command.ts")).runEdit,
  report: async () => (await import("./report-command.ts")).runReport,
  compare: async () => (await import("./compare-command.ts")).runCompare,
  plot: async () => (await import("./plot-command.ts")).runPlot,
  complete: async () => (await import("./complete-command.ts")).runComplete,
  completion: async () => {
    const { runCompletion } = await import("./completion-command.ts");
    return (args) => runCompletion(args, Object.keys(COMMANDS));
  },
};

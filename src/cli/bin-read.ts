/** The command for lines that begin with an option: they read captures. It is a smaller script than that of all commands, and starts faster. */
import { main } from "./main.ts";

void main(process.argv.slice(2), {}).then((status) => {
  process.exitCode = status;
});

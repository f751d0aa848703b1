/** The command. */
import { COMMANDS } from "./commands.ts";
import { main } from "./main.ts";

void main(process.argv.slice(2), COMMANDS).then((status) => {
  process.exitCode = status;
});

/** `subflow completion bash|zsh`: a script that teaches the shell our words. Names in filters come from `subflow complete`. */
import { CliError, EXIT } from "./errors.ts";
import { optionNames, outputNames } from "./read-options.ts";
import { standardOutput } from "./standard-output.ts";

/** What the scripts know without asking. */
interface Words {
  readonly commands: readonly string[];
  readonly options: readonly string[];
  readonly outputs: readonly string[];
}

const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);

/** `TEXT` up to the word at its end stays; `subflow complete` gives what may replace that word. */
function bashScript({ commands, options, outputs }: Words): string {
  return `# subflow completion for bash. Use: source <(subflow completion bash)
_subflow_filter() {
  local text=$1 kinds=$2 kept word kind rest
  kept=\${text%"\${text##*[!A-Za-z0-9_.-]}"}
  while IFS=$'\\t' read -r word kind rest; do
    [[ $kinds == *" $kind "* && $word == "\${text#"$kept"}"* ]] && COMPREPLY+=("$kept$word")
  done < <(subflow complete "$text" 2>/dev/null)
  compopt -o nospace 2>/dev/null
}

_subflow() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  case $prev in
    -e) _subflow_filter "$cur" " field "; return ;;
    -Y | --display-filter | explain) _subflow_filter "\${cur#[\\"\\']}" " field operator function keyword value "; return ;;
    -T) COMPREPLY=($(compgen -W "${outputs.join(" ")}" -- "$cur")); return ;;
    -F) COMPREPLY=($(compgen -W "pcap pcapng nsecpcap" -- "$cur")); return ;;
    -t) COMPREPLY=($(compgen -W "a ad adoy d dd e r u ud udoy" -- "$cur")); return ;;
    completion) COMPREPLY=($(compgen -W "bash zsh" -- "$cur")); return ;;
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "${options.map(dashed).join(" ")}" -- "$cur"))
  elif [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "${commands.join(" ")}" -- "$cur"))
  fi
}
complete -o default -o bashdefault -F _subflow subflow
`;
}

function zshScript({ commands, options, outputs }: Words): string {
  return `#compdef subflow
# subflow completion for zsh. Use: source <(subflow completion zsh), or put it into a folder of $fpath as _subflow.
_subflow_filter() {
  local text=$1 kinds=$2 kept line
  local -a found parts
  kept=\${text%\${text##*[^A-Za-z0-9_.-]}}
  for line in \${(f)"$(subflow complete "$text" 2>/dev/null)"}; do
    parts=("\${(@s:	:)line}")
    [[ $kinds == *" $parts[2] "* && $parts[1] == \${text#$kept}* ]] && found+=("$kept$parts[1]")
  done
  compadd -Q -S '' -- $found
}

_subflow() {
  local cur=$words[CURRENT] prev=$words[CURRENT-1]
  case $prev in
    -e) _subflow_filter "$cur" " field "; return ;;
    -Y | --display-filter | explain) _subflow_filter "\${cur#[\\"\\']}" " field operator function keyword value "; return ;;
    -T) compadd -- ${outputs.join(" ")}; return ;;
    -F) compadd -- pcap pcapng nsecpcap; return ;;
    -t) compadd -- a ad adoy d dd e r u ud udoy; return ;;
    completion) compadd -- bash zsh; return ;;
  esac
  if [[ $cur == -* ]]; then
    compadd -- ${options.map(dashed).join(" ")}
  elif (( CURRENT == 2 )); then
    compadd -- ${commands.join(" ")}
    _files
  else
    _files
  fi
}
(( $+functions[compdef] )) && compdef _subflow subflow
`;
}

/** `commands`: names of all commands. */
export async function runCompletion(args: readonly string[], commands: readonly string[]): Promise<number> {
  const words: Words = { commands, options: optionNames(), outputs: outputNames };
  const [shell] = args;
  if (args.length !== 1 || (shell !== "bash" && shell !== "zsh"))
    throw new CliError("name the shell that the completion is for: bash or zsh");
  standardOutput().write(shell === "bash" ? bashScript(words) : zshScript(words));
  return EXIT.done;
}

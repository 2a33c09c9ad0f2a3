import { AppError } from '#core/error.ts'
import type { CommandAction, CommandDefinition, OptionDefinition } from '../definition.ts'

/** A command's name with the long and short names of its flags. */
interface Words {
  readonly name: string
  readonly summary: string
  readonly flags: readonly string[]
}

const shells: Readonly<Record<string, (commands: readonly Words[]) => string>> = { bash, zsh, fish }

/** `tagboat completion SHELL`: prints the script to be sourced, for these commands and the flags that all of them take. */
export function completionCommand(
  definitions: readonly CommandDefinition[],
  commonFlags: readonly OptionDefinition[],
): CommandAction {
  return async (operands, _flags, io) => {
    const shell = operands[0] ?? ''
    const script = Object.hasOwn(shells, shell) ? shells[shell] : undefined
    if (script === undefined) {
      throw new AppError('USAGE_INVALID', `completion: expected bash, zsh or fish, got "${shell}"`)
    }
    io.stdout.write(script(definitions.map((definition) => wordsOf(definition, commonFlags))))
    return 0
  }
}

function wordsOf({ name, summary, options }: CommandDefinition, commonFlags: readonly OptionDefinition[]): Words {
  const flags = [...options, ...commonFlags].flatMap((option) => option.flags.match(/--?[a-z][a-z-]*/g) ?? [])
  return { name, summary, flags }
}

function bash(commands: readonly Words[]): string {
  return `# tagboat completion for bash: source <(tagboat completion bash)
_tagboat() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${commands.map(({ name }) => name).join(' ')} --help --version"
  else
    case "\${COMP_WORDS[1]}" in
${commands.map(({ name, flags }) => `      ${name}) words="${flags.join(' ')}" ;;`).join('\n')}
    esac
  fi
  case "$word" in
    -*) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word") ;;
    *) if [ "$COMP_CWORD" -eq 1 ]; then mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
       else mapfile -t COMPREPLY < <(compgen -f -- "$word"); fi ;;
  esac
}
complete -o filenames -F _tagboat tagboat
`
}

function zsh(commands: readonly Words[]): string {
  return `#compdef tagboat
# tagboat completion for zsh: source <(tagboat completion zsh)
_tagboat() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${commands.map(({ name, summary }) => `      ${quoted(`${name}:${summary}`)}`).join('\n')}
    )
    _describe command commands
    return
  fi
  local -a flags
  case "$words[2]" in
${commands.map(({ name, flags }) => `    ${name}) flags=(${flags.join(' ')}) ;;`).join('\n')}
  esac
  if [[ "$words[CURRENT]" == -* ]]; then compadd -- $flags; else _files; fi
}
compdef _tagboat tagboat
`
}

function fish(commands: readonly Words[]): string {
  const lines = commands.flatMap(({ name, summary, flags }) => [
    `complete -c tagboat -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...flags
      .filter((flag) => flag.startsWith('--'))
      .map((flag) => `complete -c tagboat -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}`),
  ])
  return `# tagboat completion for fish: tagboat completion fish | source\n${lines.join('\n')}\n`
}

function quoted(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`
}

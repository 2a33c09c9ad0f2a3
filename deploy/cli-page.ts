import type { CommandDefinition, OptionDefinition } from '#cli/definition.ts'
import { commonFlags, definitions } from '#cli/definitions.ts'
import { escape, table } from './markdown.ts'

/** The page docs/cli.md: every command with its arguments, flags and examples, from the list that the parser is built of. */
export function cliPage(): string {
  return [
    '# Command line',
    intro,
    '## Flags of every command',
    flagTable(commonFlags),
    ...definitions.map(section),
  ].join('\n\n')
}

const intro = `This page is generated from the definitions of the commands (\`npm run generate\`).

Results go to stdout, logs and errors to stderr. Exit codes: 0 done; 1 failed, also if only some items did; 2 there are
changes (\`--detailed-exitcode\`, \`rewrite --check\`); 64 wrong usage; 130 interrupted. Objects are named \`name\` or
\`namespace/name\`; those of files without a namespace are in \`default\`. With \`-o json\` stdout holds one document,
also when the command fails: then its member \`error\` has code, message and hint.`

function section({ name, summary, operands, options, examples }: CommandDefinition): string {
  const parts = [
    `## ${name}`,
    `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`,
    operands === undefined ? '' : `\`${operands.syntax}\`: ${operands.description}.`,
    `\`\`\`sh\n${examples.join('\n')}\n\`\`\``,
    options.length === 0 ? '' : flagTable(options),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function flagTable(options: readonly OptionDefinition[]): string {
  const rows = options.map(({ flags, description, choices }) => {
    return [`\`${flags}\``, escape(choices === undefined ? description : `${description} (${choices.join(', ')})`)]
  })
  return table(['flag', 'meaning'], rows)
}

import { styleText } from 'node:util'

/** A unified diff with the colours that git uses, or as it is. */
export function printDiff(diff: string, color: boolean): string {
  if (!color) return diff
  return diff
    .split('\n')
    .map((line) => paint(line))
    .join('\n')
}

function paint(line: string): string {
  const style = styleOf(line)
  return style === undefined ? line : styleText(style, line, { validateStream: false })
}

function styleOf(line: string): 'bold' | 'cyan' | 'green' | 'red' | undefined {
  if (line.startsWith('---') || line.startsWith('+++')) return 'bold'
  if (line.startsWith('@@')) return 'cyan'
  if (line.startsWith('+')) return 'green'
  return line.startsWith('-') ? 'red' : undefined
}

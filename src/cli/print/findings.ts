import { quoteOutside } from '#core/error.ts'
import type { Finding } from '../cluster/checks/finding.ts'

/** A line for each finding, ✔ or ✗, below it what can be done (each advice once); at the end whether all is well. */
export function printFindings(findings: readonly Finding[]): string {
  const given = new Set<string>()
  const lines = findings.map(({ check, ok, message, hint }) => {
    const line = `${ok ? '✔' : '✗'} ${check}: ${quoteOutside(message, 1000)}\n`
    if (hint === undefined || given.has(hint)) return line
    given.add(hint)
    return `${line}    hint: ${hint}\n`
  })
  const failed = findings.filter(({ ok }) => !ok).length
  const sum = failed === 0 ? '✔ all checks passed\n' : `✗ ${failed} of ${findings.length} checks failed\n`
  return `${lines.join('')}${sum}`
}

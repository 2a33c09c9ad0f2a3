import { describe, expect, it } from 'vitest'
import { printSelection } from '#cli/print/selection.ts'
import { compilePolicy } from '#core/policy/compile.ts'
import { screenTags } from '#core/policy/judge.ts'
import { select } from '#core/policy/select.ts'

const choose = (...tags: string[]) =>
  select(compilePolicy({ policy: { semver: { range: '1.x' } } }, 'spec'), screenTags(tags))

describe('printSelection', () => {
  it('puts the chosen tag alone on the first line, so that a script can take it', () => {
    expect(printSelection(choose('1.2.0', '1.10.0', 'latest'), false)).toBe(
      [
        '1.10.0',
        '  1.10.0  selected       by semver 1.x',
        '  1.2.0   superseded     1.10.0 is preferred',
        '  latest  not-a-version  no version of the form MAJOR.MINOR.PATCH',
        '',
      ].join('\n'),
    )
  })

  it('says why there is none', () => {
    expect(printSelection(choose(), false)).toBe('no tag is chosen: no tag satisfies semver 1.x\n')
  })

  it('shows twenty and counts the rest', () => {
    const lines = printSelection(choose(...Array.from({ length: 25 }, (_, patch) => `1.0.${patch}`)), false).split('\n')
    expect(lines).toHaveLength(23)
    expect(lines[21]).toBe('  … and 5 more (-o json lists all)')
  })

  it('has colours where they are wanted', () => {
    expect(printSelection(choose('1.2.0', '2.0.0'), true)).toContain('\u001b[32mselected\u001b[39m')
  })
})

import { describe, expect, it } from 'vitest'
import { errorTable } from '#core/errors/index.ts'
import { readSources } from './sources.ts'

const rows = Object.entries(errorTable)

describe('every error code', () => {
  it('is thrown somewhere: delete the row, or throw it', () => {
    const used = new Set(
      readSources('src').flatMap(({ path, strings }) => (path.startsWith('src/core/errors/') ? [] : [...strings])),
    )
    expect(rows.map(([code]) => code).filter((code) => !used.has(code))).toEqual([])
  })

  it.each(rows)('%s tells what happened, what to do, and by which reason a condition shows it', (_code, row) => {
    expect(row.meaning.trim()).not.toBe('')
    expect(row.remedy.trim()).not.toBe('')
    expect(row.reason).toMatch(/^[A-Z][A-Za-z]+$/)
  })

  it.each(rows)('%s speaks like the other messages: lower case, no full stop', (_code, row) => {
    expect(row.meaning).not.toMatch(/^[A-Z][a-z]|\.$/)
    expect(row.remedy).not.toMatch(/^[A-Z][a-z]|\.$/)
  })

  it.each(rows)('%s is AREA_PROBLEM', (code) => {
    expect(code).toMatch(/^(INTERNAL|CANCELLED|[A-Z]+(_[A-Z0-9]+)+)$/)
  })
})

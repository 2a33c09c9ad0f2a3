import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { printConfig, type Setting } from '#io/git/config-text.ts'
import { temporaryFolder } from '../../services/temporary-folder.ts'

/** As git reads it: `section.subsection.key` → values. */
function readByGit(file: string, settings: readonly Setting[]): readonly string[] {
  writeFileSync(file, printConfig(settings))
  return execFileSync('git', ['config', '--file', file, '--null', '--list']).toString().split('\0').slice(0, -1)
}

it('git reads back what was written, whatever the value holds', async () => {
  await using folder = await temporaryFolder('config')
  const file = join(folder.path, 'config')
  const text = fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter((value) => !/[\u0000-\u0008\u000b-\u001f\u007f]/.test(value))
  fc.assert(
    fc.property(
      text,
      text.filter((value) => value !== '' && !value.includes('\n')),
      (value, subsection) => {
        const read = readByGit(file, [
          ['http', subsection, 'extraHeader', value],
          ['core', '', 'x', value],
        ])
        expect(read).toEqual([`http.${subsection}.extraheader\n${value}`, `core.x\n${value}`])
      },
    ),
    { numRuns: 100 },
  )
})

it('no value can begin a section or a comment, and control characters are left out', async () => {
  await using folder = await temporaryFolder('config')
  const hostile = 'a"\n[core]\n\tsshCommand = evil # ; \u0000\r\u001b'
  const read = readByGit(join(folder.path, 'config'), [['http', 'https://h/', 'extraHeader', hostile]])
  expect(read).toEqual(['http.https://h/.extraheader\na"\n[core]\n\tsshCommand = evil # ; '])
})

import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { commonFlags, definitions } from '#cli/definitions.ts'
import { completionCommand } from '#cli/commands/completion.ts'
import { memoryIo } from '../memory-io.ts'

async function script(shell: string): Promise<string> {
  const io = memoryIo()
  expect(await completionCommand(definitions, commonFlags)([shell], {}, io)).toBe(0)
  return io.out()
}

it.each([
  [['tagboat', 'pl'], ['plan']],
  [['tagboat', 'rew'], ['rewrite']],
  [
    ['tagboat', 'plan', '--re'],
    ['--repo', '--registry-config'],
  ],
  [['tagboat', 'select', '--sem'], ['--semver']],
])('completes %j in bash', async (words, expected) => {
  const list = words.map((word) => `'${word}'`).join(' ')
  const probe = `COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _tagboat; printf '%s\\n' "\${COMPREPLY[@]}"`
  const run = spawnSync('bash', ['-c', `${await script('bash')}\n${probe}`], { encoding: 'utf8' })
  expect(run.stderr).toBe('')
  expect(run.stdout.trim().split('\n')).toEqual(expected)
})

it.each(['zsh', 'fish'])('names every command in %s', async (shell) => {
  const text = await script(shell)
  for (const { name } of definitions) expect(text).toContain(name)
  expect(text).toContain('detailed-exitcode')
})

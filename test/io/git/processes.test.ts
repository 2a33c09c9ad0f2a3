import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { endOperations, isRunning, ownIdentity } from '#io/git/processes.ts'
import { processes } from '../../services/git-client.ts'

const [, , ...rest] = ownIdentity().split('.')

describe('identities', () => {
  it('tells this process from those that have ended, and admits what it cannot see', () => {
    expect(isRunning(ownIdentity())).toBe(true)
    expect(isRunning(ownIdentity().replace(/^\d+/, '999999999'))).toBe(false)
    // The same id, given to a later process.
    expect(isRunning([process.pid, '1', ...rest].join('.'))).toBe(false)
    // The same id after the computer was started anew.
    expect(isRunning([process.pid, '1', 'anotherboot', rest[1]].join('.'))).toBe(false)
    expect(isRunning([process.pid, '1', rest[0], 'another-container'].join('.'))).toBeUndefined()
    expect(isRunning('')).toBe(false)
    expect(isRunning('x.y')).toBe(false)
  })

  it('a child that has ended does not run', async () => {
    const child = spawn('true')
    const identity = [child.pid, 1, ...rest].join('.')
    await once(child, 'close')
    expect(isRunning(identity)).toBe(false)
  })
})

function start(operation: string, script: string): ReturnType<typeof spawn> {
  const env = { PATH: process.env['PATH'], TAGBOAT_OPERATION: operation }
  return spawn('sh', ['-c', script], { env, stdio: ['ignore', 'pipe', 'ignore'], detached: true })
}

describe('endOperations', () => {
  it('ends what an operation started, at any depth and in any group, and nothing else', async () => {
    const mine = start('test-mine', 'setsid sleep 60 & (sleep 61; true) & echo ready; wait')
    const other = start('test-other', 'echo ready; sleep 62')
    await Promise.all([mine, other].map(async ({ stdout }) => stdout && once(stdout, 'data')))
    const closed = once(mine, 'close')
    await endOperations((operation) => operation === 'test-mine')
    await closed
    const left = processes().filter(({ environment }) => environment.includes('TAGBOAT_OPERATION=test-'))
    expect(left.every(({ environment }) => environment.includes('test-other'))).toBe(true)
    expect(left.length).toBeGreaterThan(0)
    await endOperations((operation) => operation === 'test-other')
  })

  it('ends also what does not listen to SIGTERM', async () => {
    const child = start('test-deaf', `trap '' TERM; echo ready; while true; do sleep 0.1; done`)
    await (child.stdout && once(child.stdout, 'data'))
    const closed = once(child, 'close')
    await endOperations((operation) => operation === 'test-deaf')
    expect((await closed)[1]).toBe('SIGKILL')
  })
})

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { quoteOutside } from '#core/error.ts'
import type { CommandIo } from '../../io.ts'
import type { Finding } from './finding.ts'

const run = promisify(execFile)

/** What the controller starts, with what makes each tell its version, and its package in Debian. */
const programs = [
  { name: 'git', args: ['--version'], from: 'git' },
  { name: 'ssh', args: ['-V'], from: 'openssh-client' },
]

/** Are the programs there that the controller starts? On this computer, or in the pod where this runs. */
export async function checkPrograms({ env, signal }: Pick<CommandIo, 'env' | 'signal'>): Promise<readonly Finding[]> {
  return Promise.all(
    programs.map(async ({ name, args, from }): Promise<Finding> => {
      const check = `program ${name}`
      try {
        const { PATH = '/usr/local/bin:/usr/bin:/bin' } = env
        const { stdout, stderr } = await run(name, args, { env: { PATH }, signal, timeout: 5000 })
        return { check, ok: true, message: quoteOutside((stdout || stderr).trim()) }
      } catch (error) {
        const cause = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'is not on PATH' : 'failed'
        return { check, ok: false, message: cause, hint: `install ${from}` }
      }
    }),
  )
}

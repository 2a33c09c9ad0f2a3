import { readFile } from 'node:fs/promises'
import { AppError } from '#core/error.ts'
import { Secret } from '#core/secret/secret.ts'
import type { ControllerOptions } from './options.ts'

/** A shorter one could be guessed. */
const shortest = 16

/**
 * The token of the dashboard; undefined where none is asked for. `USAGE_INVALID` where one is and has no token: without
 * it anybody could look.
 */
export async function dashboardToken(
  { dashboard }: Pick<ControllerOptions, 'dashboard'>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Secret | undefined> {
  if (dashboard === undefined) return undefined
  const { tokenFile } = dashboard
  const text = tokenFile === undefined ? environment['TAGBOAT_DASHBOARD_TOKEN'] : await readToken(tokenFile)
  const token = text?.trim() ?? ''
  if (token.length >= shortest) return new Secret(token)
  const problem = token === '' ? 'no token is set' : `the token has fewer than ${shortest} characters`
  throw new AppError('USAGE_INVALID', `--dashboard: ${problem}`, {
    hint: 'set TAGBOAT_DASHBOARD_TOKEN, or name a file by --dashboard-token-file; `openssl rand -hex 16` makes one',
  })
}

async function readToken(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new AppError(
      'USAGE_INVALID',
      `--dashboard-token-file: ${file} cannot be read (${error.code ?? error.message})`,
    )
  })
}

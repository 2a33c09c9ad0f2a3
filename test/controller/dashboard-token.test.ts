import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { reveal } from '#core/secret/reveal.ts'
import { dashboardToken } from '#controller/dashboard-token.ts'
import { temporaryFolder } from '../services/temporary-folder.ts'

const dashboard = { address: ':3000', tokenFile: undefined, writable: false }
const token = '0123456789abcdef'

it('is needed for a dashboard only', async () => {
  expect(await dashboardToken({ dashboard: undefined }, {})).toBeUndefined()
})

it('comes from the environment, or from a file without the line break at its end', async () => {
  await using folder = await temporaryFolder('token')
  const tokenFile = join(folder.path, 'token')
  await writeFile(tokenFile, `${token}\n`)
  const fromEnvironment = await dashboardToken({ dashboard }, { TAGBOAT_DASHBOARD_TOKEN: token })
  const fromFile = await dashboardToken({ dashboard: { ...dashboard, tokenFile } }, {})
  for (const found of [fromEnvironment, fromFile]) expect(found && reveal(found)).toBe(token)
})

it.each([
  [dashboard, {}, '--dashboard: no token is set'],
  [dashboard, { TAGBOAT_DASHBOARD_TOKEN: ' ' }, '--dashboard: no token is set'],
  [dashboard, { TAGBOAT_DASHBOARD_TOKEN: 'short' }, '--dashboard: the token has fewer than 16 characters'],
  [{ ...dashboard, tokenFile: '/nowhere' }, {}, '--dashboard-token-file: /nowhere cannot be read (ENOENT)'],
])('refuses %j with %j', async (given, environment, message) => {
  await expect(dashboardToken({ dashboard: given }, environment)).rejects.toThrow(
    expect.objectContaining({ code: 'USAGE_INVALID', message }),
  )
})

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dashboardToken } from '#controller/board/token.ts'
import { accessToken } from '#io/access-token.ts'
import { temporaryFolder } from '../../services/temporary-folder.ts'

const long = 'a-token-that-is-long-enough'

describe('the token of the dashboard', () => {
  it('is in the environment', async () => {
    const token = await dashboardToken(undefined, { TAGBOAT_DASHBOARD_TOKEN: long })
    expect(accessToken(token, 'x').matches(long)).toBe(true)
    expect(String(token)).toBe('***')
  })

  it('is the text of the file, which counts first', async () => {
    await using folder = await temporaryFolder('token')
    const file = join(folder.path, 'token')
    await writeFile(file, `${long}-in-a-file\n`)
    const token = await dashboardToken(file, { TAGBOAT_DASHBOARD_TOKEN: long })
    expect(accessToken(token, 'x').matches(`${long}-in-a-file`)).toBe(true)
  })

  it.each([
    [undefined, {}, '--dashboard: no token: set TAGBOAT_DASHBOARD_TOKEN or --dashboard-token-file'],
    [
      undefined,
      { TAGBOAT_DASHBOARD_TOKEN: ' ' },
      '--dashboard: no token: set TAGBOAT_DASHBOARD_TOKEN or --dashboard-token-file',
    ],
    [undefined, { TAGBOAT_DASHBOARD_TOKEN: 'short' }, 'TAGBOAT_DASHBOARD_TOKEN: the token has less than 16 characters'],
    ['/dev/null', {}, '--dashboard-token-file /dev/null: the token has less than 16 characters'],
    ['/nowhere/token', {}, '--dashboard-token-file: /nowhere/token cannot be read'],
  ])('is missing: %j, %j', async (file, environment, message) => {
    await expect(dashboardToken(file, environment)).rejects.toMatchObject({ code: 'USAGE_INVALID', message })
  })
})

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runController } from '#controller/start.ts'
import { temporaryFolder } from '../services/temporary-folder.ts'

const kubeconfig = {
  'current-context': 'one',
  contexts: [{ name: 'one', context: { cluster: 'one', user: 'me' } }],
  clusters: [{ name: 'one', cluster: { server: 'https://127.0.0.1:1' } }],
  users: [{ name: 'me', user: { token: 'secret' } }],
}

it('ends well when it is asked to while it waits for the API server', async () => {
  await using folder = await temporaryFolder('start')
  await writeFile(join(folder.path, 'kubeconfig'), JSON.stringify(kubeconfig))
  const ending = new AbortController()
  const lines: string[] = []
  const stderr = {
    write: (text: string) => {
      lines.push(text)
      if (text.includes('asking again')) ending.abort(new Error('stopped by SIGTERM'))
    },
  }
  const flags = {
    kubeconfig: 'kubeconfig',
    redis: 'redis://127.0.0.1:1',
    metricsAddr: '0',
    healthAddr: '0',
    webhookAddr: '0',
  }
  const code = await runController(flags, { stderr, env: {}, cwd: folder.path, signal: ending.signal })
  expect([code, JSON.parse(lines.at(-1) ?? '')]).toMatchObject([0, { message: 'tagboat controller has ended' }])
})

it('names the flag that cannot be', async () => {
  const io = { stderr: { write: () => undefined }, env: {}, cwd: '/', signal: new AbortController().signal }
  await expect(runController({ metricsAddr: 'nowhere' }, io)).rejects.toMatchObject({
    code: 'USAGE_INVALID',
    message: expect.stringContaining('--metrics-addr: ') as string,
  })
})

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import type { Figure } from './figure.ts'
import type { ScanCost } from './registry/scan.ts'

const tags = 200_000
const script = (name: string): string => new URL(`./registry/${name}.ts`, import.meta.url).pathname
const run = promisify(execFile)

/** One scan by our client and one by bare undici of the same list, registry and scans each in a process of its own. */
async function compareScans(): Promise<{ readonly client: ScanCost; readonly undici: ScanCost }> {
  const registry = spawn(process.execPath, [script('serve'), String(tags)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new AbortController()
  registry.once('exit', () => ended.abort())
  try {
    const [line] = (await once(registry.stdout, 'data', { signal: ended.signal })) as [Buffer]
    const host = line.toString().trim()
    await scan(host, 'undici') // so that the registry is as warm for one as for the other
    const undici = await scan(host, 'undici')
    const client = await scan(host, 'client')
    if (client.found !== tags) throw new Error(`the scan found ${client.found} tags of ${tags}`)
    return { client, undici }
  } finally {
    registry.kill()
  }
}

async function scan(host: string, by: 'client' | 'undici'): Promise<ScanCost> {
  const { stdout } = await run(process.execPath, ['--expose-gc', script('scan'), host, by])
  return JSON.parse(stdout) as ScanCost
}

export const figures: readonly Figure[] = [
  {
    name: 'scan 200,000 tags in pages of 1,000: time',
    unit: 'ms',
    reach: '≤ 2 times bare undici',
    run: async () => {
      const { client, undici } = await compareScans()
      const ok = client.wallMs <= 2 * undici.wallMs
      return { value: client.wallMs, ok, against: { name: 'the same bytes with bare undici', value: undici.wallMs } }
    },
  },
  {
    name: 'scan 200,000 tags in pages of 1,000: memory',
    unit: 'MiB',
    reach: '≤ 150 MiB',
    run: async () => {
      const { client, undici } = await compareScans()
      const against = { name: 'the same bytes with bare undici', value: undici.growthMiB }
      return { value: client.growthMiB, ok: client.growthMiB <= 150, against }
    },
  },
]

import { Agent, request } from 'undici'
import { systemClock } from '#io/clock.ts'
import { openClient, sourceOf } from '../../conformance/registry-client.ts'

/** What one scan cost this process. */
export interface ScanCost {
  /** Tags, or bytes where nothing is parsed. */
  readonly found: number
  readonly wallMs: number
  /** The highest resident memory after the scan, above what was resident before it. */
  readonly growthMiB: number
}

const signal = new AbortController().signal

/** With our client, which has read the list of a page before, as it has when it runs for a while. */
async function scanByClient(host: string): Promise<ScanCost> {
  await using client = openClient({ clock: systemClock })
  await client.listTags(sourceOf(host, 'small'), signal)
  return cost(async () => (await client.listTags(sourceOf(host, 'big'), signal)).tags.length)
}

/** The same bytes, read and dropped, page by page as the Links say. */
async function scanByUndici(host: string): Promise<ScanCost> {
  const dispatcher = new Agent()
  const read = async (repository: string): Promise<number> => {
    let bytes = 0
    for (let target = `/v2/${repository}/tags/list?n=1000`; target !== '';) {
      const { headers, body } = await request(`http://${host}${target}`, { dispatcher })
      bytes += (await body.arrayBuffer()).byteLength
      target = /<([^>]+)>/.exec(String(headers['link'] ?? ''))?.[1] ?? ''
    }
    return bytes
  }
  await read('small')
  const found = await cost(async () => read('big'))
  await dispatcher.close()
  return found
}

async function cost(work: () => Promise<number>): Promise<ScanCost> {
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  const start = performance.now()
  const found = await work()
  const wallMs = performance.now() - start
  return { found, wallMs, growthMiB: (process.resourceUsage().maxRSS * 1024 - before) / (1024 * 1024) }
}

const [host = '', by = 'client'] = process.argv.slice(2)
process.stdout.write(JSON.stringify(await (by === 'client' ? scanByClient(host) : scanByUndici(host))))

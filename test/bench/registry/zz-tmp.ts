import { openClient, sourceOf } from '../../conformance/registry-client.ts'
import { systemClock } from '#io/clock.ts'
const signal = new AbortController().signal
const host = process.argv[2] ?? ''
for (let i = 0; i < 8; i++) {
const client = openClient({ clock: systemClock })
const c0 = process.cpuUsage(); const t0 = performance.now()
await client.listTags(sourceOf(host, 'big'), signal)
const c = process.cpuUsage(c0)
console.error('wall', performance.now() - t0 | 0, 'user', c.user / 1e3 | 0, 'sys', c.system / 1e3 | 0)
await client[Symbol.asyncDispose]()
}

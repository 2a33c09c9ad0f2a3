import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openChaosProxy } from '../../fakes/chaos-proxy.ts'
import { until } from './installation.ts'
import { metric, sharedScene } from './scene.ts'

// Intervals are long, so that only a watch can tell.
const scene = sharedScene({ interval: '1h' })

it('connections to the API server die without a word: what was missed is found, and work goes on', async () => {
  const { kubernetes, folder, replica, release, committed } = scene()
  await using proxy = await openChaosProxy(Number(new URL(kubernetes.url).port))
  const text = await readFile(await kubernetes.kubeconfig(), 'utf8')
  const kubeconfig = join(folder, 'proxied.kubeconfig')
  await writeFile(kubeconfig, text.replace(kubernetes.url, `https://${proxy.host}`))
  const first = await release()
  const one = await replica([`--kubeconfig=${kubeconfig}`])
  await until('it leads', async () => (await metric(one, 'tagboat_leader')) === 1)
  await committed(first)
  proxy.deaden()
  const tag = await release()
  const patch = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'while it was silent' } } }
  const path = '/apis/tagboat.dev/v1/namespaces/apps/imagerepositories/app'
  await kubernetes.send('PATCH', path, patch, 'application/merge-patch+json')
  // A watch is asked anew after 50 s of silence.
  await committed(tag, 120)
  expect((await fetch(`${one.health}/readyz`)).ok).toBe(true)
}, 240_000)

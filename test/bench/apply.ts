import { join } from 'node:path'
import { applyLane } from '#cli/commands/apply.ts'
import { openDemoRegistry } from '#cli/demo/registry.ts'
import { openSession } from '#cli/session.ts'
import { planUpdates } from '#cli/update-pass.ts'
import { memoryIo } from '../cli/memory-io.ts'
import { resources } from '../cli/world.ts'
import { bareRepository, type Changes } from '../services/git.ts'
import { serveHttp } from '../services/git-http.ts'
import { temporaryFolder } from '../services/temporary-folder.ts'
import type { Figure, Measurement } from './figure.ts'

/** What a config repository of the benchmark holds: `files` manifests in folders of 50, the first `marked` of them marked. */
function configFiles(image: string, files: number, marked: number): Changes {
  return Object.fromEntries(
    Array.from({ length: files }, (_, index) => {
      const name = `app-${index}`
      const marker = index < marked ? ' # {"$imagepolicy": "apps:app"}' : ''
      const text = `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: apps}
spec:
  template:
    spec:
      containers:
        - name: ${name}
          image: ${image}:1.0.0${marker}
`
      return [`apps/${Math.floor(index / 50)}/${name}.yaml`, text]
    }),
  )
}

/** One pass of `apply` as the command does it, from the reading of the resources to the acknowledged push. */
async function applyPass(folder: string, expected: number): Promise<number> {
  const io = memoryIo({ cwd: folder, env: { PATH: process.env['PATH'], HOME: folder } })
  const startedAt = performance.now()
  await using session = await openSession({ file: [join(folder, 'resources.yaml')] }, io, { keeps: true })
  const { lanes, broken } = await planUpdates([], session, io)
  const items = [...broken, ...(await Promise.all(lanes.map(async (lane) => applyLane(lane, session)))).flat()]
  const took = performance.now() - startedAt
  const edits = items.flatMap((item) => item.edits).length
  if (edits !== expected)
    throw new Error(`expected ${expected} edits, got ${edits}: ${JSON.stringify(items[0]?.error)}`)
  return took
}

function applyFigure(files: number, reachMs: number, flux: string): Figure {
  return {
    name: `apply of one changed image, ${files} files, 50 marked, warm mirror, http remote (Flux: ${flux})`,
    unit: 'ms',
    reach: `≤ ${reachMs} ms`,
    async run(): Promise<Measurement> {
      await using folder = await temporaryFolder('bench')
      await using registry = await openDemoRegistry()
      const image = `${registry.host}/team/app`
      await using repository = await bareRepository(configFiles(image, files, 50))
      await using server = await serveHttp(repository.path)
      const { writeFile } = await import('node:fs/promises')
      await writeFile(join(folder.path, 'resources.yaml'), resources({ image, url: server.url }))
      registry.pushImage({ repository: 'team/app', tag: '1.0.0' })
      await applyPass(folder.path, 0)
      registry.pushImage({ repository: 'team/app', tag: '1.0.1' })
      const value = await applyPass(folder.path, 50)
      return { value, ok: value <= reachMs }
    },
  }
}

export const figures: readonly Figure[] = [
  applyFigure(100, 250, '0.19 s with its files in memory, 0.25 s on disk'),
  applyFigure(5000, 400, '5.3 s with its files in memory, 8.7 s on disk'),
]

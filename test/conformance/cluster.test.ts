import { afterAll, beforeAll, describe } from 'vitest'
import { applyCases } from './cluster-apply.suite.ts'
import { leaseCases } from './cluster-lease.suite.ts'
import { objectCases } from './cluster-objects.suite.ts'
import { resourceCases } from './cluster-resources.suite.ts'
import { watchCases } from './cluster-watch.suite.ts'
import { setScene, startFake, startReal, type ClusterServer, type SetScene } from './cluster.scene.ts'

const suites = {
  objects: objectCases,
  apply: applyCases,
  watch: watchCases,
  'lease and events': leaseCases,
  resources: resourceCases,
}

/** What every API server must be able to do with our client, the fake as well as a real one. */
describe.each([
  { name: 'fake', start: startFake },
  { name: 'kube-apiserver', start: startReal },
])('cluster on $name', ({ start }) => {
  const running: { server?: ClusterServer } = {}
  const scene: SetScene = async () => {
    if (running.server === undefined) throw new Error('the server did not start')
    return setScene(running.server)
  }
  beforeAll(async () => {
    running.server = await start()
  }, 90_000)
  afterAll(async () => running.server?.[Symbol.asyncDispose]())

  describe.each(Object.entries(suites))('%s', (_name, cases) => {
    cases(scene)
  })
})

import { openFakeRegistry } from '../fakes/registry.ts'
import { startRegistry } from '../services/registry.ts'
import { registrySuite } from './registry.suite.ts'

registrySuite('the fake', async () => openFakeRegistry())
registrySuite('the fake without the referrers API, in small pages', async () => {
  return openFakeRegistry({
    noReferrers: true,
    lists: { pageSize: { max: 100, above: 'smaller' }, opaqueCursor: true },
  })
})
registrySuite('a fake that asks for a login', async () => openFakeRegistry({ auth: { kind: 'bearer' } }))
registrySuite('CNCF Distribution', startRegistry)

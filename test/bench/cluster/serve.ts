import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { makeAuthority } from '../../fakes/certificate.ts'

// Answers every request at once with a ConfigMap of an ordinary size. Prints where it listens, and for each line of
// input how many TLS connections it has accepted; ends with its input.
const object = JSON.stringify({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: {
    name: 'settings',
    namespace: 'apps',
    uid: '8d3e0e43-98b4-4f0a-9c0e-9f1d1f1c1d1e',
    resourceVersion: '12345',
    creationTimestamp: '2026-11-24T12:00:00Z',
    labels: { app: 'web', tier: 'front' },
    managedFields: [{ manager: 'kubectl', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} }],
  },
  data: { 'config.yaml': 'port: 8080\nlevel: info\n'.repeat(10) },
})

const authority = makeAuthority()
const server = createServer(authority.issue(['127.0.0.1']), (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(object.length) }).end(object)
})
const accepted = { count: 0 }
server.on('secureConnection', () => (accepted.count += 1))
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
process.stdout.write(`${JSON.stringify({ url: `https://127.0.0.1:${port}`, ca: authority.cert })}\n`)
createInterface({ input: process.stdin })
  .on('line', () => process.stdout.write(`${accepted.count}\n`))
  .on('close', () => {
    server.close()
    server.closeAllConnections()
  })

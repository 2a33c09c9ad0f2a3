import { writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { parseYamlValues } from '#core/yaml.ts'
import type { KubeObject } from '#io/cluster/cluster.ts'
import { readText } from '../rules/sources.ts'
import type { KubernetesService } from '../services/kubernetes.ts'

/** A manifest of deploy/, and the file that it stands in. */
export interface Manifest {
  readonly file: string
  readonly object: KubeObject
}

/** The fields that this reader understands, which is why deploy/ uses no others. */
const known = ['apiVersion', 'kind', 'resources']

/** What `kustomize build` prints for a folder whose kustomizations only list resources, in their order. */
export function readKustomization(folder: string): readonly Manifest[] {
  const file = `${folder}/kustomization.yaml`
  const kustomization = documents(file)[0] as { readonly resources: readonly string[] }
  const strange = Object.keys(kustomization).filter((key) => !known.includes(key))
  if (strange.length > 0) throw new Error(`${file}: ${strange.join(', ')}: not read here`)
  return kustomization.resources.flatMap((name) => {
    const path = posix.join(folder, name)
    if (!name.endsWith('.yaml')) return readKustomization(path)
    return documents(path).map((object) => ({ file: path, object: object as KubeObject }))
  })
}

function documents(file: string): readonly unknown[] {
  const parsed = parseYamlValues(readText(file))
  if (parsed.problems.length > 0) throw new Error(`${file}: ${JSON.stringify(parsed.problems)}`)
  return parsed.documents.map(({ value }) => value)
}

const plurals: Readonly<Record<string, string>> = {
  CustomResourceDefinition: 'customresourcedefinitions',
  Namespace: 'namespaces',
  ServiceAccount: 'serviceaccounts',
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  Role: 'roles',
  RoleBinding: 'rolebindings',
  Deployment: 'deployments',
  Service: 'services',
}

/** Where the API server has an object. */
export function pathOf({ apiVersion, kind, metadata }: KubeObject): string {
  const plural = plurals[kind]
  if (plural === undefined) throw new Error(`${kind}: not known here`)
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`
  const { namespace, name } = metadata
  return `${root}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}/${name}`
}

interface Container {
  readonly image: string
  readonly args: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}

/** The parts of a pod that tests look at. */
export interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> }
  readonly spec: {
    readonly containers: readonly [Container]
    readonly serviceAccountName?: string
    readonly terminationGracePeriodSeconds: number
    readonly securityContext: { readonly runAsUser: number }
  }
}

/** The pod of a Deployment. */
export function templateOf(name: string, manifests: readonly Manifest[]): PodTemplate {
  const found = manifests.find(({ object }) => object.kind === 'Deployment' && object.metadata.name === name)
  if (found === undefined) throw new Error(`no Deployment ${name}`)
  return (found.object.spec as { readonly template: PodTemplate }).template
}

/** A kubeconfig with a fresh token of a ServiceAccount. */
export async function accountKubeconfig(
  service: KubernetesService,
  account: { readonly namespace: string; readonly name: string },
  folder: string,
): Promise<{ readonly path: string; readonly token: string }> {
  const { namespace, name } = account
  const { url, ca } = service
  const asked = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } }
  const { value } = await service.send('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, asked)
  const { token } = (value as { readonly status: { readonly token: string } }).status
  const cluster = { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'account',
    clusters: [{ name: 'test', cluster }],
    users: [{ name, user: { token } }],
    contexts: [{ name: 'account', context: { cluster: 'test', user: name, namespace } }],
  }
  const path = join(folder, 'account.kubeconfig')
  await writeFile(path, JSON.stringify(config), { mode: 0o600 })
  return { path, token }
}

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { GitRepository } from '#core/api/git-repository.ts'
import type { ImageUpdateAutomation } from '#core/api/image-update-automation.ts'
import type { ObjectRef } from '#core/api/object-ref.ts'
import { AppError } from '#core/error.ts'
import { parseRemoteUrl } from '#core/secret/remote-url.ts'
import type { Resource, ResourceReader } from '#flow/ports.ts'

/** What `--repo` and `--branch` say; undefined: as the resources have it. */
export interface Retarget {
  readonly url: string | undefined
  readonly branch: string | undefined
}

/**
 * The address that `--repo` means: an https, http, ssh or file URL as it is, a path of a repository as a file URL.
 * `USAGE_INVALID` for anything else.
 */
export function repoUrl(text: string, cwd: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    parseRemoteUrl(text, '--repo', ['https', 'http', 'ssh', 'file'])
    return text
  }
  const path = resolve(cwd, text)
  if (existsSync(path)) return pathToFileURL(path).href
  const scp = /^[^/]+@[^/:]+:/.test(text)
  const advice = scp ? 'write ssh://user@host/path' : 'expected an https, ssh or file URL or the path of a repository'
  throw new AppError(
    'USAGE_INVALID',
    `--repo: ${scp ? 'the short form of ssh addresses is not taken' : `no such repository: ${text}`}`,
    {
      hint: advice,
    },
  )
}

/**
 * The same resources with another repository and branch under every automation. A GitRepository that an automation
 * names and that does not exist is made up when there is an address, so that policies and automations are enough.
 */
export function retargeted(reader: ResourceReader, to: Retarget): ResourceReader {
  if (to.url === undefined && to.branch === undefined) return reader
  return {
    ...bound(reader),
    async get(key, signal) {
      const found = await reader.get(key, signal)
      if (found !== undefined) return retarget(found, to)
      return key.kind === 'GitRepository' && to.url !== undefined ? retarget(madeUp(key, to.url), to) : undefined
    },
    async list(signal) {
      return (await reader.list(signal)).map((resource) => retarget(resource, to))
    },
  }
}

/** The methods of a reader as an object of its own, to put others in their place. */
export function bound(reader: ResourceReader): ResourceReader {
  return {
    get: (key, signal) => reader.get(key, signal),
    list: (signal) => reader.list(signal),
    secret: (namespace, name, signal) => reader.secret(namespace, name, signal),
    pullSecrets: (namespace, account, signal) => reader.pullSecrets(namespace, account, signal),
    namespaceLabels: (namespace, signal) => reader.namespaceLabels(namespace, signal),
  }
}

function retarget(resource: Resource, to: Retarget): Resource {
  if (resource.kind === 'GitRepository') return retargetRepository(resource, to)
  return resource.kind === 'ImageUpdateAutomation' ? retargetAutomation(resource, to) : resource
}

function retargetRepository(repository: GitRepository, { url, branch }: Retarget): GitRepository {
  const spec = {
    ...repository.spec,
    ...(url === undefined ? {} : { url }),
    ...(branch === undefined ? {} : { ref: { branch } }),
  }
  return { ...repository, spec }
}

function retargetAutomation(automation: ImageUpdateAutomation, { branch }: Retarget): ImageUpdateAutomation {
  const { git } = automation.spec
  if (branch === undefined || git === undefined) return automation
  return { ...automation, spec: { ...automation.spec, git: { ...git, checkout: { ref: { branch } } } } }
}

function madeUp({ group, namespace, name }: ObjectRef, url: string): GitRepository {
  return {
    group,
    apiVersion: `${group}/v1`,
    kind: 'GitRepository',
    metadata: { namespace, name, generation: 1, annotations: {}, labels: {} },
    spec: { url, interval: '1m', timeout: '60s', provider: 'generic' },
    status: undefined,
  }
}

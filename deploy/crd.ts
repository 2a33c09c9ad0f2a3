import { ownGroup } from '#core/api/group.ts'
import { specSchemas, type ResourceKind } from '#core/api/kinds.ts'
import { rules } from '#core/api/rules.ts'
import { statusSchemas } from '#core/api/status-schemas.ts'
import { structural } from './structural.ts'

/** A column of `kubectl get`. */
interface Column {
  readonly name: string
  readonly type: 'string' | 'date'
  readonly jsonPath: string
  readonly priority?: number
}

interface Names {
  readonly plural: string
  readonly shortName: string
  readonly description: string
  readonly columns: readonly Column[]
}

const ready: Column = { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' }
const status: Column = { name: 'Status', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].message' }
const age: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }
const text = (name: string, jsonPath: string, priority = 0): Column => ({
  name,
  type: 'string',
  jsonPath,
  ...(priority === 0 ? {} : { priority }),
})

/** How each kind is called and shown; columns are Flux's. */
export const crdNames: Readonly<Record<ResourceKind, Names>> = {
  ImageRepository: {
    plural: 'imagerepositories',
    shortName: 'timgrepo',
    description: 'An image in a registry whose tags are read.',
    columns: [
      text('Image', '.spec.image'),
      text('Tags', '.status.lastScanResult.tagCount'),
      ready,
      status,
      text('Last scan', '.status.lastScanResult.scanTime', 1),
      age,
    ],
  },
  ImagePolicy: {
    plural: 'imagepolicies',
    shortName: 'timgpol',
    description: 'Which tag of an ImageRepository is the one to run.',
    columns: [text('Image', '.status.latestRef.name'), text('Tag', '.status.latestRef.tag'), ready, status, age],
  },
  GitRepository: {
    plural: 'gitrepositories',
    shortName: 'tgit',
    description: 'A Git repository that is read, and written by image automation.',
    columns: [text('URL', '.spec.url'), ready, status, age],
  },
  ImageUpdateAutomation: {
    plural: 'imageupdateautomations',
    shortName: 'tiua',
    description: 'Writes what policies elect into the files of a GitRepository, and pushes.',
    columns: [ready, status, text('Last run', '.status.lastAutomationRunTime', 1), age],
  },
}

/** File name of a kind's definition, e.g. `tagboat.dev_imagepolicies.yaml`. */
export function crdFileName(kind: ResourceKind): string {
  return `${ownGroup}_${crdNames[kind].plural}.yaml`
}

/** The CustomResourceDefinition of a kind in our group, as a plain value. */
export function crd(kind: ResourceKind): object {
  const { plural, shortName, columns } = crdNames[kind]
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${ownGroup}`,
      // Expressions of policies and templates look like variables of Flux's post-build substitution.
      annotations: { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' },
    },
    spec: {
      group: ownGroup,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames: [shortName],
        categories: ['all', 'tagboat'],
      },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: objectSchema(kind) },
        },
      ],
    },
  }
}

function objectSchema(kind: ResourceKind): object {
  const validations = rules[kind].map(({ cel, message }) => ({ rule: cel, message }))
  return {
    type: 'object',
    description: crdNames[kind].description,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: {
        ...structural(specSchemas[kind]),
        ...(validations.length === 0 ? {} : { 'x-kubernetes-validations': validations }),
      },
      status: { ...structural(statusSchemas[kind]), default: { observedGeneration: -1 } },
    },
    required: ['spec'],
  }
}

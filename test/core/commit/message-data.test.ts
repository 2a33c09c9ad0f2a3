import { describe, expect, it } from 'vitest'
import { messageData } from '#core/commit/message-data.ts'
import type { Edit } from '#core/rewrite/change-set.ts'
import { parseTemplate } from '#core/template/template.ts'
import { systemHashes } from '#io/hash.ts'
import { edit } from './edits.ts'

function rendered(template: string, edits: readonly Edit[], updateRoot = ''): string {
  const data = messageData({ automation: { namespace: 'apps', name: 'web' }, values: { a: 'b' }, updateRoot }, edits)
  return parseTemplate(template, { name: 'm', hashes: systemHashes }).render(data)
}

const files = '{{ range $file, $_ := .Changed.FileChanges }}{{ $file }} {{ end }}'

describe('messageData', () => {
  it('prints as Flux’s data does', () => {
    expect(rendered('{{ . }}', [edit()])).toBe(
      '{apps/web {map[apps/web.yaml:map[{{{apps/v1 Deployment} {web prod}}}:[{ghcr.io/acme/web:1.0.0 ghcr.io/acme/web:1.1.0 apps:web}]]]} map[a:b]}',
    )
  })

  it.each([
    { updateRoot: '', paths: ['clusters/a/x.yaml', 'y.yaml'], names: 'clusters/a/x.yaml y.yaml ' },
    { updateRoot: 'clusters', paths: ['clusters/a/x.yaml'], names: 'a/x.yaml ' },
    { updateRoot: './clusters/', paths: ['clusters/a/x.yaml'], names: 'a/x.yaml ' },
    { updateRoot: 'clusters/a/x.yaml', paths: ['clusters/a/x.yaml'], names: 'x.yaml ' },
    { updateRoot: 'cluster', paths: ['clusters/a/x.yaml'], names: 'clusters/a/x.yaml ' },
    { updateRoot: '.', paths: ['x.yaml'], names: 'x.yaml ' },
  ])('names files from $updateRoot', ({ updateRoot, paths, names }) => {
    expect(
      rendered(
        files,
        paths.map((path) => edit({ path })),
        updateRoot,
      ),
    ).toBe(names)
  })

  it('gives changes by file, then position, each once', () => {
    const edits = [
      edit({ path: 'b.yaml', from: 'b0' }),
      edit({ path: 'a.yaml', ordinal: 10, from: 'a10' }),
      edit({ path: 'a.yaml', ordinal: 9, from: 'a9' }),
      edit({ path: 'c.yaml', from: 'b0' }),
      edit({ path: 'c.yaml', ordinal: 1, from: 'b0', part: 'tag' }),
    ]
    expect(rendered('{{ range .Changed.Changes }}{{ .OldValue }}={{ .Setter }} {{ end }}', edits)).toBe(
      'a9=apps:web a10=apps:web b0=apps:web b0=apps:web:tag ',
    )
  })

  it('puts the changes of one object in several files together, and keeps repetitions', () => {
    const edits = [
      edit({ path: 'a.yaml' }),
      edit({ path: 'b.yaml' }),
      edit({ path: 'b.yaml', ordinal: 1, object: { apiVersion: 'v1', kind: 'Pod', name: 'x', namespace: '' } }),
    ]
    expect(rendered('{{ range $o, $c := .Changed.Objects }}{{ $o.Kind }}={{ len $c }} {{ end }}', edits)).toBe(
      'Deployment=2 Pod=1 ',
    )
    expect(rendered('{{ range $f, $o := .Changed.FileChanges }}{{ $f }}={{ len $o }} {{ end }}', edits)).toBe(
      'a.yaml=1 b.yaml=2 ',
    )
  })

  it('gives the fields of an object, empty where the document has none', () => {
    const { object: _, ...bare } = edit({ path: 'values.yaml' })
    const template =
      '{{ range $o, $c := .Changed.Objects }}[{{ $o.APIVersion }}|{{ $o.Kind }}|{{ $o.Name }}|{{ $o.Namespace }}]{{ end }}'
    expect(rendered(template, [edit(), bare])).toBe('[|||][apps/v1|Deployment|web|prod]')
  })

  it('has no value for keys that are not given', () => {
    expect(rendered('{{ .Values.a }} {{ .Values.b }}', [edit()])).toBe('b <no value>')
  })
})

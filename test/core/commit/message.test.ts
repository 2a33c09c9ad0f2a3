import { describe, expect, it } from 'vitest'
import { checkMessage, renderMessage, type MessageOptions } from '#core/commit/message.ts'
import { isAppError } from '#core/error.ts'
import { systemHashes } from '#io/hash.ts'
import { edit } from './edits.ts'

function options(template: string): MessageOptions {
  return { template, automation: { namespace: 'apps', name: 'web' }, values: { team: 'core' }, updateRoot: 'apps' }
}

const edits = [edit(), edit({ ordinal: 1, from: '1.0.0', to: '1.1.0', part: 'tag' })]

function failure(run: () => unknown): readonly [code: string, message: string] | undefined {
  try {
    run()
  } catch (error) {
    if (isAppError(error)) return [error.code, error.message]
    throw error
  }
  return undefined
}

describe('renderMessage', () => {
  it.each([
    { name: 'no template', template: '', text: 'Update from image update automation', empty: false },
    { name: 'blanks', template: ' \n\t', text: 'Update from image update automation', empty: true },
    {
      name: 'a template that gives blanks',
      template: '{{ if .Values.other }}x{{ end }}\n',
      text: 'Update from image update automation',
      empty: true,
    },
    { name: 'plain text', template: 'Update {literally}', text: 'Update {literally}', empty: false },
  ])('gives for $name: $text', ({ template, text, empty }) => {
    expect(renderMessage(options(template), edits, systemHashes)).toEqual({ text, empty })
  })

  it('renders what Flux’s documentation shows', () => {
    const template = `Automated image update

Automation name: {{ .AutomationObject }}

Files:
{{ range $filename, $_ := .Changed.FileChanges -}}
- {{ $filename }}
{{ end -}}

Objects:
{{ range $resource, $changes := .Changed.Objects -}}
- {{ $resource.Kind }} {{ $resource.Name }}
  Changes:
{{- range $_, $change := $changes }}
    - {{ $change.OldValue }} -> {{ $change.NewValue }}
{{ end -}}
{{ end -}}
[{{ .Values.team | upper }}]`
    expect(renderMessage(options(template), edits, systemHashes).text).toBe(`Automated image update

Automation name: apps/web

Files:
- web.yaml
Objects:
- Deployment web
  Changes:
    - ghcr.io/acme/web:1.0.0 -> ghcr.io/acme/web:1.1.0

    - 1.0.0 -> 1.1.0
[CORE]`)
  })

  it.each([
    {
      template: 'a\n{{ now }}',
      code: 'COMMIT_TEMPLATE_INVALID',
      message:
        'unable to create commit message template from spec: template: commit message:2: function "now" not defined',
    },
    {
      template: '{{ .Foo }}',
      code: 'COMMIT_TEMPLATE_INVALID',
      message: `failed to run template from spec: template: commit message:1:3: executing "commit message" at <.Foo>: can't evaluate field Foo in type source.TemplateData`,
    },
    {
      template: '{{ range .Updated.Images }}{{ . }}{{ end }}',
      code: 'COMMIT_TEMPLATE_FIELD_REMOVED',
      message: "template uses removed '.Updated' field. Please use '.Changed' instead.",
    },
    {
      template: '{{ .Changed.ImageResult.Files }}',
      code: 'COMMIT_TEMPLATE_FIELD_REMOVED',
      message:
        "template uses removed '.Changed.ImageResult' field. Please use '.Changed.FileChanges' or '.Changed.Objects' instead.",
    },
  ])('fails for $template', ({ template, code, message }) => {
    expect(failure(() => renderMessage(options(template), edits, systemHashes))).toEqual([code, message])
    expect(failure(() => checkMessage(options(template), systemHashes))?.[0]).toBe(code)
  })

  it('gives the same bytes for the same input', () => {
    const template = '{{ .Changed.FileChanges }}{{ .Changed.Changes }}{{ toJson .Values }}'
    const first = renderMessage(options(template), edits, systemHashes).text
    expect(renderMessage(options(template), edits.toReversed(), systemHashes).text).toBe(first)
  })
})

describe('checkMessage', () => {
  it.each([
    '',
    '{{ range .Changed.Changes }}{{ .OldValue }} -> {{ .NewValue }}{{ end }}',
    '{{ (index .Changed.Changes 0).NewValue | splitList ":" | last }}',
    '{{ range $o, $c := .Changed.Objects }}{{ $o.Kind | lower }}{{ end }}',
    '{{ .Values.team | upper }}',
  ])('passes %j', (template) => {
    expect(failure(() => checkMessage(options(template), systemHashes))).toBeUndefined()
  })

  it.each([
    '{{ if',
    '{{ .Values.unknown | upper }}',
    '{{ (index .Changed.Changes 99).NewValue }}',
    '{{ repeat 99999999 "x" }}',
  ])('finds %j before there is anything to commit', (template) => {
    expect(failure(() => checkMessage(options(template), systemHashes))?.[0]).toBe('COMMIT_TEMPLATE_INVALID')
  })
})

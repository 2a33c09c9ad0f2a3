import { describe, expect, it } from 'vitest'
import { defaultLimits } from '#core/template/budget.ts'
import { parseTemplate } from '#core/template/template.ts'
import { Dict, List, type Value } from '#core/template/value.ts'
import { systemHashes } from '#io/hash.ts'
import { goCases, goData, rendered } from './go-data.ts'

describe.each(['control', 'printing'])('%s gives what Go gives', (topic) => {
  it.each(goCases(topic))('$template', (recorded) => {
    expect(rendered(recorded.template)).toEqual(recorded)
  })
})

describe('A17: a template sees its data and nothing else', () => {
  it.each([
    { template: '{{ .constructor }}', error: "can't evaluate field constructor in type source.TemplateData" },
    { template: '{{ .__proto__ }}', error: "can't evaluate field __proto__ in type source.TemplateData" },
    { template: '{{ .Changed.Changes.length }}', error: "can't evaluate field length in type []update.Change" },
    {
      template: '{{ .AutomationObject.toString }}',
      error: "can't evaluate field toString in type types.NamespacedName",
    },
    { template: '{{ .Values.team.constructor }}', error: "can't evaluate field constructor in type string" },
    { template: '{{ (list 1).items }}', error: "can't evaluate field items in type []interface {}" },
  ])('$template', ({ template, error }) => {
    expect(rendered(template).error).toContain(error)
  })

  it.each([
    '{{ .Values.constructor }}',
    '{{ .Values.__proto__ }}',
    '{{ (dict).toString }}',
    '{{ index .Values "__proto__" | default "<no value>" }}',
  ])('%s is no value', (template) => {
    expect(rendered(template).output).toBe('<no value>')
  })

  it('keeps keys that are named like parts of objects', () => {
    const { output } = rendered('{{ $d := dict "__proto__" 1 "constructor" 2 }}{{ $d }}{{ toJson $d }}')
    expect(output).toBe('map[__proto__:1 constructor:2]{"__proto__":1,"constructor":2}')
  })
})

const long = 'x'.repeat(2000)

describe('limits', () => {
  it.each([
    { name: 'a range that does not end', template: '{{ range 1000000000 }}{{ end }}', limit: 'more than 100000 steps' },
    { name: 'a long list', template: '{{ until 1000000000 }}', limit: 'more than 100000 steps' },
    { name: 'a long sequence', template: '{{ seq 1000000000 }}', limit: 'more than 100000 steps' },
    {
      name: 'an endless repetition',
      template: '{{ repeat 1000000000 "ab" }}',
      limit: 'a text of more than 65536 bytes',
    },
    {
      name: 'doubling',
      template: `{{ $x := "${long}" }}{{ range 20 }}{{ $x = cat $x $x }}{{ end }}`,
      limit: '65536 bytes',
    },
    { name: 'much text', template: `{{ range 100 }}{{ repeat 1000 "x" }}{{ end }}`, limit: '65536 bytes' },
    { name: 'much text in bytes', template: `{{ range 30 }}{{ repeat 1000 "€" }}{{ end }}`, limit: '65536 bytes' },
    { name: 'a replacement everywhere', template: `{{ replace "" (repeat 999 "y") "${long}" }}`, limit: '65536 bytes' },
    { name: 'indentation', template: `{{ indent 9999 (repeat 99 "\\n") }}`, limit: '65536 bytes' },
    { name: 'a wide column', template: '{{ printf "%999999d" 1 }}', limit: '65536 bytes' },
    { name: 'a precise number', template: '{{ printf "%.999999f" 1.5 }}', limit: '65536 bytes' },
    { name: 'joined lists', template: `{{ join "${long}" (until 1000) }}`, limit: '65536 bytes' },
    {
      name: 'an expression that matches everywhere',
      template: `{{ regexReplaceAll "x" "${long}" "${long}" }}`,
      limit: '65536 bytes',
    },
    {
      name: 'a heavy expression',
      template: `{{ range 300 }}{{ regexMatch "(x{50}y{10}){15}" "${long}" }}{{ end }}`,
      limit: 'steps',
    },
    {
      name: 'many expressions',
      template: '{{ range 9999 }}{{ regexMatch (printf "x%d" .) "x" }}{{ end }}',
      limit: 'steps',
    },
    {
      name: 'a map within itself',
      template: '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $d }}',
      limit: 'values nested more than 100 deep',
    },
    {
      name: 'a map within itself as JSON',
      template: '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toJson $d }}',
      limit: 'nested more than 100 deep',
    },
    {
      name: 'a copy of a map within itself',
      template: '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ deepCopy $d | len }}',
      limit: '100 deep',
    },
    {
      name: 'lists of lists of lists',
      template: '{{ $l := list 1 }}{{ range 30 }}{{ $l = list $l $l }}{{ end }}{{ $l }}',
      limit: 'a text of more',
    },
    {
      name: 'a comparison of them',
      template: '{{ $l := list 1 }}{{ range 30 }}{{ $l = list $l $l }}{{ end }}{{ deepEqual $l $l }}',
      limit: 'steps',
    },
    {
      name: 'templates that call themselves',
      template: '{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}',
      limit: 'exceeded maximum template depth (100)',
    },
    {
      name: 'nested parentheses',
      template: `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`,
      limit: 'max expression depth exceeded',
    },
    {
      name: 'nested blocks',
      template: '{{ if 1 }}'.repeat(3000) + '{{ end }}'.repeat(3000),
      limit: 'blocks nested more than 100 deep',
    },
    {
      name: 'a chain of branches',
      template: `{{ if 0 }}${'{{ else if 0 }}'.repeat(4000)}{{ end }}`,
      limit: 'nested more than 100 deep',
    },
    { name: 'a long template', template: ' '.repeat(70_000), limit: 'a template of more than 65536 bytes' },
  ])('end $name', ({ template, limit }) => {
    expect(rendered(template).error).toContain(limit)
  })

  it('tells where a limit was reached', () => {
    expect(rendered('a\n  {{ repeat 99999 "x" }}').error).toBe(
      'template: commit message:2:18: executing "commit message" at <"x">: a text of more than 65536 bytes',
    )
  })

  it('let a message of a thousand changes pass', () => {
    const change = new Dict([
      ['from', 'ghcr.io/acme/web:1.0.0'],
      ['to', 'ghcr.io/acme/web:1.1.0'],
    ])
    const data: Value = new List(Array.from({ length: 1000 }, () => change))
    const text = '{{ range . }}{{ .from | replace "ghcr.io" "r" }} -> {{ .to | trunc 30 }}\n{{ end }}'
    const template = parseTemplate(text, { name: 'm', hashes: systemHashes })
    expect(template.render(data).split('\n')).toHaveLength(1001)
  })

  it('can be set', () => {
    const limits = { ...defaultLimits, text: 10 }
    const template = parseTemplate('{{ . }}', { name: 'm', hashes: systemHashes, limits })
    expect(template.render('0123456789')).toBe('0123456789')
    expect(() => template.render('0123456789x')).toThrow('a text of more than 10 bytes')
  })
})

describe('parseTemplate', () => {
  it('gives a template that can be rendered many times', () => {
    const template = parseTemplate('{{ $x := .Values.team }}{{ $x }}', { name: 'm', hashes: systemHashes })
    expect([template.render(goData()), template.render(goData())]).toEqual(['Core Team', 'Core Team'])
  })

  it('passes over thousands of comments', () => {
    expect(rendered('{{/* a */}}'.repeat(5000)).output).toBe('')
  })

  it('says where an action began that goes over lines', () => {
    expect(rendered('{{ if true\n\n}}\n\n{{ "a').error).toBe('template: commit message:5: unterminated quoted string')
    expect(rendered('{{ print\n\n"a').error).toBe(
      'template: commit message:3: unterminated quoted string in action started at commit message:1',
    )
    expect(rendered('{{ print\n\n').error).toBe(
      'template: commit message:3: unclosed action started at commit message:1',
    )
  })

  it('keeps a message on one line', () => {
    expect(rendered('{{ fail "a\\nb" }}').error).toContain(String.raw`error calling fail: a\x0ab`)
  })
})

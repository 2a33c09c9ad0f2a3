import { describe, expect, it } from 'vitest'
import { printProblem } from '#core/api/problem.ts'
import { readDocuments } from '#io/files/documents.ts'

function read(text: string) {
  const { objects, problems } = readDocuments({ path: 'a.yaml', text })
  return {
    objects: objects.map(
      ({ value, lineAt }) => `${lineAt([])} ${String(value['kind'])} ${lineAt(['metadata', 'name'])}`,
    ),
    problems: problems.map(printProblem),
  }
}

const policy = (name: string) => `apiVersion: tagboat.dev/v1\nkind: ImagePolicy\nmetadata:\n  name: ${name}\n`

describe('readDocuments', () => {
  const good: readonly [string, string, readonly string[]][] = [
    ['nothing', '', []],
    ['one', policy('a'), ['1 ImagePolicy 4']],
    ['two, with lines of the file', `${policy('a')}---\n${policy('b')}`, ['1 ImagePolicy 4', '6 ImagePolicy 9']],
    ['a leading marker and a comment', `# licence\n---\n# x\n${policy('a')}`, ['4 ImagePolicy 7']],
    ['markers with a comment, CRLF', `--- # a\r\n${policy('a').replaceAll('\n', '\r\n')}---\r\n`, ['2 ImagePolicy 5']],
    ['a byte order mark', `\uFEFF${policy('a')}`, ['1 ImagePolicy 4']],
    ['an end marker', `${policy('a')}...\n---\n${policy('b')}`, ['1 ImagePolicy 4', '7 ImagePolicy 10']],
    ['content on the line of the marker', '--- {apiVersion: tagboat.dev/v1, kind: Sync}\n', ['1 Sync 1']],
    [
      'JSON',
      '{\n"apiVersion": "tagboat.dev/v1",\n"kind": "ImagePolicy", "metadata":\n{"name": "a"}}',
      ['1 ImagePolicy 4'],
    ],
    ['a dashed line inside a text', `${policy('a')}data: |\n  ---\n  x\n`, ['1 ImagePolicy 4']],
    ['a Secret', 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n', ['1 Secret 3']],
    [
      'items of lists',
      `apiVersion: v1\nkind: List\nitems:\n- kind: Secret\n  metadata: {name: a}\n- kind: ConfigMapList\n  items:\n  - kind: ConfigMap\n    metadata: {name: b}\n- text\n`,
      ['4 Secret 5', '8 ConfigMap 9'],
    ],
    [
      'a list of one kind',
      `apiVersion: tagboat.dev/v1\nkind: ImagePolicyList\nitems:\n- ${policy('a').replaceAll('\n', '\n  ')}\n`,
      ['4 ImagePolicy 7'],
    ],
    [
      'anchors of a document',
      `x: &n {name: a}\n${policy('q').replace('metadata:\n  name: q', 'metadata: *n')}`,
      ['1 ImagePolicy 1'],
    ],
    ['nothing of other kinds', 'apiVersion: apps/v1\nkind: Deployment\n---\nimage: {tag: 1}\n', []],
    ['a sequence', '- kind: ImagePolicy\n', []],
  ]
  it.each(good)('reads %s', (_, text, want) => {
    expect(read(text)).toEqual({ objects: want, problems: [] })
  })

  it('reads the good documents beside a template that is no YAML', () => {
    const template = 'kind: Secret\nmetadata: {{ .Values.x }}\n  a: {{- b }}\n'
    expect(read(`${template}---\n${policy('a')}---\nkind: Deployment\n{{ end }}\n`)).toEqual({
      objects: ['5 ImagePolicy 8'],
      problems: [],
    })
  })

  const bad: readonly [string, string, readonly string[]][] = [
    [
      'no YAML',
      `---\n\n${policy('a')}spec: [\n`,
      ['a.yaml:8: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    ['a key given twice', `${policy('a')}kind: Sync\n`, ['a.yaml:5: key "kind" is given twice']],
    [
      'a group that is nearly ours',
      'apiVersion: tagbaot.dev/v1\nkind: X\na: {\n',
      [expect.stringMatching(/^a\.yaml:4: /)],
    ],
    ['a tag', `${policy('a')}spec: !custom {}\n`, ['a.yaml:5: tag !custom is not supported']],
  ]
  it.each(bad)('says where it met %s', (_, text, want) => {
    expect(read(text).problems).toEqual(want)
    expect(read(text).objects).toEqual([])
  })
})

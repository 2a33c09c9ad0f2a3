import { describe, expect, it } from 'vitest'
import { isCandidate, screenFile, screenText, splitMark } from '#core/rewrite/screen.ts'

describe('isCandidate', () => {
  it.each([
    ['a.yaml', true],
    ['b/a.yml', true],
    ['Kustomization', true],
    ['b/Kustomization', true],
    ['.yaml', true],
    ['a.YAML', false],
    ['a.yaml.bak', false],
    ['ayaml', false],
    ['MyKustomization', false],
    ['Kustomization/x', false],
    ['kustomization', false],
  ])('%s: %s', (path, expected) => expect(isCandidate(path)).toBe(expected))
})

describe('screenFile', () => {
  it.each([
    ['100644', 1_048_576, undefined],
    ['100755', 0, undefined],
    ['100644', 1_048_577, 'too-large'],
    ['120000', 10, 'symlink'],
  ])('%s of %s bytes: %s', (mode, size, code) => {
    const skip = screenFile({ path: 'a.yaml', mode, size })
    expect([skip?.code, skip?.path]).toEqual([code, code === undefined ? undefined : 'a.yaml'])
  })
})

function wide(text: string, encoding: BufferEncoding): string {
  return Buffer.from(text, encoding).toString('latin1')
}

describe('screenText', () => {
  it.each([
    ['', undefined],
    ['a: b', undefined],
    ['\u00ef\u00bb\u00bfa: b', undefined],
    ['\u00ff: invalid UTF-8', undefined],
    [wide('\ufeffa: b', 'utf16le'), 'unsupported-encoding'],
    [wide('a: b', 'utf16le'), 'unsupported-encoding'],
    ['\u00fe\u00ff\0a', 'unsupported-encoding'],
    ['\0a\0:', 'unsupported-encoding'],
    ['\0\0\u00fe\u00ff\0\0\0a', 'unsupported-encoding'],
    ['\u00ff\u00fe\0\0a\0\0\0', 'unsupported-encoding'],
    ['\0\0\0a', 'unsupported-encoding'],
    ['a\0\0\0', 'unsupported-encoding'],
    ['a'.repeat(1_048_576), undefined],
    ['a'.repeat(1_048_577), 'too-large'],
  ])('%#: %s', (text, code) => expect(screenText(text)?.code).toBe(code))
})

describe('splitMark', () => {
  it.each([
    ['\u00ef\u00bb\u00bfa', '\u00ef\u00bb\u00bf', 'a'],
    ['a\u00ef\u00bb\u00bf', '', 'a\u00ef\u00bb\u00bf'],
    ['', '', ''],
  ])('%j', (bytes, mark, body) => expect(splitMark(bytes)).toEqual({ mark, body }))
})

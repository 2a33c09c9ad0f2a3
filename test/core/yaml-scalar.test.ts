import { expect, it } from 'vitest'
import type { YamlScalar } from '#core/yaml-node.ts'
import { resolveScalar } from '#core/yaml-scalar.ts'

function resolve(text: string, more: Partial<YamlScalar> = {}): { value: unknown; faults: readonly string[] } {
  const faults: string[] = []
  const scalar: YamlScalar = { kind: 'scalar', style: 'plain', text, start: 7, end: 8, ...more }
  const value = resolveScalar(scalar, (offset, message) => faults.push(`${String(offset)} ${message}`))
  return { value, faults }
}

const texts = 'yes on y tRue 2001-01-01 1_000 0b1 nil 1.2.3 1:30 0x .'.split(' ')

const plain: readonly (readonly [text: string, value: unknown])[] = [
  ...['', '~', 'null', 'Null', 'NULL'].map((text): [string, unknown] => [text, null]),
  ...['true', 'True', 'TRUE'].map((text): [string, unknown] => [text, true]),
  ...['false', 'False', 'FALSE'].map((text): [string, unknown] => [text, false]),
  ...texts.map((text): [string, unknown] => [text, text]),
  ['0', 0],
  ['-1', -1],
  ['+12', 12],
  ['1.20', 1.2],
  ['.5', 0.5],
  ['1.', 1],
  ['1e3', 1000],
  ['0644', 420],
  ['-0644', -420],
  ['+0644', 420],
  ['0899', 899],
  ['0o17', 15],
  ['0x1F', 31],
  ['9007199254740991', 9_007_199_254_740_991],
  ['9007199254740993', '9007199254740993'],
]

it.each(plain)('plain %s is %s', (text, value) => expect(resolve(text)).toEqual({ value, faults: [] }))

it.each(['single', 'double', 'block'] as const)('a %s text stays one', (style) => {
  expect(resolve('1', { style })).toEqual({ value: '1', faults: [] })
})

it('nothing is null', () => expect(resolve('', { style: 'empty' }).value).toBeNull())

it.each([
  ['!', '1', '1'],
  ['tag:yaml.org,2002:str', '1', '1'],
  ['tag:yaml.org,2002:int', '1', 1],
  ['tag:yaml.org,2002:float', '1', 1],
  ['tag:yaml.org,2002:float', '1.5', 1.5],
  ['tag:yaml.org,2002:bool', 'true', true],
  ['tag:yaml.org,2002:null', '~', null],
])('%s %s is %s', (tag, text, value) => {
  expect(resolve(text, { tag, style: 'double' })).toEqual({ value, faults: [] })
})

it.each([
  ['tag:yaml.org,2002:int', '1.5'],
  ['tag:yaml.org,2002:int', 'x'],
  ['tag:yaml.org,2002:bool', '1'],
  ['tag:yaml.org,2002:binary', 'x'],
  ['!mine', 'x'],
])('%s %s is a fault', (tag, text) => {
  expect(resolve(text, { tag })).toEqual({ value: text, faults: [`7 tag ${tag} is not supported for "${text}"`] })
})

it.each(['.inf', '-.Inf', '.NaN', '1e999'])('%s is a fault', (text) => {
  expect(resolve(text)).toEqual({ value: text, faults: [`7 "${text}" is a number that JSON cannot hold`] })
})

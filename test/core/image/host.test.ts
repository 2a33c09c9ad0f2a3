import { expect, it } from 'vitest'
import { isHost } from '#core/image/host.ts'

it.each([
  'a',
  'a-b.c',
  'A.B',
  'xn--bcher-kva.example',
  '1.2.3.4',
  '1.2.3.4:80',
  'h:65535',
  '[::]',
  '[::1]:5000',
  '[1:2:3:4:5:6:7:8]',
  '[::ffff:10.0.0.1]',
  `${'a.'.repeat(126)}a`,
])('%s is a host', (text) => {
  expect(isHost(text)).toBe(true)
})

it.each([
  '',
  '.',
  'a.',
  '.a',
  '-a',
  'a-',
  'a_b',
  'a b',
  'a:',
  'a:0',
  'a:65536',
  'a:1:2',
  '::1',
  '[::1',
  '[]',
  '[:]',
  '[1:2:3:4:5:6:7::8]',
  '[12345::]',
  '[::1.2.3]',
  '[::01.2.3.4]',
  `${'a.'.repeat(127)}a`,
])('%j is none', (text) => {
  expect(isHost(text)).toBe(false)
})

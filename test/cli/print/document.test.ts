import { expect, it } from 'vitest'
import { printDocument } from '#cli/print/document.ts'
import { memoryIo } from '../memory-io.ts'

const result = { latest: { tag: '1.10' }, counts: [1] }

it.each([
  ['json', '{\n  "latest": {\n    "tag": "1.10"\n  },\n  "counts": [\n    1\n  ]\n}\n'],
  ['yaml', 'latest:\n  tag: "1.10"\ncounts:\n  - 1\n'],
] as const)('prints one %s document', async (output, text) => {
  const io = memoryIo()
  await printDocument(result, output, io)
  expect(io.out()).toBe(text)
})

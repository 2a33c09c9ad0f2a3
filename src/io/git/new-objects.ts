import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { AppError } from '#core/error.ts'
import type { ObjectId } from '#flow/ports.ts'
import { gitOutput, type Operation } from './operation.ts'

/** A blob or tree that is to be stored. */
export interface NewObject {
  readonly id: ObjectId
  readonly type: 'blob' | 'tree'
  readonly body: Buffer
}

/**
 * From here on one pack costs less than a file, and often a folder, for each object. Below that, loose objects: a
 * mirror with a pack for every small commit would become slow to read.
 */
const packFrom = 20

/** The object with its id; `length` is that of the ids of the repository, 40 (SHA-1) or 64 (SHA-256). */
export function newObject(type: NewObject['type'], body: Buffer, length: number): NewObject {
  const hash = createHash(algorithm(length))
  return { type, body, id: hash.update(`${type} ${body.length}\0`).update(body).digest('hex') }
}

/** Stores objects in the operation's own folder. Git names each again, and must come to the same ids. */
export async function storeObjects(operation: Operation, objects: readonly NewObject[]): Promise<void> {
  const distinct = [...new Map(objects.map((object) => [object.id, object])).values()]
  if (distinct.length >= packFrom) return storePack(operation, distinct)
  // Side by side, and not by `unpack-objects`: simple-git waits 50 ms more for a command that prints nothing.
  const store = async (type: NewObject['type']): Promise<void> =>
    storeLoose(
      operation,
      type,
      distinct.filter((object) => object.type === type),
    )
  await Promise.all([store('blob'), store('tree')])
}

/** One process for any number of objects of a type, from files of the private folder; no filter, no line end conversion. */
async function storeLoose(operation: Operation, type: NewObject['type'], objects: readonly NewObject[]): Promise<void> {
  if (objects.length === 0) return
  const files = objects.map(({ body }, index) => operation.write(`${type}-${index}`, body))
  const args = ['hash-object', '-t', type, '-w', '--no-filters', '--stdin-paths']
  const output = await gitOutput(operation, args, `${files.join('\n')}\n`)
  const stored = output.toString('latin1').trimEnd().split('\n')
  if (objects.some(({ id }, index) => id !== stored[index])) throw differs()
}

async function storePack(operation: Operation, objects: readonly NewObject[]): Promise<void> {
  const pack = packOf(objects)
  const output = await gitOutput(operation, ['index-pack', '--stdin', '--strict'], pack)
  if (output.toString('latin1').split('\t')[0] !== 'pack') throw differs()
}

function differs(): AppError {
  return new AppError('INTERNAL', 'git stored other objects than were made')
}

/** A pack of whole objects, version 2 (gitformat-pack(5)): header, entries, and the hash of all of it. */
function packOf(objects: readonly NewObject[]): Buffer {
  const header = Buffer.alloc(12)
  header.write('PACK', 0, 'latin1')
  header.writeUInt32BE(2, 4)
  header.writeUInt32BE(objects.length, 8)
  const entries = objects.flatMap(({ type, body }) => [entryHeader(type, body.length), deflateSync(body)])
  const content = Buffer.concat([header, ...entries])
  const hash = createHash(algorithm(objects[0]?.id.length ?? 40))
  return Buffer.concat([content, hash.update(content).digest()])
}

/** Type and size: 3 and 4 bits in the first byte, 7 in each further one, the lowest first. */
function entryHeader(type: NewObject['type'], size: number): Buffer {
  const bytes = [((type === 'tree' ? 2 : 3) << 4) | (size & 0x0f)]
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80
    bytes.push(rest & 0x7f)
  }
  return Buffer.from(bytes)
}

function algorithm(length: number): 'sha1' | 'sha256' {
  return length === 64 ? 'sha256' : 'sha1'
}

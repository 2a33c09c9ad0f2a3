import { createConnection } from 'node:net'

const patienceMs = 1000

/** Does a Redis answer on this socket? */
export async function answersPing(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = createConnection(path)
  socket.setTimeout(patienceMs, () => resolve(false))
  socket.on('error', () => resolve(false))
  socket.on('close', () => resolve(false))
  socket.on('data', (chunk) => resolve(chunk.toString().startsWith('+PONG')))
  socket.write('PING\r\n')
  const answered = await promise
  socket.destroy()
  return answered
}

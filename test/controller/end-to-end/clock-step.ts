import { readFileSync } from 'node:fs'

// Loaded into a controller before its own code (`NODE_OPTIONS=--import`): its wall clock can be set as a person or NTP
// sets that of a machine. The file that CLOCK_STEP names holds the milliseconds by which it is wrong.
const file = process.env['CLOCK_STEP'] ?? ''
const RealDate = Date
let wrongMs = 0

function read(): void {
  try {
    wrongMs = Number(readFileSync(file, 'utf8'))
  } catch {
    // It is being written.
  }
}

read()
setInterval(read, 20).unref()

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given: readonly unknown[], newTarget) =>
    Reflect.construct(target, given.length === 0 ? [RealDate.now() + wrongMs] : given, newTarget) as Date,
  get: (target, name, receiver) =>
    name === 'now' ? () => RealDate.now() + wrongMs : (Reflect.get(target, name, receiver) as unknown),
})

import { openFakeRegistry } from '../../fakes/registry.ts'
import { generatedTags } from '../../fakes/registry/lists.ts'

/** A process of its own, so that its work is not counted: a registry with a repository `big` of so many tags. */
const [count = '1000'] = process.argv.slice(2)
const generated = { big: generatedTags(Number(count)), small: generatedTags(1000) }
const registry = await openFakeRegistry({ lists: { generated } })
process.stdout.write(`${registry.host}\n`)
process.stdin.resume().on('end', () => process.exit())

import { makePrivateDirectory } from './private-directory.ts'
import { openSqliteStore } from './store.ts'

/** A program that opens a store in a private directory, and exits when it is told to. */
const { path } = makePrivateDirectory(process.argv[2])
await openSqliteStore(path)
console.log('open')
process.stdin.once('data', () => process.exit())

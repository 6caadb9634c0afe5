/** Opens the store in a directory, which brings its tables up to date, and keeps it open until it is killed. */
import { openStore } from '../../src/store/open.ts'

const [directory] = process.argv.slice(2)
await openStore(directory!)
setInterval(() => {}, 60_000)

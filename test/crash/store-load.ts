/** Puts load on the store in a directory until it is killed, and prints the number of each acknowledged call. */
import { openStore } from '../../src/store/open.ts'
import { putLoad } from './load.ts'
import { storeTarget } from './store-target.ts'

const [directory, round] = process.argv.slice(2)
const store = await openStore(directory!)
await putLoad(await storeTarget(store), Number(round), call => process.stdout.write(`${call}\n`))

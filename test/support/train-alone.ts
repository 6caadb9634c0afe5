/**
 * Trains a recipe on the data directory of a dataset group, alone in its process, and prints the bytes of memory that
 * this took. Arguments: the directory, the recipe's name, the group's ARN.
 */
import { planOf } from '../../src/recommender/training/plan.ts'
import { trainModel } from '../../src/recommender/training/training.ts'
import { openStore } from '../../src/store/open.ts'

const [, , dataDir, recipe, datasetGroupArn] = process.argv
const store = await openStore(dataDir!)
const plan = planOf({ recipeArn: `arn:aws:personalize:::recipe/${recipe}`, datasetGroupArn: datasetGroupArn! })
const before = process.memoryUsage().rss
await trainModel({ store, plan, limits: { minimums: true, quotas: false }, seed: 1, report() {} })
console.log(process.resourceUsage().maxRSS * 1024 - before)
await store.close()

/**
 * Measures the seconds and memory of training each model on 1, 10 and 100 million generated interactions. The cost of
 * an interaction should not grow with their number. The whole of user personalization (a blend of several models, its
 * weights and metrics) is measured up to 10 million.
 *
 *     npm run bench:train [-- --millions 1,10,100]
 *
 * With `--of` it trains a recipe on what fits of this many million events, in a file as trainings keep it. It
 * prints the seconds of each step, the memory beside the estimate, and what a billion events take by these figures.
 * Events have no contexts, or as many numbers as `--contexts` says.
 *
 *     npm run bench:train -- --of 100 [--memory 4g] [--contexts 4] [--recipe aws-user-personalization-v2]
 *
 * With `--day` it trains nothing, and brings such a file up to date by this many million new events of a store.
 *
 *     npm run bench:train -- --of 10 --day 0.1 [--postgres]
 */
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { parseMemory } from '../src/config/parsers.ts'
import { SKIP_MARKOV, trainSkipMarkov } from '../src/engine/blend/models/skip-markov.ts'
import { trainPersonalization } from '../src/engine/blend/training/train.ts'
import type { Interactions } from '../src/engine/interactions.ts'
import { createRandom } from '../src/engine/math/random.ts'
import { POPULAR, trainPopular } from '../src/engine/recipes/popularity-count.ts'
import { RELATED_ITEMS } from '../src/engine/recipes/related-items.ts'
import { SIMS, trainSims } from '../src/engine/recipes/sims.ts'
import { trainRelatedItems } from '../src/engine/recipes/train-related-items.ts'
import { readOptions } from './support/options.ts'
import { bringUpToDate } from './support/train-day.ts'
import { HISTORY, ITEMS, TASTES, trainOnPart } from './support/train-on-part.ts'

const { values } = readOptions({
  options: {
    millions: { type: 'string', default: '1,10,100' },
    model: { type: 'string' },
    of: { type: 'string' },
    memory: { type: 'string', default: '1g' },
    contexts: { type: 'string', default: '0' },
    recipe: { type: 'string', default: 'aws-user-personalization-v2' },
    day: { type: 'string' },
    postgres: { type: 'boolean', default: false },
  },
})

/** The models, each with the most interactions that it is measured with, in millions. */
const models: Readonly<Record<string, { readonly most: number; train(interactions: Interactions): unknown }>> = {
  'popularity count': { most: 1000, train: interactions => trainPopular(interactions, POPULAR) },
  'skip-markov': { most: 1000, train: interactions => trainSkipMarkov(interactions, SKIP_MARKOV) },
  'similar items': { most: 1000, train: interactions => trainRelatedItems({ interactions }, RELATED_ITEMS) },
  SIMS: { most: 10, train: interactions => trainSims(interactions, SIMS) },
  'user personalization': { most: 10, train: interactions => trainPersonalization({ interactions }) },
}

if (values.of && values.day) await bringUpToDate(Number(values.of) * 1e6, Number(values.day) * 1e6, values.postgres)
else if (values.of)
  await trainOnPart({
    events: Number(values.of) * 1e6,
    recipe: values.recipe,
    memory: parseMemory(values.memory),
    contexts: Number(values.contexts),
  })
else if (values.model) measure(values.model, Number(values.millions))
else compare(values.millions.split(',').map(Number))

/** Runs each measurement in a process of its own, so that the peak of memory is that of this measurement. */
function compare(sizes: readonly number[]): void {
  console.log(`${cpus().length} × ${cpus()[0]?.model}, node ${process.version}`)
  console.log(`users with ${HISTORY} interactions each, ${ITEMS.toLocaleString('en')} items\n`)
  console.log('model                  interactions  seconds  µs each  to the smallest   MiB')
  for (const [name, { most }] of Object.entries(models)) {
    let smallest: number | undefined
    for (const millions of sizes.filter(millions => millions <= most)) {
      const options = ['--max-old-space-size=12000', import.meta.filename, '--model', name, '--millions', `${millions}`]
      const { seconds, mebibytes } = JSON.parse(execFileSync(process.execPath, options).toString())
      const each = seconds / millions
      smallest ??= each
      const cells = [
        name.padEnd(22),
        `${millions} million`.padStart(12),
        seconds.toFixed(1).padStart(8),
        each.toFixed(2).padStart(8),
        (each / smallest).toFixed(2).padStart(16),
        String(mebibytes).padStart(6),
      ]
      console.log(cells.join(' '))
    }
  }
}

function measure(name: string, millions: number): void {
  const interactions = generate(millions * 1e6)
  const started = performance.now()
  models[name]!.train(interactions)
  const seconds = (performance.now() - started) / 1000
  console.log(JSON.stringify({ seconds, mebibytes: Math.round(process.resourceUsage().maxRSS / 1024) }))
}

/**
 * Generates interactions. Every user has a taste, a part of the catalogue in which some items are far more popular than
 * others.
 */
function generate(count: number): Interactions {
  const random = createRandom(1)
  const users = Math.floor(count / HISTORY)
  const sequence = new Int32Array(users * HISTORY)
  const perTaste = ITEMS / TASTES
  for (let user = 0; user < users; user++) {
    const taste = Math.floor(random() * TASTES)
    for (let event = 0; event < HISTORY; event++) {
      const among = random() < 0.2 ? Math.floor(random() * TASTES) : taste
      sequence[user * HISTORY + event] = Math.floor(perTaste * random() ** 3) * TASTES + among
    }
  }
  const offsets = Int32Array.from({ length: users + 1 }, (_, user) => user * HISTORY)
  return { users, items: ITEMS, offsets, sequence }
}

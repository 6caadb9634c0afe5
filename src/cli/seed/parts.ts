import { check, SOME_ARN } from './check.ts'
import type { Seed, SeedPin, SeedSolution } from './declared.ts'
import { type Given, jsonOf, listOf, membersOf, mistake, placeOf, required, textOf } from './yaml.ts'

type Members = ReturnType<typeof membersOf>

const OF_SOLUTIONS = ['eventType', 'solutionConfig', 'performHPO', 'performAutoTraining']

/** Reads the solutions of a seed, by their names. @throws Error that names the place */
export function readSolutions(given: Given | undefined): readonly SeedSolution[] {
  return namesIn(given).map(([name, one]) => {
    const members = membersOf(one, ['recipe', ...OF_SOLUTIONS, 'campaignConfig'])
    const recipeArn = recipeIn(one, members)
    const input = { name, recipeArn, performAutoTraining: false, ...valuesOf(members, OF_SOLUTIONS) }
    const campaign = { name, ...valuesOf(members, ['campaignConfig']) }
    check('CreateSolution', one, { ...input, datasetGroupArn: SOME_ARN })
    check('CreateCampaign', one, { ...campaign, solutionVersionArn: SOME_ARN })
    return { place: placeOf(one), input, campaign }
  })
}

/** Reads the recommenders of a seed, by their names. @throws Error that names the place */
export function readRecommenders(given: Given | undefined): Seed['recommenders'] {
  return namesIn(given).map(([name, one]) => {
    const members = membersOf(one, ['recipe', 'recommenderConfig'])
    const input = { name, recipeArn: recipeIn(one, members), ...valuesOf(members, ['recommenderConfig']) }
    check('CreateRecommender', one, { ...input, datasetGroupArn: SOME_ARN })
    return { place: placeOf(one), input }
  })
}

/** Reads the filters of a seed, expressions by their names. @throws Error that names the place */
export function readFilters(given: Given | undefined): Seed['filters'] {
  return namesIn(given).map(([name, one]) => {
    const input = { name, filterExpression: textOf(one) }
    check('CreateFilter', one, { ...input, datasetGroupArn: SOME_ARN })
    return { place: placeOf(one), input }
  })
}

/** Reads the pinned answers of a seed's campaigns and recommenders. @throws Error that names the place */
export function readPins(
  given: Given | undefined,
  { solutions, recommenders }: Pick<Seed, 'solutions' | 'recommenders'>,
): readonly SeedPin[] {
  const names = {
    campaign: solutions.map(({ input }) => input.name),
    recommender: recommenders.map(({ input }) => input.name),
  }
  return (given ? listOf(given) : []).map(pin => {
    const members = membersOf(pin, ['campaign', 'recommender', 'userId', 'itemId', 'items', 'actions'])
    const [of, ...others] = (['campaign', 'recommender'] as const).filter(kind => members.has(kind))
    if (!of || others.length > 0) throw mistake(pin, 'must have either campaign or recommender')
    const texts = read(members, ['userId', 'itemId'], textOf)
    const lists = read(members, ['items', 'actions'], one => listOf(one).map(textOf))
    return {
      place: placeOf(pin),
      of: { kind: of, name: oneOf(members.get(of)!, names[of]) },
      answer: { ...texts, ...lists },
    }
  })
}

function oneOf(given: Given, names: readonly string[]): string {
  const name = textOf(given)
  if (names.includes(name)) return name
  throw mistake(given, `is ${name}, which this file does not declare; it declares ${names.join(', ') || 'none'}`)
}

/** A recipe is known by its name, too. */
function recipeIn(given: Given, members: Members): string {
  const name = textOf(required(given, members, 'recipe'))
  return name.startsWith('arn:') ? name : `arn:aws:personalize:::recipe/${name}`
}

function namesIn(given: Given | undefined): readonly (readonly [string, Given])[] {
  return given ? [...membersOf(given)] : []
}

/** The values of the members that are there; the model says whether they are right. */
function valuesOf(members: Members, names: readonly string[]): Readonly<Record<string, never>> {
  return read(members, names, given => jsonOf(given)) as Readonly<Record<string, never>>
}

function read<Name extends string, Value>(members: Members, names: readonly Name[], of: (given: Given) => Value) {
  const found = names.filter(name => members.has(name)).map(name => [name, of(members.get(name)!)])
  return Object.fromEntries(found) as Readonly<Partial<Record<Name, Value>>>
}

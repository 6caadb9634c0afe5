/**
 * Prints the release notes since the last tag, as Markdown: each commit by its first line, under the part of the program
 * that most of its files belong to. `npm run --silent release-notes -- v0.1.0` begins at that tag, or any other commit.
 */
import { execFileSync } from 'node:child_process'

/** The parts as they are printed. */
const ofProgram: readonly (readonly [heading: string, files: RegExp])[] = [
  ['API', /^(contract|src\/(contract|operations|wire|inspect|filters)\/)/],
  ['Recommendations', /^src\/(engine|recipes|recommender|insights|attribution)\//],
  ['Data and jobs', /^src\/(store|datasets|jobs|files|s3)\//],
  ['Installing and running', /^(src|bin|deploy|examples)\/|^(Dockerfile|compose\.yaml|package(-lock)?\.json)$/],
]
const DOCUMENTATION = 'Documentation'
const TOOLS = 'Tests and tools'
const isTest = /\.(test|suite)\.ts$/

const from = process.argv[2] ?? lastTag()
const range = from ? `${from}..HEAD` : 'HEAD'
const commits = git('log', '--no-merges', '--name-only', '--format=%x00%s (%h)', range)
  .split('\0')
  .slice(1)
  .map(text => text.trim().split('\n').filter(Boolean))
const byPart = Map.groupBy(commits, ([, ...files]) => partOf(files))
const sections = [...ofProgram.map(([heading]) => heading), DOCUMENTATION, TOOLS].flatMap(heading => {
  const lines = byPart.get(heading)?.map(([subject]) => `- ${subject}`) ?? []
  return lines.length > 0 ? [`## ${heading}\n\n${lines.join('\n')}\n`] : []
})
console.log(sections.length > 0 ? sections.join('\n') : `No commit since ${from}.`)

/** The part with most of the files. Tests and documentation count only if nothing of the program was changed. */
function partOf(files: readonly string[]): string {
  const found = files.flatMap(file =>
    isTest.test(file) ? [] : (ofProgram.find(([, one]) => one.test(file))?.[0] ?? []),
  )
  const [[most] = []] = [...Map.groupBy(found, heading => heading)].sort(([, a], [, b]) => b.length - a.length)
  return most ?? (files.some(file => file.endsWith('.md')) ? DOCUMENTATION : TOOLS)
}

/** Returns the newest tag of a version before this commit; undefined before the first release. */
function lastTag(): string | undefined {
  const tags = git('tag', '--merged', 'HEAD', '--no-contains', 'HEAD', '--sort=-creatordate', '--list', 'v*')
  return tags.split('\n')[0] || undefined
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 28 }).trim()
}

import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

/** A value of a YAML file, with its place there. */
export interface Given {
  readonly file: YamlFile
  readonly line: number
  /** The names of members down to it: `datasets.Users`; empty at the top. */
  readonly path: string
  /** Undefined where there is a name alone, or nothing. */
  readonly node: Node | undefined
}

interface YamlFile {
  readonly name: string
  lineOf(node: unknown): number
  /** The node that an alias stands for. */
  resolve(node: unknown): Node | undefined
  jsonOf(node: Node): unknown
}

/**
 * Reads a YAML file, and so JSON too. Returns the value at its top.
 * @param name of the file in messages
 * @throws Error that names the line where it is not YAML
 */
export function readYaml(name: string, text: string): Given {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [fault] = [...document.errors, ...document.warnings]
  if (fault) throw new Error(`${name} line ${lines.linePos(fault.pos[0]).line}: it is not YAML: ${fault.message}`)
  const file: YamlFile = {
    name,
    lineOf: node => lines.linePos((node as Node | null)?.range?.[0] ?? 0).line,
    resolve: node => (isAlias(node) ? node.resolve(document) : (node as Node | null)) ?? undefined,
    jsonOf: node => node.toJS(document),
  }
  return { file, line: file.lineOf(document.contents), path: '', node: file.resolve(document.contents) }
}

/** The place of a value for messages: `shop.yaml line 3: datasets.Users`. */
export function placeOf({ file, line, path }: Given): string {
  return `${file.name} line ${line}:${path && ` ${path}`}`
}

/**
 * Returns the error of a value.
 * @param problem what is wrong with it, and what would be right
 */
export function mistake(given: Given, problem: string): Error {
  return new Error(`${placeOf(given)} ${problem}`)
}

/**
 * The members of an object by their names, in the order of the file.
 * @param known the names that it may have; left out where the names are the user's
 * @throws Error where it is no object, or has another member
 */
export function membersOf(given: Given, known?: readonly string[]): ReadonlyMap<string, Given> {
  const { file, node } = given
  if (!isMap(node)) throw mistake(given, `must have ${known ? known.join(', ') : 'members: names with their values'}`)
  const members = node.items.map(({ key, value }): readonly [string, Given] => {
    const name = writtenIn(file.resolve(key)) ?? ''
    return [name, inside(given, name, { line: file.lineOf(key), node: value })]
  })
  const unknown = known && members.find(([name]) => !known.includes(name))
  if (unknown) throw mistake(unknown[1], `is not a member; there are ${known.join(', ')}`)
  return new Map(members)
}

/** The member of an object that must have it. @throws Error where it is missing */
export function required(given: Given, members: ReadonlyMap<string, Given>, name: string): Given {
  const found = members.get(name)
  if (found) return found
  throw mistake(inside(given, name, { line: given.line, node: undefined }), 'is missing')
}

/** The values of a list. @throws Error where it is none */
export function listOf(given: Given): readonly Given[] {
  const { file, node } = given
  if (!isSeq(node)) throw mistake(given, 'must be a list')
  return node.items.map((item, i) => inside(given, String(i + 1), { line: file.lineOf(item), node: item }))
}

/** A text that is not blank. Without quotes it is a text as it is written: `007`. @throws Error */
export function textOf(given: Given): string {
  const text = writtenIn(given.node)?.trim()
  if (text) return text
  throw mistake(given, `must be a text${isScalar(given.node) ? ' that is not blank' : ''}`)
}

/** The value as JSON has it. */
export function jsonOf({ node, file }: Given): unknown {
  return node && file.jsonOf(node)
}

function inside({ path, file }: Given, name: string, { line, node }: { line: number; node: unknown }): Given {
  return { file, line, path: path === '' ? name : `${path}.${name}`, node: file.resolve(node) }
}

/** Returns the text of a scalar, without its quotes; undefined for null, and for anything else. */
function writtenIn(node: Node | undefined): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined
  return typeof node.value === 'string' ? node.value : node.source
}

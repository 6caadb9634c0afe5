import { Document, isMap, isPair, isScalar, Scalar, visit } from 'yaml'
import type { Tree } from './faults.ts'

/** The short form of each function that an exported template has. */
const SHORT: Readonly<Record<string, string>> = { Ref: '!Ref', 'Fn::Sub': '!Sub' }

/** Returns a template as YAML with the short forms of functions. Texts that YAML 1.1 reads otherwise are quoted. */
export function writeTemplate(template: Tree): string {
  const document = new Document(template, { version: '1.1', aliasDuplicateObjects: false })
  visit(document, {
    Map(_key, map) {
      const [pair] = map.items
      if (map.items.length !== 1 || !isPair(pair) || !isScalar(pair.key) || !isScalar(pair.value)) return undefined
      const tag = SHORT[String(pair.key.value)]
      if (tag === undefined) return undefined
      const scalar = new Scalar(pair.value.value)
      scalar.tag = tag
      return scalar
    },
  })
  const { contents } = document
  if (isMap(contents)) for (const pair of contents.items.slice(1)) if (isScalar(pair.key)) pair.key.spaceBefore = true
  return document.toString({ lineWidth: 0 })
}

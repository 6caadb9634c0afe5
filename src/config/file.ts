import { readFileSync } from 'node:fs'
import { isObject } from '../contract/json.ts'
import { parseUnambiguous } from '../contract/repeated-member.ts'
import { policyDocument } from '../policy/prepared.ts'
import type { AccessKey } from './config.ts'

/** Reads the object in a configuration file. @throws Error with a message of one line for the operator */
export function parseObject(path: string): object {
  let content: unknown
  try {
    content = parseUnambiguous(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new Error(`The configuration file ${path} cannot be read: ${withoutText(error as Error)}`)
  }
  if (isObject(content)) return content
  throw new Error(`The configuration file ${path} must hold a JSON object`)
}

/** The message without the text around the fault, which V8 quotes: a secret may be there, and this goes to the log. */
function withoutText({ message }: Error): string {
  const faulty = /^(?:(Unexpected token '.'), )?.* is not valid JSON$/su
  return message.replace(faulty, (_, token = 'the text') => `${token}: it is not valid JSON`)
}

/** Reads access keys. @throws Error, in which no secret is */
export function readCredentials(at: string, value: unknown): readonly AccessKey[] {
  if (!Array.isArray(value)) throw new Error(`${at} must be a list of access keys`)
  return value.map((key: unknown, index) => {
    const { accessKeyId, secretAccessKey, sessionToken, policy, datasetGroup, ...more } = isObject(key) ? key : {}
    const [unknown] = Object.keys(more)
    if (unknown) throw new Error(`${at}.${index + 1}.${unknown} is not a part of an access key`)
    for (const [name, text] of Object.entries({ accessKeyId, secretAccessKey, sessionToken: sessionToken ?? '-' })) {
      if (typeof text !== 'string' || text === '') throw new Error(`${at}.${index + 1}.${name} must be a string`)
    }
    const { datasetGroup: _, ...plain } = key as AccessKey & { datasetGroup?: unknown }
    const document = readKeyPolicy(`${at}.${index + 1}`, policy, datasetGroup)
    return document ? { ...plain, policy: document } : plain
  })
}

/** A policy of its own, or the name of a prepared one, which may be about one dataset group. */
function readKeyPolicy(at: string, policy: unknown, datasetGroup: unknown): object | undefined {
  if (policy === undefined && datasetGroup === undefined) return undefined
  try {
    return policyDocument(policy, datasetGroup)
  } catch (error) {
    throw new Error(`${at}.policy: ${(error as Error).message}`)
  }
}

/** Reads a token. @throws Error without it */
export function readToken(at: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  throw new Error(`${at} must be a string`)
}

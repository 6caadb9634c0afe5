import assert from 'node:assert/strict'
import { inspect } from './http.ts'
import type { TestServer } from './server.ts'

/** A reason, as `GET /inspect/why` returns it. */
interface Reason {
  readonly kind: string
  readonly name?: string
  readonly event?: { readonly itemId: string; readonly eventType: string; readonly timestamp: string }
  readonly alike?: readonly string[]
  readonly count?: number
  readonly contribution: number
  readonly rankWithout?: number | null
}

/** An item of its answer. */
interface Explained {
  readonly itemId: string
  readonly actionId: string
  readonly rank: number | null
  readonly score?: number
  readonly modelScore: number
  readonly isExplored: boolean
  readonly contributions: readonly { readonly model: string; readonly contribution: number }[]
  readonly reasons: readonly Reason[]
}

/** The sum of the contributions of reasons. */
export const sumOf = (parts: readonly { readonly contribution: number }[]) =>
  parts.reduce((sum, { contribution }) => sum + contribution, 0)

/** Asserts that two sums are equal except for rounding. */
export const near = (a: number, b: number, what: string) =>
  assert.ok(Math.abs(a - b) < 1e-6, `${what}: ${a} is not ${b}`)

/** The items that `GET /inspect/why` explains. */
export async function explainItems(server: Pick<TestServer, 'url'>, query: Record<string, string>) {
  return (await inspect<{ items: Explained[] }>(server, '/inspect/why', query)).items
}

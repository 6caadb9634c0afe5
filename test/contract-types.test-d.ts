/**
 * Checked by `npm run types`, never run. The generated inputs and outputs of all 79 operations equal those of the
 * official SDK, member by member: name, type, optional or required. The only difference is timestamps (numbers here,
 * Date there).
 */
import type * as Control from '@aws-sdk/client-personalize'
import type * as Events from '@aws-sdk/client-personalize-events'
import type * as Runtime from '@aws-sdk/client-personalize-runtime'
import type { Operations } from '../src/contract/generated/types.ts'

type Sdk = typeof Control & typeof Events & typeof Runtime
type NameOf<Export> = Export extends `${infer Name}Command` ? Exclude<Name, '$'> : never
type SdkName = NameOf<keyof Sdk>
type Command<Name extends SdkName> = Sdk[`${Name}Command`]['prototype']
type Reply<Name extends SdkName> = Awaited<ReturnType<ReturnType<Command<Name>['resolveMiddleware']>>>['output']

/** Both types in one notation: readonly, dates as numbers, JSON strings (which the SDK types `any`) as strings. */
type Plain<T> = 0 extends 1 & T
  ? string
  : T extends Date
    ? number
    : T extends readonly (infer Item)[]
      ? readonly Plain<Item>[]
      : T extends object
        ? { readonly [Key in keyof T]: Plain<Exclude<T[Key], undefined>> }
        : T

/**
 * The SDK's type of an output without members is `{}`. This project's is `Record<string, never>`, which allows no
 * member.
 */
type Members<T> = Equal<T, Record<string, never>> extends true ? Record<never, never> : T

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

type SameInput<Name extends SdkName & keyof Operations> = Equal<
  Plain<Operations[Name]['input']>,
  Plain<Command<Name>['input']>
>
type SameOutput<Name extends SdkName & keyof Operations> = Equal<
  Plain<Members<Operations[Name]['output']>>,
  Plain<Omit<Reply<Name>, '$metadata'>>
>

type DifferentInput = { [Name in keyof Operations]: SameInput<Name> extends true ? never : Name }[keyof Operations]
type DifferentOutput = { [Name in keyof Operations]: SameOutput<Name> extends true ? never : Name }[keyof Operations]

/** The compiler names the first operation that is not `never`. */
type None<Name extends never> = Name

export type OperationsThatWeLack = None<Exclude<SdkName, keyof Operations>>
export type OperationsThatTheSdkLacks = None<Exclude<keyof Operations, SdkName>>
export type InputsThatDiffer = None<DifferentInput>
export type OutputsThatDiffer = None<DifferentOutput>

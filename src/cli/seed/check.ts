import type { Operations } from '../../contract/generated/types.ts'
import type { OperationName } from '../../contract/shapes.ts'
import { unknownMember } from '../../contract/unknown-members.ts'
import { validateInput } from '../../contract/validate.ts'
import { type Given, mistake } from './yaml.ts'

/** Stands for the ARN that the server will choose. */
export const SOME_ARN = 'arn:aws:personalize:us-east-1:000000000000:dataset-group/some'

/** Checks the input of an operation before anything is created. @throws Error with its place in the file */
export function check<Name extends OperationName>(name: Name, given: Given, input: Operations[Name]['input']): void {
  // It removes from the copy what the model lacks.
  withPlace(given, () => validateInput(name, structuredClone(input)))
  const unknown = unknownMember(name, input)
  if (unknown) throw mistake(given, `has ${unknown.path}, which is not a member; there are ${unknown.known.join(', ')}`)
}

/** Adds the place in the file to an error. */
export function withPlace<Result>(given: Given, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw mistake(given, `is invalid: ${(error as Error).message}`)
  }
}

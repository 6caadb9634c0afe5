import { InvalidInputException, ResourceNotFoundException } from '../../contract/errors.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import { findResource, type Kind } from '../shared/resources.ts'

/**
 * Returns a resource that a request for recommendations names, as this server knows it. The service answers a missing
 * one with InvalidInputException, although the models declare ResourceNotFoundException too: recorded of a campaign in
 * AWS's own notebooks (amazon-personalize-immersion-day), and relied on for a filter (minliang-ds/tgam-aws-personalize-
 * test, which is in production).
 * @param wording turns the message of Describe operations into that of this request
 * @throws InvalidInputException where there is no resource of this kind with this ARN
 */
export async function findKnown(
  store: Store,
  kind: Kind,
  arn: string,
  wording: (message: string) => string,
): Promise<Resource> {
  try {
    return await findResource({ resources: store.known }, kind, arn)
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error
    throw new InvalidInputException(wording(error.message))
  }
}

import type { Store } from '../store/store.ts'
import type { Arns } from './arns.ts'

/** An ARN of this service that has an account: those of recipes have none. */
const WITH_ACCOUNT = /^arn:aws[a-z-]*:personalize:([a-z\d-]*):(\d{12}):/

/**
 * The input with ARNs that name another account or region leading to what has the same name here. Programs put ARNs
 * together from what STS and their own settings say, `arn:aws:personalize:{region}:{account}:filter/{name}`, and one server
 * has one account, whatever STS answers beside it. What is stored under such an ARN, of a server that once was another
 * account, stays what it is.
 */
export async function withOwnArns<Input extends object>(
  { store, arns }: { readonly store: Store; readonly arns: Arns },
  input: Input,
): Promise<Input> {
  let own = input
  for (const [name, value] of Object.entries(input)) {
    const changed = await ownValue(name, value)
    if (changed !== value) own = { ...own, [name]: changed }
  }
  return own

  async function ownValue(name: string, value: unknown): Promise<unknown> {
    if (name === 'promotions' && Array.isArray(value))
      return Promise.all(value.map(promotion => withOwnArns({ store, arns }, promotion)))
    if (!name.endsWith('Arn') || typeof value !== 'string') return value
    const foreign = WITH_ACCOUNT.exec(value)
    if (!foreign || (foreign[1] === arns.region && foreign[2] === arns.accountId)) return value
    return (await store.resources.get(value)) ? value : arns.of(value.slice(foreign[0].length))
  }
}

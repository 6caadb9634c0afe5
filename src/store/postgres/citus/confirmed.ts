import type { PoolClient } from 'pg'
import type { WithClient } from '../connections.ts'
import { timed } from '../connections.ts'

/**
 * Citus answers a COMMIT with success and a warning if a node did not confirm its part of it: the part waits there,
 * prepared, and nobody sees it yet.
 */
const UNCONFIRMED = /failed to commit transaction/

/** Has this node commit or take back what others hold prepared of transactions that have ended here. */
const RECOVER = 'SELECT recover_prepared_transactions()'

/** PostgreSQL's code for a right that a role lacks. */
const FORBIDDEN = '42501'

/** SQL's code of a transaction whose end is not known; it counts as a lost connection. */
const UNKNOWN = '08007'

/** Where the role may not, the write waits until Citus does so by itself (`citus.recover_2pc_transaction_interval`). */
async function recover(client: PoolClient): Promise<void> {
  try {
    await client.query(timed(RECOVER))
  } catch (error) {
    if ((error as { code?: string }).code !== FORBIDDEN) throw error
  }
}

/**
 * Uses a connection so that a commit which a node did not confirm counts as lost. It runs again, until all nodes have
 * confirmed it. Rows of the earlier attempt that a node holds prepared keep the next one waiting until they are
 * recovered.
 */
export function confirmed(withClient: WithClient): WithClient {
  return use => {
    let attempts = 0
    return withClient(async client => {
      if (attempts++ > 0) await recover(client)
      let isConfirmed = true
      const onNotice = ({ message }: { readonly message?: string | undefined }) => {
        if (UNCONFIRMED.test(message ?? '')) isConfirmed = false
      }
      client.on('notice', onNotice)
      try {
        const result = await use(client)
        if (!isConfirmed) throw Object.assign(new Error('a node did not confirm a commit'), { code: UNKNOWN })
        return result
      } finally {
        client.off('notice', onNotice)
      }
    })
  }
}

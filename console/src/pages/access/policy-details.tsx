import Modal from '@cloudscape-design/components/modal'
import { Code } from '../../shared/code.tsx'

interface Props {
  /** The name of the policy's owner. */
  readonly title: string
  readonly policy: object
  close(): void
}

/** Shows the document of a policy. */
export function PolicyDetails({ title, policy, close }: Props) {
  return (
    <Modal visible header={`The policy of ${title}`} onDismiss={close} size="large">
      <Code label={`The policy of ${title}`}>{JSON.stringify(policy, null, 2)}</Code>
    </Modal>
  )
}

import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'

/** A key with its secret. */
export interface SecretKey {
  readonly name: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

interface Props {
  readonly secret: SecretKey
  close(): void
}

/** Shows the secret of a key, this once. */
export function Secret({ secret: { name, accessKeyId, secretAccessKey }, close }: Props) {
  return (
    <Modal visible header={`The secret of ${name}`} onDismiss={close} footer={<Button onClick={close}>Done</Button>}>
      <SpaceBetween size="m">
        <Alert type="warning">The secret is shown this once. Copy it now.</Alert>
        <KeyValuePairs
          items={[
            { label: 'Access key ID', value: <Copied what="the access key ID" text={accessKeyId} /> },
            { label: 'Secret access key', value: <Copied what="the secret" text={secretAccessKey} /> },
          ]}
        />
      </SpaceBetween>
    </Modal>
  )
}

function Copied({ what, text }: { readonly what: string; readonly text: string }) {
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      copyButtonAriaLabel={`Copy ${what}`}
      copySuccessText="Copied"
      copyErrorText="Not copied"
    />
  )
}

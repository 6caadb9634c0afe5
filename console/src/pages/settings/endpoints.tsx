import Container from '@cloudscape-design/components/container'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { Code } from '../../shared/code.tsx'

interface Props {
  readonly region: string | undefined
  readonly accountId: string | undefined
}

/** How other programs reach this server, to copy. */
export function Endpoints({ region = 'us-east-1', accountId = '–' }: Props) {
  const url = window.location.origin
  const variables = `export AWS_ENDPOINT_URL=${url} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`
  const python = `boto3.client('personalize-events', endpoint_url='${url}', region_name='${region}')`
  return (
    <Container header={<Header>Reach this server</Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={3}
          items={[
            { label: 'Endpoint', value: <Copied text={url} /> },
            { label: 'Region', value: region },
            { label: 'Account', value: accountId },
          ]}
        />
        <Code label="Variables for the AWS CLI and the SDKs">{variables}</Code>
        <Code label="A client of boto3">{python}</Code>
      </SpaceBetween>
    </Container>
  )
}

function Copied({ text }: { readonly text: string }) {
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      copyButtonAriaLabel="Copy the endpoint"
      copySuccessText="Copied"
      copyErrorText="Not copied"
    />
  )
}

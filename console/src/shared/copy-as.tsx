import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { Code } from './code.tsx'
import { type Call, inBoto3, inCli, inJavaScript } from './same-elsewhere.ts'

const LANGUAGES = [
  { id: 'cli', text: 'AWS CLI', write: inCli },
  { id: 'boto3', text: 'boto3', write: inBoto3 },
  { id: 'js', text: 'JavaScript', write: inJavaScript },
] as const

/** Shows a call as it is written elsewhere, to copy: for the AWS CLI, in Python, in JavaScript. */
export function CopyAs(call: Call) {
  const [chosen, setChosen] = useState<string>('cli')
  const { write } = LANGUAGES.find(({ id }) => id === chosen)!
  const text = write(call, window.location.origin)
  return (
    <ExpandableSection headerText="The same elsewhere">
      <SpaceBetween size="xs">
        <SpaceBetween size="xs" direction="horizontal" alignItems="center">
          <SegmentedControl
            label="Language"
            selectedId={chosen}
            options={[...LANGUAGES]}
            onChange={({ detail }) => setChosen(detail.selectedId)}
          />
          <CopyToClipboard
            copyButtonText="Copy"
            copySuccessText="Copied"
            copyErrorText="Not copied"
            textToCopy={text}
          />
        </SpaceBetween>
        <Code label={`${call.operation} in ${chosen}`}>{text}</Code>
      </SpaceBetween>
    </ExpandableSection>
  )
}

import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'

interface Props {
  /** The resource of the ARN, such as `the campaign home`. */
  readonly of: string
  readonly text: string | undefined
  /** Such as `ARN`. */
  readonly noun?: string
}

/** A button that copies an ARN or an id. */
export function CopyArn({ of, text, noun = 'ARN' }: Props) {
  return (
    <CopyToClipboard
      variant="icon"
      copyButtonAriaLabel={`Copy the ${noun} of ${of}`}
      copySuccessText="Copied"
      copyErrorText="Not copied"
      textToCopy={text ?? ''}
    />
  )
}

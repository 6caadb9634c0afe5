import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'

interface Props {
  readonly error: unknown
  /** Offers to try again. */
  readonly retry?: (() => void) | undefined
}

/** The meaning of a refusal, where its name does not say it to everybody. */
const HINTS: Readonly<Record<string, string>> = {
  AccessDeniedException: 'The policy of your access key does not allow this. Someone who manages keys can change it.',
  ExpiredTokenException: 'Your temporary credentials are over. Sign in again.',
  UnrecognizedClientException: 'The server does not accept the access key. Sign in again.',
  ThrottlingException: 'The server has more requests than it can answer at the moment.',
  TypeError: 'The server does not answer. Does it run?',
}

/** Shows why something failed: the server's own words, and what they mean. */
export function Failure({ error, retry }: Props) {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
  return (
    <Alert type="error" header={name} action={retry && <Button onClick={retry}>Try again</Button>}>
      {message}
      {HINTS[name] && <div>{HINTS[name]}</div>}
    </Alert>
  )
}

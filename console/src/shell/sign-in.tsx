import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Grid from '@cloudscape-design/components/grid'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type FormEvent, useState } from 'react'
import { type Credentials, USUAL_REGION } from '../session/credentials.ts'
import { Failure } from '../shared/failure.tsx'

/** @param signIn rejects where the server does not accept the key */
interface Props {
  signIn(credentials: Credentials): Promise<void>
}

/** The form that asks for an access key. */
export default function SignIn({ signIn }: Props) {
  const [accessKeyId, setAccessKeyId] = useState('')
  const [secretAccessKey, setSecret] = useState('')
  const [sessionToken, setToken] = useState('')
  const [region, setRegion] = useState(USUAL_REGION)
  const [failure, setFailure] = useState<unknown>()
  const [isTrying, setTrying] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTrying(true)
    setFailure(undefined)
    const token = sessionToken.trim()
    const key = { accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim(), region: region.trim() }
    await signIn({ ...key, ...(token && { sessionToken: token }) }).catch(error => {
      setFailure(error)
      setTrying(false)
    })
  }
  return (
    <main>
      <Box padding="xxl">
        <Grid gridDefinition={[{ colspan: { default: 12, s: 8, m: 6, l: 4 }, offset: { s: 2, m: 3, l: 4 } }]}>
          <form onSubmit={submit}>
            <Container
              header={
                <Header variant="h1" description="An access key of the server's configuration, or one of keys create.">
                  Sign in to Personalite
                </Header>
              }
            >
              <Form
                actions={
                  <Button variant="primary" loading={isTrying} formAction="submit">
                    Sign in
                  </Button>
                }
              >
                <SpaceBetween size="l">
                  <FormField label="Access key ID">
                    <Input
                      value={accessKeyId}
                      autoComplete="username"
                      onChange={({ detail }) => setAccessKeyId(detail.value)}
                    />
                  </FormField>
                  <FormField label="Secret access key">
                    <Input
                      value={secretAccessKey}
                      type="password"
                      autoComplete="current-password"
                      onChange={({ detail }) => setSecret(detail.value)}
                    />
                  </FormField>
                  <FormField label="Session token" description="Of temporary credentials alone.">
                    <Input value={sessionToken} type="password" onChange={({ detail }) => setToken(detail.value)} />
                  </FormField>
                  <FormField label="Region">
                    <Input value={region} onChange={({ detail }) => setRegion(detail.value)} />
                  </FormField>
                  {failure !== undefined && <Failure error={failure} />}
                  <Box variant="small">Keys stay in the memory of this tab. They are gone when it is closed.</Box>
                </SpaceBetween>
              </Form>
            </Container>
          </form>
        </Grid>
      </Box>
    </main>
  )
}

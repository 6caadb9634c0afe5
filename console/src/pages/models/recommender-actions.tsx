import {
  DeleteRecommenderCommand,
  type Recommender,
  StartRecommenderCommand,
  StopRecommenderCommand,
} from '@aws-sdk/client-personalize'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useSession } from '../../session/session.ts'
import { useWrite } from '../../shared/queries.ts'
import { isUnderWay } from '../../shared/server.ts'
import { AskButton } from './ask-button.tsx'

/** Buttons that stop, start and delete a recommender. */
export function RecommenderActions({
  recommender: { name, recommenderArn, status },
}: {
  readonly recommender: Recommender
}) {
  const { may } = useSession()
  const stop = useWrite<undefined, unknown>(({ personalize }) =>
    personalize.send(new StopRecommenderCommand({ recommenderArn })),
  )
  const start = useWrite<undefined, unknown>(({ personalize }) =>
    personalize.send(new StartRecommenderCommand({ recommenderArn })),
  )
  const remove = useWrite<undefined, unknown>(
    ({ personalize }) => personalize.send(new DeleteRecommenderCommand({ recommenderArn })),
    () => `The recommender ${name} was deleted.`,
  )
  return (
    <SpaceBetween direction="horizontal" size="s">
      {status === 'ACTIVE' && may('personalize:StopRecommender') && (
        <AskButton what={`recommender ${name}`} verb="Stop" run={() => stop.mutateAsync(undefined)}>
          Programs that ask it get errors until it is started again, which trains it anew.
        </AskButton>
      )}
      {status === 'INACTIVE' && may('personalize:StartRecommender') && (
        <Button
          variant="inline-link"
          ariaLabel={`Start the recommender ${name}`}
          onClick={() => start.mutate(undefined)}
        >
          Start
        </Button>
      )}
      {!isUnderWay(status) && may('personalize:DeleteRecommender') && (
        <AskButton verb="Delete" what={`recommender ${name}`} run={() => remove.mutateAsync(undefined)}>
          Programs that ask the recommender <b>{name}</b> get errors from then on. Its model goes too.
        </AskButton>
      )}
    </SpaceBetween>
  )
}

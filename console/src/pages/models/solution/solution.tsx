import {
  CreateSolutionVersionCommand,
  DeleteSolutionCommand,
  DescribeSolutionCommand,
  type Solution,
} from '@aws-sdk/client-personalize'
import Button from '@cloudscape-design/components/button'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useLocation, useParams } from 'wouter'
import { useSession } from '../../../session/session.ts'
import { useDatasetGroup } from '../../../shared/dataset-groups.ts'
import { Failure } from '../../../shared/failure.tsx'
import { useRead, useWrite } from '../../../shared/queries.ts'
import { besides } from '../arns.ts'
import { AskButton } from '../ask-button.tsx'
import { Campaigns } from '../campaigns.tsx'
import { useVersions } from '../reads.ts'
import { recipeOf } from '../recipe-uses.ts'
import { Comparison } from './comparison.tsx'
import { ChangeSchedule } from './schedule.tsx'
import { SolutionSettings } from './settings.tsx'
import { Versions } from './versions.tsx'

/** A solution: its settings, its versions with their metrics side by side, and the campaigns that serve them. */
export default function SolutionPage() {
  const { group: groupName, name } = useParams<{ group: string; name: string }>()
  const group = useDatasetGroup(groupName)
  const solutionArn = group && besides(group.datasetGroupArn, `solution/${name}`)
  const solution = useRead(
    ['solution', solutionArn],
    async ({ personalize }) => (await personalize.send(new DescribeSolutionCommand({ solutionArn }))).solution!,
    { enabled: solutionArn !== undefined },
  )
  const versions = useVersions(solutionArn)
  const recipe = recipeOf(solution.data?.recipeArn ?? solution.data?.autoMLResult?.bestRecipeArn)
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={recipe && `${recipe.name}: ${recipe.description}.`}
          actions={<Actions group={groupName} name={name} solutionArn={solutionArn} solution={solution.data} />}
        >
          {name}
        </Header>
      }
    >
      {solution.error && <Failure error={solution.error} retry={solution.refetch} />}
      {group && solution.data && (
        <SpaceBetween size="l">
          <SolutionSettings solution={solution.data} recipe={recipe} />
          <Versions group={group} solutionArn={solutionArn!} read={versions} recipe={recipe} />
          <Comparison versions={versions.data} />
          {recipe?.recipeType !== 'USER_SEGMENTATION' && <Campaigns group={group} solutionArn={solutionArn!} />}
        </SpaceBetween>
      )}
    </ContentLayout>
  )
}

interface ActionsProps {
  readonly group: string
  readonly name: string
  readonly solutionArn: string | undefined
  readonly solution: Solution | undefined
}

function Actions({ group, name, solutionArn, solution }: ActionsProps) {
  const { may } = useSession()
  const [, navigate] = useLocation()
  const train = useWrite<undefined, unknown>(
    ({ personalize }) => personalize.send(new CreateSolutionVersionCommand({ solutionArn })),
    () => `A version of ${name} is being trained.`,
  )
  const remove = useWrite<undefined, unknown>(
    ({ personalize }) => personalize.send(new DeleteSolutionCommand({ solutionArn })),
    () => `The solution ${name} was deleted.`,
  )
  const leave = () => navigate(`/models/${group}/solutions`)
  return (
    <SpaceBetween direction="horizontal" size="s" alignItems="center">
      {may('personalize:DeleteSolution') && (
        <AskButton verb="Delete" what={`solution ${name}`} run={() => remove.mutateAsync(undefined).then(leave)}>
          All of its versions and their models go too. A solution with campaigns cannot be deleted.
        </AskButton>
      )}
      {solution && <ChangeSchedule solution={solution} />}
      {may('personalize:CreateSolutionVersion') && (
        <Button variant="primary" loading={train.isPending} onClick={() => train.mutate(undefined)}>
          Train a version
        </Button>
      )}
    </SpaceBetween>
  )
}

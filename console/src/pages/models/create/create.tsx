import { CreateRecommenderCommand, CreateSolutionCommand } from '@aws-sdk/client-personalize'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type FormEvent, useState } from 'react'
import { useLocation, useParams } from 'wouter'
import type { Recipe } from '../../../../../src/recipes/recipe.ts'
import { CopyAs } from '../../../shared/copy-as.tsx'
import { useDatasetGroup } from '../../../shared/dataset-groups.ts'
import { Failure } from '../../../shared/failure.tsx'
import { useWrite } from '../../../shared/queries.ts'
import { recipeOf } from '../recipe-uses.ts'
import { DataSettings } from './data-settings.tsx'
import { type Draft, faultOf, faultOfDays, faultOfName, NEW_DRAFT, recommenderInput, solutionInput } from './draft.ts'
import { ParameterSettings } from './parameter-settings.tsx'
import type { SettingsProps } from './settings-props.ts'
import { TrainingSettings } from './training-settings.tsx'

/** The form that creates a solution of a recipe, or a recommender of a use case. */
export default function Create() {
  const { group: groupName, recipe: recipeName } = useParams<{ group: string; recipe: string }>()
  const group = useDatasetGroup(groupName)
  const recipe = recipeOf(recipeName)
  if (!recipe) return <Failure error={new Error(`There is no recipe ${recipeName}.`)} />
  const noun = recipe.domain ? 'recommender' : 'solution'
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={`${recipe.description}.`}>
          Create a {noun} of {recipe.name}
        </Header>
      }
    >
      {group && <Settings group={group} recipe={recipe} />}
    </ContentLayout>
  )
}

function Settings({ group, recipe }: Pick<SettingsProps, 'group' | 'recipe'>) {
  const [draft, setDraft] = useState<Draft>(NEW_DRAFT)
  const [isTried, setTried] = useState(false)
  const [, navigate] = useLocation()
  const isRecommender = recipe.domain !== undefined
  const solution = solutionInput(draft, recipe, group.datasetGroupArn)
  const recommender = recommenderInput(draft, recipe, group.datasetGroupArn)
  const create = useWrite<undefined, unknown>(
    ({ personalize }) =>
      isRecommender
        ? personalize.send(new CreateRecommenderCommand(recommender))
        : personalize.send(new CreateSolutionCommand(solution)),
    () =>
      isRecommender ? `The recommender ${draft.name} is being trained.` : `The solution ${draft.name} was created.`,
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (hasFault(draft, recipe)) return
    const next = isRecommender ? '/recommenders' : `/solutions/${draft.name}`
    create.mutate(undefined, { onSuccess: () => navigate(`/models/${group.name}${next}`) })
  }
  const props: SettingsProps = { draft, change: changed => setDraft({ ...draft, ...changed }), recipe, group }
  return (
    <form onSubmit={submit}>
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" variant="link" href={`#/models/${group.name}/recipes`}>
              Cancel
            </Button>
            <Button variant="primary" loading={create.isPending}>
              {isRecommender ? 'Create and train' : 'Create'}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">Name</Header>}>
            <FormField
              label="Name"
              constraintText="Letters, digits, - and _, 63 at most. It becomes a part of the ARN."
              errorText={isTried && faultOfName(draft.name)}
            >
              <Input value={draft.name} onChange={({ detail }) => props.change({ name: detail.value })} />
            </FormField>
          </Container>
          {!isRecommender && <TrainingSettings {...props} />}
          <DataSettings {...props} />
          <ParameterSettings {...props} />
          {isRecommender ? (
            <CopyAs service="personalize" operation="CreateRecommender" input={{ ...recommender }} />
          ) : (
            <CopyAs service="personalize" operation="CreateSolution" input={{ ...solution }} />
          )}
        </SpaceBetween>
      </Form>
    </form>
  )
}

/** Whether the form shows a fault somewhere. */
function hasFault(draft: Draft, recipe: Recipe): boolean {
  const { name, isTrainedBySchedule, everyDays, parameters } = draft
  if (faultOfName(name)) return true
  if (!recipe.domain && isTrainedBySchedule && faultOfDays(everyDays)) return true
  return Object.entries(parameters).some(([group, values]) =>
    Object.entries(values).some(([name, value]) => faultOf(recipe, group as keyof typeof parameters, name, value)),
  )
}

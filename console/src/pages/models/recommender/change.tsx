import { type Recommender, type RecommenderConfig, UpdateRecommenderCommand } from '@aws-sdk/client-personalize'
import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import type { Recipe } from '../../../../../src/recipes/recipe.ts'
import { useSession } from '../../../session/session.ts'
import { CopyAs } from '../../../shared/copy-as.tsx'
import { FormModal } from '../../../shared/form-modal.tsx'
import { useWrite } from '../../../shared/queries.ts'
import { ExplorationFields, type Explores, explorationOf } from '../exploration-fields.tsx'

interface Props {
  readonly recommender: Recommender
  readonly recipe: Recipe | undefined
}

/** The button that changes how a recommender explores, at once; nothing where its use case does not. */
export function ChangeRecommender({ recommender, recipe }: Props) {
  const { may } = useSession()
  const [isOpen, setOpen] = useState(false)
  if (!recipe?.parameters.itemExplorationConfig || !may('personalize:UpdateRecommender')) return null
  return (
    <>
      <Button disabled={recommender.status !== 'ACTIVE'} onClick={() => setOpen(true)}>
        Change
      </Button>
      {isOpen && <ChangeForm recommender={recommender} recipe={recipe} close={() => setOpen(false)} />}
    </>
  )
}

function ChangeForm({ recommender, recipe, close }: Props & { readonly close: () => void }) {
  const { name, recommenderArn, recommenderConfig } = recommender
  const { itemExplorationConfig: old = {}, ...others }: RecommenderConfig = recommenderConfig ?? {}
  const [explores, setExplores] = useState<Explores>(old)
  const given = explorationOf(explores)
  // A config replaces the one before whole.
  const input = { recommenderArn, recommenderConfig: { ...others, ...(given && { itemExplorationConfig: given }) } }
  const save = useWrite<undefined, unknown>(
    ({ personalize }) => personalize.send(new UpdateRecommenderCommand(input)),
    () => `The recommender ${name} was changed.`,
  )
  return (
    <FormModal
      title={`Change the recommender ${name}`}
      action="Change"
      isBusy={save.isPending}
      error={save.error}
      close={close}
      save={() => save.mutate(undefined, { onSuccess: close })}
    >
      <ExplorationFields recipe={recipe} explores={explores} change={setExplores} />
      <CopyAs service="personalize" operation="UpdateRecommender" input={input} />
    </FormModal>
  )
}

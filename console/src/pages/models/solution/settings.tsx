import type { Solution } from '@aws-sdk/client-personalize'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import type { Recipe } from '../../../../../src/recipes/recipe.ts'
import { exactText } from '../../../shared/time.ts'
import { CopyArn } from '../copy-arn.tsx'
import { settingsOf } from './settings-in-words.ts'

interface Props {
  readonly solution: Solution
  readonly recipe: Recipe | undefined
}

/** The settings of a solution, those that differ from the defaults of its recipe. */
export function SolutionSettings({ solution, recipe }: Props) {
  const { name, solutionArn, creationDateTime } = solution
  return (
    <Container header={<Header variant="h2">Settings</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          {
            label: 'ARN',
            value: (
              <>
                {solutionArn} <CopyArn of={`the solution ${name}`} text={solutionArn} />
              </>
            ),
          },
          { label: 'Created', value: exactText(creationDateTime!) },
          ...settingsOf(solution, recipe),
        ]}
      />
    </Container>
  )
}

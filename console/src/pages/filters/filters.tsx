import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useSession } from '../../session/session.ts'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { Failure } from '../../shared/failure.tsx'
import { checkExpression } from '../../shared/filter-check.ts'
import { GroupPage, usePageGroup } from '../../shared/group-page.tsx'
import { useSchemas } from '../../shared/schemas.ts'
import { useSearchParams } from '../../shared/search-params.ts'
import { useTyped } from '../../shared/typed.ts'
import { Editor } from './editor.tsx'
import { FilterTable } from './filter-table.tsx'
import { Trial } from './trial.tsx'

/** The filters of a group: all of them, an editor for a new one, and what it does to a list. */
export default function Filters() {
  const group = usePageGroup()
  return (
    <GroupPage
      title="Filters"
      description="A filter lets only some items, users or actions through, by their properties or by what users did."
      base="/filters"
    >
      {group && <OfGroup key={group.datasetGroupArn} group={group} />}
    </GroupPage>
  )
}

function OfGroup({ group }: { readonly group: DatasetGroup }) {
  const { data: schemas, error, refetch } = useSchemas(group)
  const { may } = useSession()
  const [search, changeSearch] = useSearchParams()
  const change = (name: string, value: string) => changeSearch({ [name]: value }, { replace: true })
  const [text, setText] = useTyped(search.get('expression') ?? '', value => change('expression', value))
  if (error) return <Failure error={error} retry={refetch} />
  if (!schemas) return <Spinner size="large" />
  const checked = checkExpression(text, schemas)
  return (
    <SpaceBetween size="l">
      <FilterTable group={group} show={setText} />
      <Container header={<Header variant="h2">Create a filter</Header>}>
        <Editor {...{ group, schemas, text, setText, checked }} />
      </Container>
      {'expression' in checked && may('personalite:InspectFiltered') && (
        <Trial {...{ group, schemas, text, search, change }} expression={checked.expression} />
      )}
    </SpaceBetween>
  )
}

import { type ComponentType, lazy } from 'react'

/** A page. Its files are loaded when it is opened for the first time. */
export interface Page {
  /** Behind the `#`; parts that begin with a colon are parameters. */
  readonly path: string
  readonly Component: ComponentType
  /** Its text in the navigation; a page without one is reached from others. */
  readonly label?: string
  /** The heading that it stands under in the navigation. */
  readonly section?: string
}

const Home = lazy(() => import('../pages/home/home.tsx'))
const Import = lazy(() => import('../pages/import/import.tsx'))
const Data = lazy(() => import('../pages/data/data.tsx'))
const Insights = lazy(() => import('../pages/insights/insights.tsx'))
const Models = lazy(() => import('../pages/models/models.tsx'))
const CreateModel = lazy(() => import('../pages/models/create/create.tsx'))
const Solution = lazy(() => import('../pages/models/solution/solution.tsx'))
const Recommender = lazy(() => import('../pages/models/recommender/recommender.tsx'))
const Try = lazy(() => import('../pages/try/try.tsx'))
const Filters = lazy(() => import('../pages/filters/filters.tsx'))
const Live = lazy(() => import('../pages/live/live.tsx'))
const Metrics = lazy(() => import('../pages/metrics/metrics.tsx'))
const Access = lazy(() => import('../pages/access/access.tsx'))
const Settings = lazy(() => import('../pages/settings/settings.tsx'))

/** All pages, in the order of the navigation. */
export const pages: readonly Page[] = [
  { path: '/home', label: 'Home', Component: Home },
  { path: '/import', label: 'Import', section: 'Data', Component: Import },
  { path: '/import/:group/:view?/:name?', Component: Import },
  { path: '/data', label: 'Data', section: 'Data', Component: Data },
  { path: '/data/:group/:type?/:view?', Component: Data },
  { path: '/insights', label: 'Insights', section: 'Data', Component: Insights },
  { path: '/insights/:group', Component: Insights },
  { path: '/models', label: 'Models', section: 'Recommendations', Component: Models },
  { path: '/models/:group/:tab?', Component: Models },
  { path: '/models/:group/recipes/:recipe', Component: CreateModel },
  { path: '/models/:group/solutions/:name', Component: Solution },
  { path: '/models/:group/recommenders/:name', Component: Recommender },
  { path: '/try', label: 'Try it', section: 'Recommendations', Component: Try },
  { path: '/try/:group', Component: Try },
  { path: '/filters', label: 'Filters', section: 'Recommendations', Component: Filters },
  { path: '/filters/:group', Component: Filters },
  { path: '/live', label: 'Live', section: 'Operations', Component: Live },
  { path: '/live/:group', Component: Live },
  { path: '/metrics', label: 'Metrics', section: 'Operations', Component: Metrics },
  { path: '/metrics/:group', Component: Metrics },
  { path: '/access', label: 'Access', section: 'Operations', Component: Access },
  { path: '/settings', label: 'Settings', section: 'Operations', Component: Settings },
]

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

const Data = lazy(() => import('../pages/data/data.tsx'))

/** All pages, in the order of the navigation. */
export const pages: readonly Page[] = [
  { path: '/home', label: 'Home', Component: lazy(() => import('../pages/home/home.tsx')) },
  { path: '/data', label: 'Data', section: 'Data', Component: Data },
  { path: '/data/:group/:type?/:view?', Component: Data },
  {
    path: '/try',
    label: 'Try it',
    section: 'Recommendations',
    Component: lazy(() => import('../pages/try/try.tsx')),
  },
  { path: '/try/:group', Component: lazy(() => import('../pages/try/try.tsx')) },
]

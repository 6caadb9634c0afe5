/** The types of dataset, as they are named in ARNs. */
export const datasetTypes = ['INTERACTIONS', 'USERS', 'ITEMS', 'ACTIONS', 'ACTION_INTERACTIONS'] as const

export type DatasetType = (typeof datasetTypes)[number]

/** The purpose of a domain dataset group. */
export type Domain = 'ECOMMERCE' | 'VIDEO_ON_DEMAND'

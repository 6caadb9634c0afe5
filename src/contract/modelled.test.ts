import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { modelled } from './modelled.ts'

describe('a value reduced to its model', () => {
  it('is without members that the model lacks, at every depth', () => {
    const known = { name: 'films', solutionConfig: { eventsConfig: { eventParametersList: [{ eventType: 'watch' }] } } }
    const more = {
      ...known,
      colour: 'red',
      solutionConfig: {
        size: 1,
        eventsConfig: { eventParametersList: [{ eventType: 'watch', weigth: 2 }], eventList: [] },
      },
    }
    assert.deepEqual(modelled('control', 'Solution', more), known)
    assert.equal(more.colour, 'red')
  })

  it('has every key of a map, in alphabetical order', () => {
    const metrics = { precision_at_5: 0.1, precision_at_10: 0.2, precision_at_25: 0.3, coverage: 0.4 }
    const shown = modelled('control', 'Metrics', metrics)
    assert.deepEqual(shown, metrics)
    assert.deepEqual(Object.keys(shown as object), ['coverage', 'precision_at_10', 'precision_at_25', 'precision_at_5'])
  })

  it('is without members that are null, or of another type where the model has a structure, list or map', () => {
    const solution = { name: null, solutionConfig: { algorithmHyperParameters: 5, eventsConfig: [], hpoConfig: null } }
    assert.deepEqual(modelled('control', 'Solution', solution), { solutionConfig: {} })
    assert.deepEqual(modelled('control', 'AutoMLConfig', { metricName: 'm', recipeList: 'r' }), { metricName: 'm' })
  })
})

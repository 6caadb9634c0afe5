// Adds methods and a class of newer Nodes that the code uses, as ECMAScript defines them. The build imports this file
// where they are used; on Node 26 it does nothing.
for (const { prototype } of [Map, WeakMap]) {
  add(prototype, 'getOrInsert', function (key, value) {
    if (!this.has(key)) this.set(key, value)
    return this.get(key)
  })
  add(prototype, 'getOrInsertComputed', function (key, compute) {
    if (!this.has(key)) this.set(key, compute(key))
    return this.get(key)
  })
}
add(Promise, 'try', function (action, ...input) {
  return new this(resolve => resolve(action(...input)))
})
add(
  globalThis,
  'AsyncDisposableStack',
  class AsyncDisposableStack {
    #disposed = false
    #actions = []

    get disposed() {
      return this.#disposed
    }

    use(resource) {
      if (resource === null || resource === undefined) return resource
      const dispose = resource[Symbol.asyncDispose] ?? resource[Symbol.dispose]
      if (typeof dispose !== 'function') throw new TypeError('The resource has no Symbol.asyncDispose')
      this.defer(() => dispose.call(resource))
      return resource
    }

    adopt(resource, dispose) {
      this.defer(() => dispose(resource))
      return resource
    }

    defer(action) {
      if (this.#disposed) throw new ReferenceError('The stack is disposed')
      this.#actions.push(action)
    }

    move() {
      const moved = new AsyncDisposableStack()
      for (const action of this.#actions) moved.defer(action)
      this.#actions = []
      this.#disposed = true
      return moved
    }

    /** Undoes the last first, and all of them. Rejects with the error of one, which suppresses those before it. */
    async disposeAsync() {
      if (this.#disposed) return
      this.#disposed = true
      const failed = []
      for (const action of this.#actions.splice(0).reverse()) {
        try {
          await action()
        } catch (error) {
          failed.push(error)
        }
      }
      if (failed.length > 0)
        throw failed.reduce((suppressed, error) =>
          Object.assign(new Error(), { name: 'SuppressedError', error, suppressed }),
        )
    }

    [Symbol.asyncDispose]() {
      return this.disposeAsync()
    }
  },
)

function add(owner, name, value) {
  if (!(name in owner)) Object.defineProperty(owner, name, { value, writable: true, configurable: true })
}

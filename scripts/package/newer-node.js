// Adds the methods of newer Nodes that the code uses. The build imports this file where they are used; on Node 26 it
// does nothing. https://tc39.es/ecma262/#sec-map.prototype.getorinsertcomputed, #sec-promise.try
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

function add(owner, name, value) {
  if (!(name in owner)) Object.defineProperty(owner, name, { value, writable: true, configurable: true })
}

/** The scheme with the user, the hosts and what comes after them. */
const PARTS = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^/?#]*)(.*)$/s

/**
 * Returns the URLs of a database at each host that a URL names: `postgres://a:5432,b:5432/shop` names two, as libpq has
 * it (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS).
 */
export function databaseUrls(url: string): readonly string[] {
  const [, scheme, hosts = '', rest] = PARTS.exec(url) ?? []
  return hosts.includes(',') ? hosts.split(',').map(host => `${scheme}${host}${rest}`) : [url]
}

import { useEffect, useState } from 'preact/hooks'

/** Where one is: `#/board`, `#/task/<stream>`. */
export type Route = { readonly page: string; readonly subject: string }

export function routeOf(hash: string): Route {
  const [page = '', ...rest] = hash.replace(/^#\/?/, '').split('/')
  return { page: page || 'board', subject: decoded(rest.join('/')) }
}

/** An address may have been typed: what is no encoding stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export function linkTo(page: string, subject = ''): string {
  return subject ? `#/${page}/${encodeURIComponent(subject)}` : `#/${page}`
}

export function useRoute(): Route {
  const [route, setRoute] = useState(routeOf(location.hash))
  useEffect(() => {
    const hear = (): void => setRoute(routeOf(location.hash))
    addEventListener('hashchange', hear)
    return () => removeEventListener('hashchange', hear)
  }, [])
  return route
}

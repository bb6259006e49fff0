import dagre from '@dagrejs/dagre'

export type Node = { readonly id: string; readonly width: number; readonly height: number }
export type Edge = { readonly from: string; readonly to: string; readonly label?: string }

export type Placed = {
  readonly width: number
  readonly height: number
  readonly nodes: ReadonlyMap<string, { readonly x: number; readonly y: number }>
  readonly edges: readonly (Edge & {
    readonly path: string
    readonly labelAt: { readonly x: number; readonly y: number } | null
  })[]
}

/** What the layout says of an edge. */
type Drawn = { readonly points?: readonly Point[] }

const margin = 12

/** Places nodes in layers, so that edges lead one way as far as they can. */
export function placed(nodes: readonly Node[], edges: readonly Edge[], direction: 'TB' | 'LR'): Placed {
  const graph = new dagre.graphlib.Graph({ multigraph: true })
  graph.setGraph({
    rankdir: direction,
    nodesep: 24,
    ranksep: 48,
    edgesep: 12,
    marginx: margin,
    marginy: margin,
  })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height })
  for (const [nth, { from, to }] of edges.entries()) {
    graph.setEdge(from, to, {}, String(nth))
  }
  dagre.layout(graph)
  const lines = edges.map(({ from, to }, nth) => (graph.edge(from, to, String(nth)) as Drawn).points ?? [])
  // of edges that lead around, what the layout says of its size takes no account
  const across = lines.flat().map(({ x }) => x)
  const shift = Math.max(0, margin - Math.min(margin, ...across))
  const { width = 0, height = 0 } = graph.graph()
  const moved = ({ x, y }: Point): Point => ({ x: x + shift, y })
  return {
    width: Math.max(width, ...across.map((x) => x + margin)) + shift,
    height,
    nodes: new Map(nodes.map(({ id }) => [id, moved(graph.node(id))])),
    edges: edges.map((edge, nth) => {
      const points = (lines[nth] ?? []).map(moved)
      return { ...edge, path: smooth(points), labelAt: points[Math.floor(points.length / 2)] ?? null }
    }),
  }
}

type Point = { readonly x: number; readonly y: number }

/** A line through points whose corners are rounded: it bends from the middle of one stretch to that of the next. */
function smooth(points: readonly Point[]): string {
  const [first, ...rest] = points
  const last = rest.at(-1)
  if (!first || !last) return ''
  const bends = rest.slice(0, -1).map((corner, nth) => {
    const next = rest[nth + 1] as Point
    const isLast = nth === rest.length - 2
    const [x, y] = isLast ? [next.x, next.y] : [(corner.x + next.x) / 2, (corner.y + next.y) / 2]
    return `Q${corner.x} ${corner.y} ${x} ${y}`
  })
  return `M${first.x} ${first.y}${bends.length === 0 ? `L${last.x} ${last.y}` : bends.join('')}`
}

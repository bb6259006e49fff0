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
type Drawn = {
  readonly points?: readonly { readonly x: number; readonly y: number }[]
}

/** Places nodes in layers, so that edges lead one way as far as they can. */
export function placed(nodes: readonly Node[], edges: readonly Edge[], direction: 'TB' | 'LR'): Placed {
  const graph = new dagre.graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: direction, nodesep: 24, ranksep: 48, edgesep: 12, marginx: 12, marginy: 12 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height })
  for (const [nth, { from, to }] of edges.entries()) {
    graph.setEdge(from, to, {}, String(nth))
  }
  dagre.layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  return {
    width,
    height,
    nodes: new Map(nodes.map(({ id }) => [id, graph.node(id)])),
    edges: edges.map((edge, nth) => {
      const { points = [] } = graph.edge(edge.from, edge.to, String(nth)) as Drawn
      const path = points.map((point, at) => `${at === 0 ? 'M' : 'L'}${point.x} ${point.y}`).join('')
      return { ...edge, path, labelAt: points[Math.floor(points.length / 2)] ?? null }
    }),
  }
}

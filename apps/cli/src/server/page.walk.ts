/** Walks a connection of the graph page by page: the server bounds a page, a caller wants N or all. */

interface Connection<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
  readonly totalCount: number;
}

export interface Walked<Node> {
  readonly nodes: readonly Node[];
  /** All that the server has, listed or not. */
  readonly totalCount: number;
}

/** As many as one page may hold without passing the server's cost limit. */
const PAGE = 50;

/** @param limit how many at most; 0 for all */
export const walkPages = async <Node>(
  limit: number,
  read: (first: number, after: string | null) => Promise<Connection<Node>>,
): Promise<Walked<Node>> => {
  const nodes: Node[] = [];
  let after: string | null = null;
  for (;;) {
    const wanted: number = limit === 0 ? PAGE : Math.min(PAGE, limit - nodes.length);
    const page: Connection<Node> = await read(wanted, after);
    for (const { node } of page.edges) nodes.push(node);
    after = page.pageInfo.endCursor;
    const full = limit !== 0 && nodes.length >= limit;
    if (full || !page.pageInfo.hasNextPage || after === null) return { nodes, totalCount: page.totalCount };
  }
};

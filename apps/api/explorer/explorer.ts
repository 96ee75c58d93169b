/**
 * The explorer's page: GraphiQL on this server's own graph, with the visitor's session. Bundled whole at build time
 * (apps/api/build.ts), so that it needs no other origin.
 */
import { GraphiQL, type GraphiQLProps } from 'graphiql';
import { getOperationAST } from 'graphql';
import { createClient } from 'graphql-sse';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import './page.css';

const FIRST_QUERY = `# Everything that the pages show can be asked for here.
query Newest {
  sweeps(first: 5) {
    edges {
      node {
        name
        state
        bestRun { name objective }
      }
    }
  }
}
`;

const streams = createClient({ url: '/graphql/stream' });

const fetcher: GraphiQLProps['fetcher'] = async (params, options) => {
  const operation = options?.documentAST ? getOperationAST(options.documentAST, params.operationName) : null;
  if (operation?.operation === 'subscription') {
    const { query, variables, operationName } = params;
    return streams.iterate({ query, variables, ...(operationName ? { operationName } : {}) }) as never;
  }
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(params),
  });
  return await response.json();
};

const place = document.getElementById('explorer');
if (place) {
  createRoot(place).render(
    createElement(GraphiQL, { fetcher, defaultQuery: FIRST_QUERY, shouldPersistHeaders: false }),
  );
}

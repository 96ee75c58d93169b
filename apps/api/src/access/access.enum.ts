/** Registers the enums of access in the graph. */
import { registerEnumType } from 'type-graphql';
import { ApiKeyKind, Role } from '../generated/prisma/enums.ts';

registerEnumType(Role, { name: 'Role', description: 'What a user may do: see, change, administer.' });
registerEnumType(ApiKeyKind, {
  name: 'ApiKeyKind',
  description: 'USER keys act as their user; AGENT keys may lease, report and read datasets, nothing else.',
});

export { ApiKeyKind, Role };

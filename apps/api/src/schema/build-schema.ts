/**
 * The graph, from resolvers listed by hand. No decorator metadata is emitted: each decorator names its type. The
 * result is guarded (access/allow.ts): an operation that nobody was allowed stops the server from starting.
 */
import { type GraphQLSchema, lexicographicSortSchema } from 'graphql';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';
import { ApiKeyResolver } from '../access/api-key.resolver.ts';
import { guardSchema } from '../access/allow.ts';
import { ViewerResolver } from '../access/viewer.resolver.ts';
import { AgentResolver, SlotFields } from '../agents/agent.resolver.ts';
import { CheckpointResolver } from '../checkpoints/checkpoint.resolver.ts';
import { ServerResolver } from '../health/server.resolver.ts';
import {
  CheckpointUseFields,
  CheckpointUsersFields,
  LeaseInputsFields,
  RenderInputsFields,
  InputCheckpointFields,
  RunInputsFields,
} from '../inputs/input.fields.ts';
import { SweepInsightFields } from '../insight/insight.fields.ts';
import { LogConnectionFields, LogLineFields, RunLogFields } from '../logs/log.fields.ts';
import { LogResolver } from '../logs/log.resolver.ts';
import { ProjectResolver } from '../projects/project.resolver.ts';
import {
  RenderConnectionFields,
  RenderFields,
  RunRenderFields,
  SampleRenderFields,
} from '../renders/render.fields.ts';
import { RenderLeaseResolver } from '../renders/render-lease.resolver.ts';
import { RenderResolver } from '../renders/render.resolver.ts';
import {
  CheckpointStyleEncoders,
  RenderStyleFields,
  RenderStyleOfRender,
} from '../renders/style-encoder.fields.ts';
import { LeaseResolver } from '../runs/lease.resolver.ts';
import { LineageStepFields, RunLineageFields, SweepPopulationFields } from '../runs/lineage.fields.ts';
import { RunConnectionFields, RunFields } from '../runs/run.fields.ts';
import { RunResolver } from '../runs/run.resolver.ts';
import { SampleConnectionFields, SampleResolver } from '../samples/sample.resolver.ts';
import { SweepEditResolver } from '../sweeps/edit/sweep-edit.resolver.ts';
import { PlanResolver, SweepReplayFields } from '../simulate/simulate.resolver.ts';
import {
  RunStoppingFields,
  StopDecisionConnectionFields,
  SweepStoppingFields,
} from '../stopping/stopping.fields.ts';
import { ProjectFields, SweepConnectionFields, SweepFields } from '../sweeps/sweep.fields.ts';
import { SweepResolver } from '../sweeps/sweep.resolver.ts';
import { MetricResolver } from '../telemetry/metric.resolver.ts';

const resolvers = [
  AgentResolver,
  ApiKeyResolver,
  CheckpointResolver,
  CheckpointStyleEncoders,
  CheckpointUseFields,
  CheckpointUsersFields,
  LeaseInputsFields,
  LeaseResolver,
  LineageStepFields,
  LogConnectionFields,
  LogLineFields,
  LogResolver,
  MetricResolver,
  PlanResolver,
  ProjectFields,
  ProjectResolver,
  RenderConnectionFields,
  RenderFields,
  RenderInputsFields,
  RenderLeaseResolver,
  RenderResolver,
  RenderStyleFields,
  RenderStyleOfRender,
  RunConnectionFields,
  RunFields,
  InputCheckpointFields,
  RunInputsFields,
  RunLineageFields,
  RunLogFields,
  RunRenderFields,
  RunResolver,
  RunStoppingFields,
  SampleConnectionFields,
  SampleRenderFields,
  SampleResolver,
  ServerResolver,
  SlotFields,
  StopDecisionConnectionFields,
  SweepConnectionFields,
  SweepEditResolver,
  SweepFields,
  SweepInsightFields,
  SweepPopulationFields,
  SweepResolver,
  SweepReplayFields,
  SweepStoppingFields,
  ViewerResolver,
] as unknown as NonEmptyArray<new () => object>;

/** Subscriptions read the outbox (live/), each by its own `subscribe`; TypeGraphQL asks for a bus all the same. */
const pubSub = {
  publish: (): never => {
    throw new Error('Changes are published to the outbox, live/change.sql.ts.');
  },
  subscribe: (): never => {
    throw new Error('Subscriptions read the outbox, live/live-feed.ts.');
  },
};

/** Resolver classes have no state and no constructor arguments; what they need is in the request's context. */
export function buildGraph(): GraphQLSchema {
  const schema = buildSchemaSync({ resolvers, pubSub, validate: false });
  guardSchema(schema);
  return schema;
}

/** The graph sorted by name, as it is printed into schema.graphql. */
export function buildSortedGraph(): GraphQLSchema {
  return lexicographicSortSchema(buildSchemaSync({ resolvers, pubSub, validate: false }));
}

import { stoppingRuleTypes, sweepMethods } from '@plumage/contract';
import { Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.ts';
import { ServerInfo } from './server.type.ts';
import { VERSION } from './version.ts';

const startedAt = new Date(Date.now() - process.uptime() * 1000);

@Resolver()
export class ServerResolver {
  @Allow('VIEWER', 'AGENT')
  @Query(() => ServerInfo, { description: 'This server: its version, and what a sweep may name.' })
  server(): ServerInfo {
    return {
      version: VERSION,
      startedAt,
      methods: [...sweepMethods],
      stoppingRules: [...stoppingRuleTypes],
    };
  }
}

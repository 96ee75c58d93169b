import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { CreateProjectInput } from './project.input.ts';
import { createProject, findProject, listProjects } from './project.service.ts';
import { Project, ProjectPayload } from './project.type.ts';

/** Project.sweeps stands with the sweeps. */
@Resolver(() => Project)
export class ProjectResolver {
  @Allow('VIEWER')
  @Query(() => [Project], { description: 'All projects, oldest first.' })
  projects(@Ctx() context: RequestContext): Promise<Project[]> {
    return listProjects(context.database);
  }

  @Allow('VIEWER')
  @Query(() => Project, { nullable: true, description: 'One project by its short name.' })
  project(@Arg('slug', () => String) slug: string, @Ctx() context: RequestContext): Promise<Project | null> {
    return findProject(context.database, slug);
  }

  @Allow('EDITOR')
  @Mutation(() => ProjectPayload, { description: 'Makes a project.' })
  async createProject(
    @Arg('input', () => CreateProjectInput) input: CreateProjectInput,
    @Ctx() context: RequestContext,
  ): Promise<ProjectPayload> {
    return { project: await createProject(context.database, input) };
  }
}

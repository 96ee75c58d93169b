import { BadInputError, ConflictError } from '../errors/api.error.ts';
import { Prisma, type PrismaClient, type Project } from '../generated/prisma/client.ts';
import { newId } from '../id.ts';
import type { CreateProjectInput } from './project.input.ts';

export const DEFAULT_PROJECT = 'default';

export function listProjects(database: PrismaClient): Promise<Project[]> {
  return database.project.findMany({ orderBy: { id: 'asc' } });
}

export function findProject(database: PrismaClient, slug: string): Promise<Project | null> {
  return database.project.findUnique({ where: { slug } });
}

/** Makes the project "default" if it is missing: what a sweep without a project goes into. */
export function ensureDefaultProject(database: PrismaClient): Promise<Project> {
  return database.project.upsert({
    where: { slug: DEFAULT_PROJECT },
    create: { id: newId(), slug: DEFAULT_PROJECT, name: 'Default' },
    update: {},
  });
}

/** @throws BadInputError | ConflictError when the slug is taken. */
export async function createProject(database: PrismaClient, input: CreateProjectInput): Promise<Project> {
  const name = input.name.trim();
  const description = input.description?.trim() || null;
  if (!/^[a-z0-9][a-z0-9-]{0,59}$/.test(input.slug)) {
    throw new BadInputError('input.slug', input.slug, '1 to 60 lower-case letters, digits and dashes');
  }
  if (name.length < 1 || name.length > 100)
    throw new BadInputError('input.name', input.name, '1 to 100 characters');
  if (description !== null && description.length > 2000) {
    throw new BadInputError('input.description', description, 'at most 2,000 characters');
  }
  try {
    return await database.project.create({ data: { id: newId(), slug: input.slug, name, description } });
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') {
      throw new ConflictError(`There is a project ${JSON.stringify(input.slug)} already.`);
    }
    throw error;
  }
}

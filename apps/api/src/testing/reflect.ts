/** TypeGraphQL refuses to load before this; main.ts imports it first too. */
import 'reflect-metadata';

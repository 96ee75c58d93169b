/**
 * What a command is: data that the parser, the help and the dispatcher all read, and one function. The values' types
 * follow from the flags, so a command cannot read a flag that it did not declare.
 */
import type { ApiClient } from '@plumage/api-client';
import type { Terminal } from '../terminal/terminal.ts';

export interface Flag {
  readonly type: 'string' | 'boolean';
  /** One line of the help. */
  readonly help: string;
  /** What stands for the value in the help, such as FILE; strings only. */
  readonly value?: string;
  /** May be given more than once; a comma parts values, or belongs to the value where it is 'whole'. */
  readonly multiple?: true | 'whole';
  readonly required?: true;
  /** The only values that are taken, in lower case; a value in upper case is lowered first. */
  readonly choices?: readonly string[];
  /** The only values that are taken are whole numbers from the first to the second. */
  readonly range?: readonly [number, number];
}

export type Flags = Readonly<Record<string, Flag>>;

type ValueOf<F extends Flag> = F['type'] extends 'boolean'
  ? boolean
  : F extends { multiple: true | 'whole' }
    ? readonly string[]
    : string;

/** What was given, by flag; undefined when it was not. */
export type Values<F extends Flags> = {
  readonly [K in keyof F]: F[K] extends { required: true } ? ValueOf<F[K]> : ValueOf<F[K]> | undefined;
};

/** Everything of the outside that a command may touch, so that tests can stand in for it. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths are meant from. */
  readonly cwd: string;
  /** Folder of the checkout that this program belongs to, with a slash at its end. */
  readonly root: string;
  readonly terminal: Terminal;
  readStdin(): Promise<string>;
  now(): Date;
}

export interface Context {
  readonly world: World;
  readonly terminal: Terminal;
  /** True when the caller is a program: one JSON document on stdout and nothing else. */
  readonly json: boolean;
  /** --server and --key as given. */
  readonly given: { readonly server: string | undefined; readonly key: string | undefined };
  /** The client, made at the first call: commands that work offline never look for a key. */
  api(): ApiClient;
}

/** The exit code; nothing means 0. */
export type Outcome = number | undefined;

interface CommandBase {
  /** The words that call it, such as ['sweep', 'create']. */
  readonly path: readonly string[];
  /** One line of the list of commands. */
  readonly summary: string;
  /** Its one argument, if it takes one. It is then always given. */
  readonly argument?: { readonly name: string; readonly help: string };
  /** Whole lines that may be typed, and are shown in the help. */
  readonly examples: readonly string[];
}

interface CommandSpec<F extends Flags> extends CommandBase {
  readonly flags: F;
  run(context: Context, values: Values<F>, argument: string): Promise<Outcome>;
}

export interface Command extends CommandBase {
  readonly kind: 'command';
  readonly flags: Flags;
  run(context: Context, values: Values<Flags>, argument: string): Promise<Outcome>;
}

/** A command whose arguments belong to another program and are passed on as they are. */
export interface PassThrough extends CommandBase {
  readonly kind: 'pass-through';
  run(world: World, args: readonly string[]): Promise<number>;
}

export const defineCommand = <const F extends Flags>(spec: CommandSpec<F>): Command => ({
  ...spec,
  kind: 'command',
  // The parser fills exactly the flags of this very spec.
  run: (context, values, argument) => spec.run(context, values as Values<F>, argument),
});

import manifest from '../../package.json' with { type: 'json' };

/** Version of Plumage, from the package's manifest. */
export const VERSION: string = manifest.version;

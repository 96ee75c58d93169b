/** The dashboard's places, in the order of the navigation; `keys` is the two-letter shortcut (g then a letter). */
import type { IconName } from '../design/icon.tsx';

export interface Place {
  readonly href: string;
  readonly name: string;
  readonly icon: IconName;
  readonly key: string;
}

export const places: readonly Place[] = [
  { href: '/', name: 'Overview', icon: 'overview', key: 'o' },
  { href: '/sweeps', name: 'Sweeps', icon: 'sweeps', key: 's' },
  { href: '/runs', name: 'Runs', icon: 'runs', key: 'r' },
  { href: '/gallery', name: 'Gallery', icon: 'gallery', key: 'g' },
  { href: '/studio', name: 'Studio', icon: 'studio', key: 't' },
  { href: '/agents', name: 'Agents', icon: 'agents', key: 'a' },
  { href: '/settings', name: 'Settings', icon: 'settings', key: ',' },
];

/** Whether a path lies in a place: /runs/42 in /runs, but only / itself in /. */
export const isIn = (place: Place, path: string): boolean =>
  place.href === '/' ? path === '/' : path === place.href || path.startsWith(`${place.href}/`);

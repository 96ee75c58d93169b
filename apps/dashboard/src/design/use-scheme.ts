'use client';
import { useComputedColorScheme } from '@mantine/core';
import type { ColorScheme } from '@plumage/charts';

/** The theme in force. */
export const useScheme = (): ColorScheme =>
  useComputedColorScheme('light', { getInitialValueInEffect: true });

/** Mantine, tuned to the tokens: neutral greys, kingfisher teal as the one accent, compact controls, no shadows. */
import { createTheme, type MantineColorsTuple } from '@mantine/core';

const kingfisher: MantineColorsTuple = [
  '#e3f2f3',
  '#c4e6e9',
  '#97d5da',
  '#6cc8cf',
  '#46bcc8',
  '#1fa3b1',
  '#0a8794',
  '#00707c',
  '#005a64',
  '#00434b',
];

const gray: MantineColorsTuple = [
  '#f6f6f6',
  '#f0f0f0',
  '#e5e5e5',
  '#d6d6d6',
  '#c9c9c9',
  '#767676',
  '#6f6f6f',
  '#555555',
  '#3a3a3a',
  '#1a1a1a',
];

const dark: MantineColorsTuple = [
  '#ececec',
  '#c9cbcc',
  '#a3a6a7',
  '#919495',
  '#434647',
  '#292b2c',
  '#1a1b1c',
  '#131414',
  '#0e0f0f',
  '#080909',
];

const red: MantineColorsTuple = [
  '#fbeceb',
  '#f6d3d0',
  '#f2b1ac',
  '#f29a92',
  '#f2867d',
  '#d9534a',
  '#c53a31',
  '#b3261e',
  '#8f1d17',
  '#6b1510',
];

export const theme = createTheme({
  primaryColor: 'kingfisher',
  primaryShade: { light: 7, dark: 4 },
  colors: { kingfisher, gray, dark, red },
  autoContrast: true,
  luminanceThreshold: 0.35,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  defaultRadius: 3,
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs', variant: 'default' } },
    TextInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs', hideControls: true } },
    Select: { defaultProps: { size: 'xs', checkIconPosition: 'right' } },
    Autocomplete: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Menu: { defaultProps: { shadow: 'sm', position: 'bottom-end' } },
    Tooltip: { defaultProps: { openDelay: 400 } },
  },
});

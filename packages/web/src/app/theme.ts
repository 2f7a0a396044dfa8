import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const slate: MantineColorsTuple = [
  '#e8f0f7',
  '#d2e1ee',
  '#aecae3',
  '#86b4dd',
  '#5f93c2',
  '#447cab',
  '#366b99',
  '#2c5d8a',
  '#234b70',
  '#1b3a57',
];
const red: MantineColorsTuple = [
  '#fbeae8',
  '#f5d3d0',
  '#ec8b82',
  '#e0776d',
  '#cf6a62',
  '#c04c44',
  '#b53d35',
  '#ab342d',
  '#8d2a24',
  '#6f211c',
];
/** From text (0) to the ground (7), as Mantine reads it. */
const dark: MantineColorsTuple = [
  '#e3e7ec',
  '#c5ccd4',
  '#98a3af',
  '#8a95a2',
  '#2a313a',
  '#20262d',
  '#181d23',
  '#11151a',
  '#0d1116',
  '#0a0d11',
];

const palette = {
  light: {
    bg: '#f5f6f8',
    panel: '#ffffff',
    line: '#e2e5ea',
    line2: '#eef0f3',
    text: '#1b2430',
    dim: '#5a6573',
    edge: '#8b95a1',
    accent: '#2c5d8a',
    'accent-bg': '#e8f0f7',
    ok: '#1f7147',
    bad: '#ab342d',
    wait: '#875c00',
    'ok-bg': '#e6f3ec',
    'bad-bg': '#fbeae8',
    'wait-bg': '#faf1dd',
    'ok-bar': '#57a37e',
    'bad-bar': '#cf6a62',
    'wait-bar': '#d9b35a',
    'idle-bar': '#c3cad3',
    shade: 'rgba(20, 28, 38, 0.12)',
  },
  dark: {
    bg: '#11151a',
    panel: '#181d23',
    line: '#2a313a',
    line2: '#20262d',
    text: '#e3e7ec',
    dim: '#98a3af',
    edge: '#66717e',
    accent: '#86b4dd',
    'accent-bg': '#1d2c3a',
    ok: '#6fc295',
    bad: '#ec8b82',
    wait: '#dcb35c',
    'ok-bg': '#15291f',
    'bad-bg': '#331c1a',
    'wait-bg': '#2d2412',
    'ok-bar': '#4e9472',
    'bad-bar': '#c9695f',
    'wait-bar': '#b98f3d',
    'idle-bar': '#3b444f',
    shade: 'rgba(0, 0, 0, 0.45)',
  },
} as const;

const sans = "'Inter Variable', system-ui, sans-serif";
const mono = "'JetBrains Mono Variable', ui-monospace, monospace";

export const theme = createTheme({
  colors: { slate, red, dark },
  primaryColor: 'slate',
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  luminanceThreshold: 0.3,
  black: '#0d1620',
  fontFamily: sans,
  fontFamilyMonospace: mono,
  fontSizes: { xs: '12px', sm: '13.5px', md: '14px', lg: '15px', xl: '17px' },
  defaultRadius: 'sm',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '8px', xl: '8px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  focusRing: 'auto',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false, multiline: true, maw: 320 } },
    Button: { defaultProps: { size: 'xs', variant: 'default' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Modal: {
      defaultProps: { transitionProps: { duration: 100 } },
      styles: { content: { background: 'var(--panel)' }, header: { background: 'var(--panel)' } },
    },
    Menu: { defaultProps: { transitionProps: { duration: 80 }, shadow: 'none' } },
    Popover: { defaultProps: { transitionProps: { duration: 80 }, shadow: 'none' } },
  },
});

const nameVariables = (colours: Record<string, string>) =>
  Object.fromEntries(Object.entries(colours).map(([name, value]) => [`--${name}`, value]));

/** Mantine's own names for the same colours, so that its components sit in the same palette. */
const mantineNames = {
  '--mantine-color-body': 'var(--bg)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--dim)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-placeholder': 'var(--dim)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-default': 'var(--panel)',
  '--mantine-color-default-hover': 'var(--line2)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line)',
  '--mantine-color-disabled': 'var(--line2)',
  '--mantine-color-disabled-color': 'var(--dim)',
  '--mantine-color-disabled-border': 'var(--line)',
};

export const resolveVariables: CSSVariablesResolver = () => ({
  variables: { '--sans': sans, '--mono': mono },
  light: { ...nameVariables(palette.light), ...mantineNames },
  dark: { ...nameVariables(palette.dark), ...mantineNames },
});

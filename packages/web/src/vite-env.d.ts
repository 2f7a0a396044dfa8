/** The icons are imported one by one; the package has types for its barrel only. */
declare module '@tabler/icons-react/dist/esm/icons/*.mjs' {
  const icon: import('@tabler/icons-react').Icon;
  export default icon;
}
declare module '@fontsource-variable/inter';
declare module '@fontsource-variable/jetbrains-mono';

/** esbuild collects what is imported so into explorer.css. */
declare module '*.css';

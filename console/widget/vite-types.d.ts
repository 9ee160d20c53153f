// `import styles from './x.css?inline'` gives a style sheet's text: vite's own types say so to the type checker.
/// <reference types="vite/client" />

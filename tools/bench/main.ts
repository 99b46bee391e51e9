/** `npm run bench`: the embedded profile, or with `--cluster` the distributed one. Figures and what they mean: docs/benchmarks.md. */
await (process.argv.includes('--cluster') ? import('./cluster') : import('./platform'));

export {};

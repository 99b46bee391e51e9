// node tools/jest/run-ts.mjs <file.ts from the repository's root> [arguments]: for tests that need another process.
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

const [entry, ...rest] = process.argv.slice(2);
const path = await bundle(entry);
process.argv.splice(1, process.argv.length, path, ...rest);
await import(pathToFileURL(path).href);

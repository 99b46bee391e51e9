import { chownSync, closeSync, openSync, renameSync, statSync, writeSync } from 'node:fs';

export interface BoundedLog {
  write(line: string): void;
  close(): void;
}

/**
 * Appends lines to `path`; past `bytesMax` the file becomes `path.1` and a new one begins, so that both together stay below
 * twice that. A log that can't be written (a full disk) is given up, never a reason to fail. The files belong to `owner`.
 */
export function openBoundedLog(path: string, bytesMax: number, owner: { uid: number; gid: number } | null): BoundedLog {
  let file: number | null = null;
  let size = 0;
  const open = () => {
    file = openSync(path, 'a', 0o600);
    if (owner) chownSync(path, owner.uid, owner.gid);
    size = statSync(path).size;
  };
  const close = () => {
    if (file !== null) closeSync(file);
    file = null;
  };
  const give = (work: () => void) => {
    try {
      work();
    } catch {
      close();
    }
  };
  give(open);
  return {
    write(line) {
      give(() => {
        if (file === null) return;
        size += writeSync(file, `${line}\n`);
        if (size < bytesMax) return;
        close();
        renameSync(path, `${path}.1`);
        open();
      });
    },
    close,
  };
}

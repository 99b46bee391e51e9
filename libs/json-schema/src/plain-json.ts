import type { FieldError } from '@arkan/kernel';

const errorsMax = 20;
const escape = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');
const isPlain = (text: string) => !/[\u0000]|\p{Surrogate}/u.test(text);

/** Texts and names that not every store can keep: those with NUL, or with half of a surrogate pair. Pointers start with `at`. */
export function textFaults(value: unknown, at: string): FieldError[] {
  const errors: FieldError[] = [];
  const refuse = (pointer: string) =>
    errors.push({ pointer, code: 'invalid_text', message: 'must be Unicode text without NUL', limit: null });
  const visit = (node: unknown, pointer: string): void => {
    if (errors.length >= errorsMax) return;
    if (typeof node === 'string' && !isPlain(node)) refuse(pointer);
    if (typeof node !== 'object' || node === null) return;
    for (const [name, child] of Object.entries(node)) {
      if (isPlain(name)) visit(child, `${pointer}/${escape(name)}`);
      else refuse(pointer);
    }
  };
  visit(value, at);
  return errors;
}

/** The cells of every row of the tables of a Markdown text, without their headings; escaped pipes are none. */
export function tableRows(text: string): string[][] {
  const lines = withoutCode(text).split('\n');
  return lines.flatMap((line, index) => {
    const isHeading = isRule(lines[index + 1] ?? '');
    return line.startsWith('|') && !isHeading && !isRule(line) ? [cellsOf(line)] : [];
  });
}

const isRule = (line: string) => /^\|( *:?-+:? *\|)+ *$/.test(line);
const cellsOf = (line: string) =>
  line
    .slice(1, line.lastIndexOf('|'))
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));

/** The text with its fenced code blocks left empty. */
export function withoutCode(text: string): string {
  return text.replaceAll(/^(```|~~~)[\s\S]*?^\1.*$/gm, '');
}

/** Targets of the links and images of a Markdown text. */
export function linksOf(text: string): string[] {
  const plain = withoutCode(text).replaceAll(/`[^`\n]*`/g, '');
  return [...plain.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)/gm)].map(
    (match) => match[1] ?? match[2]!,
  );
}

/** The anchors of the headings of a Markdown text, as GitHub makes them. */
export function anchorsOf(text: string): Set<string> {
  const found = new Map<string, number>();
  for (const [, title = ''] of withoutCode(text).matchAll(/^#{1,6} +(.*?) *#*$/gm)) {
    const slug = title
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const count = found.get(slug) ?? 0;
    found.set(slug, count + 1);
    if (count > 0) found.set(`${slug}-${count}`, 1);
  }
  return new Set(found.keys());
}

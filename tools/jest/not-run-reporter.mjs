/**
 * Says in one line, at the very end, which tests were not run for want of a part. Such a test is skipped with "not run: <why>" in its
 * name; with CI=true the specs make a failure of it instead.
 */
export default class NotRunReporter {
  onRunComplete(_, results) {
    const reasons = new Map();
    for (const file of results.testResults) {
      for (const test of file.testResults) {
        if (test.status !== 'pending') continue;
        const why = /not run: (.+)$/.exec(test.fullName)?.[1] ?? null;
        if (why !== null) reasons.set(why, (reasons.get(why) ?? 0) + 1);
      }
    }
    const list = [...reasons].map(([why, count]) => `${why} (${count})`).join('; ');
    process.stdout.write(`\nNot run for want of a part: ${list || 'nothing'}.\n`);
  }
}

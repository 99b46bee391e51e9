import { Dialog } from '../ui/dialog';
import { modifier } from './shortcuts';

const groups: [title: string, keys: [keys: string[], does: string][]][] = [
  [
    'Everywhere',
    [
      [[`${modifier}K`], 'Find a screen, a webhook, any id'],
      [['?'], 'These keys'],
      [['Tab'], 'To the next control; the first stop is "Skip to the content"'],
      [['Esc'], 'Close what is open'],
    ],
  ],
  [
    'In a list',
    [
      [['j', '↓'], 'Next row'],
      [['k', '↑'], 'Previous row'],
      [['Home', 'End'], 'First and last row'],
      [['Enter'], 'Open the row'],
    ],
  ],
  [
    'In a chart over time',
    [
      [['←', '→'], 'Move'],
      [['Shift ←', 'Shift →'], 'Choose a time'],
      [['Enter'], 'Apply it'],
    ],
  ],
];

export default function Keys({ onClose }: { onClose(): void }) {
  return (
    <Dialog title="Keys" isOpen onClose={onClose}>
      {groups.map(([title, keys]) => (
        <section key={title} className="stack tight">
          <h3>{title}</h3>
          <dl className="app-keys">
            {keys.map(([names, does]) => (
              <div key={does}>
                <dt>
                  {names.map((name) => (
                    <kbd key={name}>{name}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}

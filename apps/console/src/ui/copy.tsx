import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './button';
import { toast } from './toast';

const shownMs = 1_500;

/** Copies `text`; with `children` a button of words, else of an icon. */
export function CopyButton({
  text,
  label,
  children,
  size = 's',
}: {
  text: string | (() => string);
  label: string;
  children?: string;
  size?: 's' | 'm';
}) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
      setCopied(true);
    } catch {
      toast({ tone: 'bad', title: 'The browser did not let us copy', detail: 'Select the text and copy it by hand.' });
    }
  };
  const icon = copied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />;
  return (
    <>
      <Button
        look={children ? 'secondary' : 'quiet'}
        size={size}
        icon={icon}
        onPress={() => void copy()}
        {...(children ? {} : { label })}
      >
        {children}
      </Button>
      <span className="visually-hidden" role="status">
        {copied ? 'Copied' : ''}
      </span>
    </>
  );
}

import { Button } from '../../ui/button';
import { formatTime } from '../../ui/time';

interface Props {
  search: {
    isUnderWay: boolean;
    isStopped: boolean;
    lookedBackTo: string | null;
    stop(): void;
    goOn(): void;
  };
  found: number;
}

/** A rare filter is a search through the log: how far it has come, and a way to stop it. */
export function SearchProgress({ search, found }: Props) {
  const { isUnderWay, isStopped, lookedBackTo } = search;
  if (!isUnderWay && !isStopped) return null;
  const where = lookedBackTo === null ? '' : `Looked back to ${formatTime(lookedBackTo)}, `;
  return (
    <div className="row wrap deliveries-search" role="status">
      {isUnderWay ? <span className="ui-spinner" aria-hidden /> : null}
      <span>
        {where}
        {found === 0 ? 'none found yet' : `${found.toLocaleString()} found`}
      </span>
      {isUnderWay ? (
        <Button size="s" onPress={search.stop}>
          Stop
        </Button>
      ) : (
        <Button size="s" onPress={search.goOn}>
          Look further back
        </Button>
      )}
    </div>
  );
}

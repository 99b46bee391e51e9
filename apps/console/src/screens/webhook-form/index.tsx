import { Page } from '../../ui/page';
import { State } from '../../ui/states';

export function Component() {
  return (
    <Page title="Add a webhook">
      <State title="This screen is not there yet">What it will show can be had from the HTTP API.</State>
    </Page>
  );
}

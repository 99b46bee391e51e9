import { useMutation, useQuery, useQueryClient, queryOptions } from '@tanstack/react-query';
import { useState } from 'react';
import { useWhyNot } from '../../api/access';
import { answer, type Schemas } from '../../api/client';
import { useTenant, type Tenant } from '../../api/tenant';
import { Button } from '../../ui/button';
import { Checkbox, Switch } from '../../ui/field';
import { QueryView } from '../../ui/states';
import { toast } from '../../ui/toast';
import { kindNames, kinds, type Kind } from './words';

type Chosen = Schemas['NotificationSettings'];

const settingsQuery = ({ tenantId, api }: Tenant) =>
  queryOptions({
    queryKey: [tenantId, 'notification-settings'],
    queryFn: ({ signal }) => answer(api.GET('/v1/notification-settings', { signal })),
  });

export function Settings() {
  const query = useQuery(settingsQuery(useTenant()));
  // Once saved, the form begins anew from what was saved.
  return <QueryView query={query}>{(saved) => <Form key={JSON.stringify(saved)} saved={saved} />}</QueryView>;
}

function Form({ saved }: { saved: Chosen }) {
  const tenant = useTenant();
  const client = useQueryClient();
  const denied = useWhyNot('putNotificationSettings');
  const [emailEnabled, setEmailEnabled] = useState(saved.emailEnabled);
  const [chosen, setChosen] = useState<ReadonlySet<Kind>>(new Set(saved.kinds));
  const save = useMutation({
    mutationFn: (body: Chosen) => answer(tenant.api.PUT('/v1/notification-settings', { body })),
    onSuccess(next) {
      client.setQueryData(settingsQuery(tenant).queryKey, next);
      toast({ tone: 'good', title: 'Saved', detail: 'It holds from the next notice on.' });
    },
  });
  const toggle = (kind: Kind, isOn: boolean) => {
    const next = new Set(chosen);
    if (isOn) next.add(kind);
    else next.delete(kind);
    setChosen(next);
  };
  const kindsNow = kindNames.filter((kind) => chosen.has(kind));
  const isChanged =
    emailEnabled !== saved.emailEnabled || kindsNow.join() !== kindNames.filter((k) => saved.kinds.includes(k)).join();
  return (
    <div className="card padded stack notifications-settings">
      <Switch isSelected={emailEnabled} onChange={setEmailEnabled} isDisabled={denied !== null}>
        Mail notices to the owner of the webhook
      </Switch>
      <p className="muted">
        Each webhook names its owner. Notices are gathered: at most one mail a webhook in a quarter of an hour. The
        inbox has all of them, whatever is mailed.
      </p>
      <fieldset className="notifications-kinds" disabled={!emailEnabled}>
        <legend className="ui-label">What is mailed</legend>
        {kindNames.map((kind) => (
          <div key={kind}>
            <Checkbox
              isSelected={chosen.has(kind)}
              isDisabled={!emailEnabled || denied !== null}
              onChange={(isOn) => toggle(kind, isOn)}
            >
              {kinds[kind].title}
            </Checkbox>
            <p className="faint">{kinds[kind].when}</p>
          </div>
        ))}
      </fieldset>
      <div className="row wrap">
        <Button
          look="primary"
          denied={denied}
          isDisabled={denied === null && !isChanged}
          isPending={save.isPending}
          onPress={() => save.mutate({ emailEnabled, kinds: kindsNow })}
        >
          Save
        </Button>
        {denied === null ? null : <span className="faint">{denied}</span>}
      </div>
    </div>
  );
}

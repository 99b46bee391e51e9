import { Building2, CircleUser, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { roleNames } from '../api/access';
import { useSession, useSignOut } from '../api/session';
import { Button } from '../ui/button';
import { Menu } from '../ui/menu';
import { applyTheme, useTheme, type Theme } from './theme';

const themes: Record<Theme, { name: string; icon: typeof Sun; next: Theme }> = {
  system: { name: 'as the system', icon: Monitor, next: 'light' },
  light: { name: 'light', icon: Sun, next: 'dark' },
  dark: { name: 'dark', icon: Moon, next: 'system' },
};

export function ThemeToggle() {
  const { name, icon: Icon, next } = themes[useTheme()];
  return (
    <Button
      look="quiet"
      label={`Theme: ${name}. Change to ${themes[next].name}`}
      icon={<Icon size={17} aria-hidden />}
      onPress={() => applyTheme(next)}
    />
  );
}

export function AccountMenu() {
  const { principal, tenantId } = useSession();
  const signOut = useSignOut();
  return (
    <Menu
      label="Account"
      trigger={<Button look="quiet" label="Account" icon={<CircleUser size={18} aria-hidden />} />}
      header={
        <>
          Signed in as <strong>{roleNames[principal.role]}</strong>
          <br />
          <span className="mono">{principal.id}</span>
        </>
      }
      entries={[
        ...(tenantId === null
          ? [{ id: 'tenants', label: 'All tenants', icon: <Building2 size={16} aria-hidden />, href: '/' }]
          : []),
        { id: 'out', label: 'Sign out', icon: <LogOut size={16} aria-hidden />, onAction: () => signOut.mutate() },
      ]}
    />
  );
}

import { useState } from "react";
import { type AppWithSecret, type RegisteredApp, useAppOwner } from "../../data/apps";
import { editsOf } from "../../data/edits";
import type { Scope } from "../../data/organization";
import { text } from "../../text";
import { Choice, TextArea, TextField } from "../../ui/field";
import { DialogForm, useAct } from "../../ui/form";
import { say } from "../../ui/toast";
import { AppSecret } from "./app-secret";

const words = text.organizationApps;
const linesOf = (value: string) => value.split(/[\s,]+/).filter(Boolean);

interface Fields {
  name: string;
  uri: string;
  redirectUris: string;
  scopes: string;
  connectsDevices: boolean;
}

function inputOf({ name, uri, redirectUris, scopes: lines, connectsDevices }: Fields) {
  const scopes = linesOf(lines) as Scope[];
  return {
    name,
    connectsDevices,
    uri: uri.trim() || null,
    redirectUris: linesOf(redirectUris),
    scopes: scopes.length > 0 ? scopes : null,
  };
}

/** Registers an app, then shows what it needs; or changes one. */
export function EditApp({ of: app, onClose }: { of?: RegisteredApp; onClose: () => void }) {
  const { apiOf } = useAppOwner();
  const [created, setCreated] = useState<AppWithSecret>();
  const form = useAct(
    {
      name: app?.name ?? "",
      uri: app?.uri ?? "",
      redirectUris: app?.redirectUris.join("\n") ?? "",
      scopes: app?.scopes?.join("\n") ?? "",
      connectsDevices: app?.connectsDevices ?? false,
      hasSecret: false,
    },
    async (bask, values, begun): Promise<AppWithSecret | undefined> => {
      const api = apiOf(bask);
      if (!app) return api.create({ ...inputOf(values), hasSecret: values.hasSecret });
      await api.update(app.clientId, editsOf(inputOf(begun), inputOf(values)));
      return undefined;
    },
    (added) => {
      if (added) setCreated(added);
      else {
        say(words.saved);
        onClose();
      }
    },
  );
  const { values } = form;
  if (created) return <AppSecret of={created} onClose={onClose} />;
  return (
    <DialogForm
      title={app ? words.editTitle(app.name) : words.registerTitle}
      state={form}
      action={app ? text.common.save : words.register}
      onClose={onClose}
    >
      <TextField label={words.name} help={words.nameHelp} autoComplete="off" maxLength={100} {...form.input("name")} />
      <TextArea
        label={words.redirectUris}
        help={words.redirectUrisHelp}
        placeholder="https://"
        spellCheck={false}
        {...form.input("redirectUris")}
      />
      {!app && (
        <Choice
          label={words.secret}
          help={words.secretHelp}
          checked={values.hasSecret}
          onChange={(event) => form.set({ hasSecret: event.target.checked })}
        />
      )}
      <Choice
        label={words.devices}
        help={words.devicesHelp}
        checked={values.connectsDevices}
        onChange={(event) => form.set({ connectsDevices: event.target.checked })}
      />
      <TextField label={words.uri} optional type="url" placeholder="https://" {...form.input("uri")} />
      <TextArea label={words.scopes} help={words.scopesHelp} optional spellCheck={false} {...form.input("scopes")} />
    </DialogForm>
  );
}

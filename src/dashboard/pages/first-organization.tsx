import { useLocation } from "wouter";
import { refreshed } from "../data/changes";
import { bask } from "../data/client";
import { AloneCard } from "../layout/alone";
import { text } from "../text";
import { TextField } from "../ui/field";
import { Form, useForm } from "../ui/form";

const words = text.organization;

/** What a person without an organization sees. */
export function FirstOrganization() {
  const [, go] = useLocation();
  const form = useForm(
    { name: "" },
    (organization) => bask.organizations.create(organization),
    async ({ slug }) => {
      await refreshed();
      go(`/o/${slug}/keys`);
    },
  );
  return (
    <AloneCard title={words.create} about={words.createAbout}>
      <Form state={form} action={words.createSubmit} wide>
        <TextField
          label={words.name}
          help={words.nameHelp}
          autoComplete="organization"
          maxLength={100}
          {...form.input("name")}
        />
      </Form>
    </AloneCard>
  );
}

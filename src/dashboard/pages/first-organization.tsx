import { useState } from "react";
import { useLocation } from "wouter";
import { bask } from "../data/client";
import { queries } from "../data/queries";
import { text } from "../text";
import { Button } from "../ui/button";
import { TextField } from "../ui/field";
import { Form, useForm } from "../ui/form";
import { useTitle } from "../ui/page";

const words = text.organization;

/** What a person without an organization sees. */
export function FirstOrganization() {
  useTitle(words.create);
  const [name, setName] = useState("");
  const [, go] = useLocation();
  const form = useForm(
    ["name"],
    () => bask.organizations.create({ name }),
    async ({ slug }) => {
      await queries.invalidateQueries({ queryKey: ["organizations"] });
      go(`/o/${slug}/keys`);
    },
  );
  return (
    <div className="card">
      <div className="stack">
        <div>
          <h1>{words.create}</h1>
          <p className="muted">{words.createAbout}</p>
        </div>
        <Form
          state={form}
          actions={
            <Button kind="primary" type="submit" wide busy={form.busy}>
              {words.createSubmit}
            </Button>
          }
        >
          <TextField
            label={words.name}
            help={words.nameHelp}
            autoComplete="organization"
            maxLength={100}
            value={name}
            error={form.errorOf("name")}
            onChange={(event) => setName(event.target.value)}
          />
        </Form>
      </div>
    </div>
  );
}

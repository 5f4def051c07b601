import { bask } from "../../data/client";
import { leaveFor, useProviders } from "../../data/providers";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Failure } from "../../ui/failure";
import { useForm } from "../../ui/form";

/** A button for each provider. It leaves for the provider, which sends the browser back. */
export function Providers({
  returnTo,
  leave = () => {},
}: {
  /** A path below the server. */
  returnTo: string;
  /** Remembers what is needed then. */
  leave?: (() => void) | undefined;
}) {
  const { data } = useProviders();
  const form = useForm(
    { name: "" },
    ({ name }) => bask.auth.withProvider(name, { returnTo }),
    ({ url }) => {
      leave();
      leaveFor(url, "sign-in");
    },
  );
  return (
    <>
      {data?.data.map(({ name, title }) => (
        <Button key={name} wide disabled={form.busy} onClick={() => void form.submit({ name })}>
          {text.signIn.withProvider(title)}
        </Button>
      ))}
      {form.failure !== undefined && <Failure error={form.failure} />}
    </>
  );
}

import { useState } from "react";
import { isBaskError } from "../../../sdk/client";
import { bask, product, start } from "../../data/client";
import { AloneCard } from "../../layout/alone";
import { text } from "../../text";
import { Form, useForm } from "../../ui/form";
import { SecondFactor } from "../sign-in/second-factor";
import { useSignIn } from "../sign-in/use-sign-in";
import { Link, type WorkingLink } from "./link";

const words = text.emailed;

/** Signs in at the press of a button, in the browser that asked for the link. Elsewhere it shows a code to type there, and signs no one in. */
export const SignInLink = () => (
  <Link title={words.signInTitle(product)} kinds={["sign-in"]} dead={words.signInDead}>
    {(link) => <Press link={link} />}
  </Link>
);

const goOn = () => location.replace(start);

function Press({ link: { token, email, use } }: { link: WorkingLink }) {
  const signIn = useSignIn();
  const [code, setCode] = useState<string>();
  const form = useForm(
    {},
    async () => {
      try {
        return await use(() => signIn.attempt(() => bask.emailLinks.login({ token })));
      } catch (error) {
        if (!isBaskError(error, "FORBIDDEN") || error.reason !== "other_browser") throw error;
        setCode((await bask.emailLinks.getCode({ token })).code);
        return false;
      }
    },
    (isSignedIn) => {
      if (isSignedIn) goOn();
    },
  );
  if (signIn.challenge) return <SecondFactor signIn={signIn} done={goOn} />;
  if (code) {
    return (
      <AloneCard title={words.codeTitle} about={words.codeAbout}>
        <p className="big-code" role="status">
          {code.replace(/^.../, "$& ")}
        </p>
      </AloneCard>
    );
  }
  return (
    <AloneCard title={words.signInTitle(product)} about={words.signInAbout(email)}>
      <Form state={form} action={text.signIn.submit} wide />
    </AloneCard>
  );
}

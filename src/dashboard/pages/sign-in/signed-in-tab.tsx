import { useEffect } from "react";
import { Alone, AloneCard } from "../../layout/alone";
import { text } from "../../text";

/** The end of a tab that was opened to sign in. Browsers close only those that have shown nothing else, and not all of them do. */
export default function SignedInTab() {
  useEffect(() => close(), []);
  return (
    <Alone>
      <AloneCard title={text.signIn.signedInTitle} about={text.signIn.signedInAbout} />
    </Alone>
  );
}

import { useState } from "react";
import { isBaskError } from "../../../sdk/client";
import { bask } from "../../data/client";
import { Alone, AloneCard } from "../../layout/alone";
import { text } from "../../text";
import { TextField } from "../../ui/field";
import { Form, useForm } from "../../ui/form";
import { type Asked, ConsentCard } from "./consent";

const words = text.apps;

/** Takes the code that a device shows, and asks whether the app on it may act for the user. */
export default function Device() {
  const [asked, setAsked] = useState<Asked>();
  const [answer, setAnswer] = useState<string>();
  const form = useForm({ userCode: "" }, ({ userCode }) => bask.apps.readDevice({ userCode }), setAsked);
  const { userCode } = form.values;
  const isUnknown = isBaskError(form.failure, "NOT_FOUND");
  if (answer) {
    return (
      <Alone>
        <AloneCard title={words.codeTitle}>
          <p className="callout" data-tone="good" role="status">
            {answer}
          </p>
        </AloneCard>
      </Alone>
    );
  }
  if (asked) {
    return (
      <Alone>
        <ConsentCard
          asked={asked}
          allow={(agreed) => bask.apps.approveDevice({ userCode, ...agreed }).then(() => setAnswer(words.allowed))}
          deny={() => bask.apps.denyDevice({ userCode }).then(() => setAnswer(words.denied))}
          reread={() => bask.apps.readDevice({ userCode }).then(setAsked)}
        />
      </Alone>
    );
  }
  return (
    <Alone>
      <AloneCard title={words.codeTitle} about={words.codeAbout}>
        <Form state={isUnknown ? { ...form, failure: undefined } : form} action={words.continue} wide>
          <TextField
            label={words.code}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            {...form.input("userCode")}
            {...(isUnknown && { error: words.codeUnknown })}
          />
        </Form>
      </AloneCard>
    </Alone>
  );
}

import { useState } from "react";
import { bask, product } from "../../data/client";
import { text } from "../../text";
import { Button } from "../../ui/button";
import { Code, CopyButton } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { FactorFields, noFactors, proofOf } from "../../ui/factors";
import { CodeField } from "../../ui/field";
import { DialogForm, useForm } from "../../ui/form";
import { confirmed } from "../../ui/identity-dialog";
import { useShownOnce } from "../../ui/shown-once";
import { say } from "../../ui/toast";

const words = text.account;

export type TwoFactorStep = "set-up" | "codes" | "off";
type Enrollment = Awaited<ReturnType<typeof bask.twoFactor.setup>>;

/** Turning the second factor on, off, and new backup codes: each asks who it is first, and ends with codes that are shown once. */
export function TwoFactorDialog({ step, onClose }: { step: TwoFactorStep; onClose: () => void }) {
  const [enrollment, setEnrollment] = useState<Enrollment>();
  const [codes, setCodes] = useState<string[]>();
  if (codes) return <BackupCodes codes={codes} onClose={onClose} />;
  if (enrollment) return <FirstCode of={enrollment} done={setCodes} onClose={onClose} />;
  if (step === "set-up") return <Begin done={setEnrollment} onClose={onClose} />;
  return <WithCode step={step} done={setCodes} onClose={onClose} />;
}

function Begin({ done, onClose }: { done: (enrollment: Enrollment) => void; onClose: () => void }) {
  const form = useForm(
    noFactors,
    async (factors) => {
      const proof = await proofOf(factors);
      return confirmed(() => bask.twoFactor.setup(proof));
    },
    done,
  );
  return (
    <DialogForm
      title={words.confirmTitle}
      about={words.confirmAbout}
      state={form}
      action={words.continue}
      onClose={onClose}
    >
      <FactorFields form={form} code={false} />
    </DialogForm>
  );
}

function FirstCode({
  of: { secret, qrCode },
  done,
  onClose,
}: {
  of: Enrollment;
  done: (codes: string[]) => void;
  onClose: () => void;
}) {
  const form = useForm(
    { code: "" },
    (input) => bask.twoFactor.verify(input),
    ({ backupCodes }) => {
      done(backupCodes);
    },
  );
  return (
    <DialogForm title={words.setUpTitle} state={form} action={words.turnOn} onClose={onClose}>
      <div className="field">
        <h3>{words.scan}</h3>
        <img
          className="qr"
          alt={words.qrCode}
          width={200}
          height={200}
          src={`data:image/svg+xml,${encodeURIComponent(qrCode)}`}
        />
      </div>
      <div className="field">
        <h3>{words.typeSecret}</h3>
        <Code value={secret.replace(/.{4}(?=.)/g, "$& ")} />
      </div>
      <CodeField label={words.firstCode} inputMode="numeric" {...form.input("code")} />
    </DialogForm>
  );
}

/** Password and a code: for what takes the second factor away, or replaces the codes. */
function WithCode({
  step,
  done,
  onClose,
}: {
  step: "codes" | "off";
  done: (codes: string[]) => void;
  onClose: () => void;
}) {
  const isOff = step === "off";
  const form = useForm(
    noFactors,
    async (factors) => {
      const { twoFactorCode, ...proof } = await proofOf(factors);
      const identity = { ...proof, ...(twoFactorCode && { code: twoFactorCode }) };
      if (!isOff) return (await bask.twoFactor.regenerateBackupCodes(identity)).backupCodes;
      await bask.twoFactor.disable(identity);
      return undefined;
    },
    async (codes) => {
      if (codes) done(codes);
      else {
        onClose();
        say(words.turnedOff);
      }
    },
  );
  return (
    <DialogForm
      title={isOff ? words.turnOffTitle : words.newCodes}
      about={isOff ? words.turnOffAbout : words.newCodesAbout}
      state={form}
      action={isOff ? words.turnOff : words.newCodes}
      danger={isOff}
      onClose={onClose}
    >
      <FactorFields form={form} />
    </DialogForm>
  );
}

/** Closes only by the button: who closes it otherwise has no codes. */
function BackupCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  useShownOnce(() => {});
  const list = codes.join("\n");
  return (
    <Dialog title={words.codesTitle} about={words.codesAbout} onClose={() => {}}>
      <div className="code">
        <pre className="codes">{list}</pre>
        <CopyButton value={list} />
      </div>
      <div className="form-actions">
        <a
          className="button"
          href={`data:text/plain,${encodeURIComponent(`${product}\n\n${list}\n`)}`}
          download="backup-codes.txt"
        >
          {words.codesDownload}
        </a>
        <Button icon="printer" onClick={() => print()}>
          {words.codesPrint}
        </Button>
        <Button kind="primary" onClick={onClose}>
          {words.codesSaved}
        </Button>
      </div>
    </Dialog>
  );
}

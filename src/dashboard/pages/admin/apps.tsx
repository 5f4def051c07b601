import { useConfiguration } from "../../data/admin";
import { text } from "../../text";
import { Loading } from "../../ui/loading";
import { PageHead } from "../../ui/page";
import { Facts, Section } from "../../ui/section";
import { RegisterApp, RegisteredApps } from "../apps/registered-apps";
import { EveryApp } from "./every-app";

const words = text.admin;

/** The OAuth clients that all users can let act for them, and which others may come by themselves. */
export default function Apps() {
  return (
    <>
      <PageHead title={words.nav.apps} about={words.appsAbout} action={<RegisterApp />} />
      <RegisteredApps />
      <EveryApp />
      <Others />
    </>
  );
}

const Others = () => (
  <Section title={words.otherApps} about={words.otherAppsAbout}>
    <Loading query={useConfiguration()} lines={2}>
      {({ data }) => {
        const read = (variable: string) => data.find(({ name }) => name === variable)?.value ?? "";
        const documents = read("OAUTH_CLIENT_DOCUMENTS");
        const registration = read("OAUTH_REGISTRATION");
        return (
          <Facts
            of={[
              [words.byDocument, words.documents[documents] ?? words.documentsOn(documents.split(",").join(", "))],
              [words.byRegistration, words.registration[registration] ?? registration],
            ]}
          />
        );
      }}
    </Loading>
  </Section>
);

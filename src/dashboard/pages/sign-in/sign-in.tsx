import { Link, useSearchParams } from "wouter";
import { product } from "../../data/client";
import { useEnded } from "../../data/session";
import { Alone } from "../../layout/alone";
import { text } from "../../text";
import { SignInFlow } from "./sign-in-flow";

const words = text.signIn;

/** Where people sign in, and are led on to the page they asked for. */
export default function SignIn() {
  const hasEnded = useEnded() === "left";
  const [search] = useSearchParams();
  const next = search.get("next");
  const query = next ? `?next=${encodeURIComponent(next)}` : "";
  return (
    <Alone>
      <SignInFlow
        title={words.title(product)}
        about={hasEnded && words.ended}
        returnTo={`/dashboard/sign-in${query}`}
        below={
          <p className="muted">
            {words.noAccount} <Link to={`/sign-up${query}`}>{words.create}</Link>
          </p>
        }
      >
        <p>
          <Link to="/forgot-password">{words.forgot}</Link>
        </p>
      </SignInFlow>
    </Alone>
  );
}

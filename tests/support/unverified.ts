import { importRecords } from "./imports";
import type { Person, World } from "./world";

/** A user who can sign in although their email was never verified, as one who was imported from another system. */
export async function unverifiedPerson(world: World, name: string): Promise<Person> {
  const { app } = world;
  const person = {
    email: `${name.toLowerCase()}@example.com`,
    password: `${name} likes long passwords`,
    fullName: `${name} Example`,
  };
  const { password, ...line } = person;
  const passwordHash = await app.passwords.hash(password, "registration");
  await importRecords(app, [{ ...line, passwordHash }]);
  return { ...person, bask: await world.signIn(person) };
}

import { crashes } from "./crashes";
import { deliveries } from "./deliveries";
import { disks } from "./disks";
import { networks } from "./networks";
import { pasts } from "./pasts";
import type { Scenario } from "./scenario";
import { sizes } from "./sizes";
import { tools } from "./tools";

export const scenarios: readonly Scenario[] = [
  ...crashes,
  ...deliveries,
  ...networks,
  ...pasts,
  ...disks,
  ...tools,
  ...sizes,
];
